// Calls about this computer, the settings, and what Whittle says of itself.
import { z } from 'zod';
import type { Recipe } from '../recipe.ts';
import { type CallTable, done, idField, nothing, outputOf, pathField } from './call-table.ts';

export interface Machine {
  readonly platform: string;
  readonly architecture: string;
  readonly processor: string;
  readonly coreCount: number;
  readonly memoryTotalBytes: number;
  readonly memoryFreeBytes: number;
  readonly outputFolder: string;
  readonly outputFreeBytes: number;
  /** What jobs run on with the present settings; `requested` is what was set. */
  readonly device: Omit<FoundDevice, 'warnings'> & { readonly requested: Settings['gpu'] };
  readonly threads: number;
  readonly engineVersion: string;
  readonly llamaCppVersion: string;
  readonly speed: SpeedProbe | null;
  /** Amber in the status bar. */
  readonly warnings: readonly { readonly code: string; readonly text: string }[];
}

export interface FoundDevice {
  /** What really computes; `unknown` when llama.cpp could not be asked, with the reason as a warning. */
  readonly backend: 'cpu' | 'cuda' | 'metal' | 'vulkan' | 'unknown';
  /** ggml's CPU library (`haswell`), which also serves what a GPU leaves; null where there is only one. */
  readonly cpuFamily: string | null;
  /** Of the GPU, else of the processor. */
  readonly name: string;
  /** Of the GPU. */
  readonly memoryBytes: number | null;
  /** For people: which backend failed, why, and what is used instead. */
  readonly warnings: readonly string[];
}

/** Measured on the demo model, in about two seconds. */
export interface SpeedProbe {
  readonly promptTokensPerSecond: number;
  readonly decodeTokensPerSecond: number;
  readonly backend: string;
  readonly threads: number;
  readonly weightsBytes: number;
  readonly elapsedMs: number;
  readonly measuredAt: number;
}

export const settingsSchema = z.strictObject({
  theme: z
    .enum(['system', 'light', 'dark'])
    .default('system')
    .meta({ title: 'Theme', help: 'Follows the system unless told.' }),
  density: z
    .enum(['compact', 'comfortable'])
    .default('compact')
    .meta({ title: 'Density', help: 'Row height of tables.' }),
  singleKeyShortcuts: z
    .boolean()
    .default(true)
    .meta({ title: 'Single-letter shortcuts', help: 'Act only when no field has focus.' }),
  modelFolders: z
    .array(pathField)
    .max(100)
    .default([])
    .meta({ title: 'Model folders', help: 'Read only: files stay where they are.' }),
  outputFolder: pathField
    .nullable()
    .default(null)
    .meta({ title: 'Output folder', help: "Where new files go. Empty: Whittle's own folder." }),
  gpu: z
    .enum(['auto', 'cuda', 'metal', 'vulkan', 'none'])
    .default('auto')
    .meta({ title: 'Backend', help: 'What computes. auto takes the best that works.' }),
  threads: z
    .int()
    .min(1)
    .max(1024)
    .nullable()
    .default(null)
    .meta({ title: 'Threads', help: 'Empty: chosen by a short measurement.' }),
  memoryLimitBytes: z.int().min(1).nullable().default(null).meta({
    title: 'Memory limit',
    unit: 'bytes',
    help: 'Above it Whittle warns before loading. Empty: what the computer has.',
  }),
  pauseJobsForChat: z
    .enum(['ask', 'always', 'never'])
    .default('ask')
    .meta({ title: 'Pause jobs while chatting', help: 'Both at once slow each other many times.' }),
  notifyWhenDone: z
    .boolean()
    .default(true)
    .meta({ title: 'Notify when a job ends', help: 'When the window is not in front.' }),
  preventSleep: z
    .boolean()
    .default(true)
    .meta({ title: 'Prevent sleep while a job runs', help: 'The screen may still turn off.' }),
  firstRunDone: z
    .boolean()
    .default(false)
    .meta({ title: 'First steps done', help: 'Shows the first screen again when reset.' }),
});
export type Settings = z.output<typeof settingsSchema>;
export const SETTING_KEYS = Object.keys(settingsSchema.shape) as readonly (keyof Settings)[];

export interface CacheFolder {
  readonly id: string;
  readonly title: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly canClear: boolean;
}

export interface FirstRun {
  readonly isFirstRun: boolean;
  readonly demoModel: string;
  /** The coarsest that it makes: its preview says how many bits are left, which is what the button speaks of. */
  readonly lastRecipe: Recipe;
  readonly steps: readonly { readonly title: string; readonly estimatedMs: number | null }[];
  readonly questionCount: number;
  readonly help: string;
}

export const machineCalls = {
  getMachine: { input: nothing, output: outputOf<Machine>() },
  /** Runs the demo model for about two seconds; `gpu` tries another backend than the set one. */
  measureSpeed: {
    input: z.strictObject({
      gpu: z.enum(['auto', 'cuda', 'metal', 'vulkan', 'none']).optional(),
      threads: z.int().min(1).max(1024).optional(),
    }),
    output: outputOf<SpeedProbe>(),
  },
  getSettings: { input: nothing, output: outputOf<{ readonly settings: Settings; readonly defaults: Settings }>() },
  /** Only the named keys change, at once. */
  setSettings: {
    input: z.strictObject({ changes: settingsSchema.partial() }),
    output: outputOf<{ readonly settings: Settings; readonly defaults: Settings }>(),
  },
  resetSetting: {
    input: z.strictObject({ key: z.string() }),
    output: outputOf<{ readonly settings: Settings; readonly defaults: Settings }>(),
  },
  listCaches: { input: nothing, output: outputOf<{ readonly caches: readonly CacheFolder[] }>() },
  clearCache: { input: z.strictObject({ id: idField }), output: done },
  listLicences: {
    input: nothing,
    output: outputOf<{
      readonly licences: readonly {
        readonly name: string;
        readonly version: string;
        readonly licence: string;
        readonly text: string | null;
        readonly url: string | null;
      }[];
    }>(),
  },
  /** Versions, device, settings and the last errors; no paths, names or texts of the person's. */
  getDiagnostics: { input: nothing, output: outputOf<{ readonly text: string }>() },
  getFirstRun: { input: nothing, output: outputOf<FirstRun>() },
  /** The demo sweep: a chart within about a minute. Follow its job and `scores-changed`. */
  startFirstRun: {
    input: nothing,
    output: outputOf<{ readonly jobId: string; readonly sweepTasks: readonly string[] }>(),
  },
} as const satisfies CallTable;
