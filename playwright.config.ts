// End-to-end tests: the same pages in a browser on the twin, and in a real Electron. One at a time, because models compute.
import { defineConfig } from 'playwright/test';

export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'test-results',
  workers: 1,
  fullyParallel: false,
  timeout: 600_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/report.json' }]],
  // On failure only, below a folder that git ignores. Pictures all the while would slow down what is looked at.
  use: {
    actionTimeout: 60_000,
    screenshot: 'only-on-failure',
    trace: { mode: 'retain-on-failure', screenshots: false },
  },
  projects: [
    { name: 'browser', testDir: 'test/e2e/browser' },
    { name: 'desktop', testDir: 'test/e2e/desktop' },
    { name: 'packaged', testDir: 'test/e2e/packaged' },
    // Every screen in every state: long, so a check of its own that continuous integration leaves out.
    { name: 'states', testDir: 'test/e2e/states' },
  ],
});
