import { defineConfig } from 'vitest/config';

// `unit` needs nothing; `native` loads libllama on models that the tests make themselves or find in resources.
// Native tests run one file at a time: ggml's threads spin, and two of them on few cores slow each other many times. Those of the command
// line start it with one thread, so that two go side by side.
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.{ts,tsx}'], testTimeout: 60_000 } },
      {
        test: {
          name: 'native',
          include: ['test/native/**/*.test.ts'],
          exclude: ['test/native/cli/**'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          pool: 'forks',
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'cli',
          include: ['test/native/cli/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          maxWorkers: 2,
          pool: 'forks',
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
