// The commands by name. A command's file is loaded only when it is asked for.
import type { Command } from 'commander';
import type { Interruption } from './interruption.ts';

export interface CliCommand {
  /** Adds arguments, flags, examples and the action to commander's command. */
  readonly configure: (command: Command, interruption: Interruption) => void;
}

interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CliCommand>;
}

export const commandTable: readonly CommandEntry[] = [
  {
    name: 'inspect',
    summary: 'show what a model file holds, without loading it',
    load: async () => (await import('./commands/inspect.ts')).inspectCommand,
  },
  {
    name: 'methods',
    summary: 'list the compression methods and their parameters',
    load: async () => (await import('./commands/methods.ts')).methodsCommand,
  },
  {
    name: 'tasks',
    summary: 'list the LLM-KICK tasks',
    load: async () => (await import('./commands/tasks.ts')).tasksCommand,
  },
  {
    name: 'types',
    summary: 'list the quantization types',
    load: async () => (await import('./commands/types.ts')).typesCommand,
  },
  {
    name: 'compress',
    summary: 'prune, quantize or both: one model in, a smaller or sparser one out',
    load: async () => (await import('./commands/compress.ts')).compressCommand,
  },
  {
    name: 'imatrix',
    summary: 'measure an importance matrix for better quantization',
    load: async () => (await import('./commands/imatrix.ts')).imatrixCommand,
  },
  {
    name: 'layers',
    summary: 'measure how much each layer changes what goes through it',
    load: async () => (await import('./commands/layers.ts')).layersCommand,
  },
  {
    name: 'perplexity',
    summary: 'measure how well a model predicts a text',
    load: async () => (await import('./commands/perplexity.ts')).perplexityCommand,
  },
  {
    name: 'compare',
    summary: 'measure how far a compressed model has moved from the dense one',
    load: async () => (await import('./commands/compare.ts')).compareCommand,
  },
  {
    name: 'kick',
    summary: 'score a model on LLM-KICK tasks',
    load: async () => (await import('./commands/kick.ts')).kickCommand,
  },
  {
    name: 'sweep',
    summary: 'compress a model many ways and score each',
    load: async () => (await import('./commands/sweep.ts')).sweepCommand,
  },
  {
    name: 'scores',
    summary: 'show the stored scores beside the dense ones',
    load: async () => (await import('./commands/scores.ts')).scoresCommand,
  },
  {
    name: 'report',
    summary: 'write the report of a sweep: page, charts, tables',
    load: async () => (await import('./commands/report.ts')).reportCommand,
  },
  {
    name: 'chat',
    summary: 'talk to a model',
    load: async () => (await import('./commands/chat.ts')).chatCommand,
  },
  {
    name: 'models',
    summary: 'list the models in the library',
    load: async () => (await import('./commands/models.ts')).modelsCommand,
  },
  {
    name: 'import',
    summary: 'add a model file to the library',
    load: async () => (await import('./commands/import.ts')).importCommand,
  },
  {
    name: 'serve',
    summary: 'open the workbench in a browser',
    load: async () => (await import('./commands/serve.ts')).serveCommand,
  },
  {
    name: 'demo',
    summary: 'compress the embedded model many ways, score each, write a report',
    load: async () => (await import('./commands/demo.ts')).demoCommand,
  },
];
