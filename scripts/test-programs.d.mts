// Types of test-programs.mjs for the benchmark.
export interface TestPrograms {
  readonly browser: string;
  readonly electron: string;
  readonly missing: readonly string[];
}

export function prepareWindowTests(): Promise<TestPrograms>;
export function openScreen(): Promise<() => void>;
