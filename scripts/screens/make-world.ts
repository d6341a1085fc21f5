// Answers to the page's calls for pictures: one world a state. A call that a world does not know is an error on the page.

import { listMethods, listTypes } from '../../src/main/engine/catalog.ts';
import { type Settings, settingsSchema } from '../../src/shared/session/machine-calls.ts';
import type { ModelNode } from '../../src/shared/session/model-calls.ts';
import type { SessionCall, SessionInput, SessionOutput } from '../../src/shared/session-contract.ts';
import { chatAnswers } from './chat-answers.ts';
import { kickAnswers } from './kick-answers.ts';
import { detailsOf } from './sample-details.ts';
import { manyModels, pruned, quantized, SAMPLE_MODELS, SAMPLE_TASKS } from './sample-models.ts';
import { samplePreview } from './sample-plan.ts';
import { scoreAnswers } from './score-answers.ts';
import { settingsAnswers } from './settings-answers.ts';

export const STATES = ['full', 'empty', 'busy', 'error', 'long'] as const;
export type State = (typeof STATES)[number];

export type World = { [Name in SessionCall]?: (input: SessionInput<Name>) => SessionOutput<Name> };

const TITLES: Readonly<Record<string, string>> = {
  'factoid-qa': 'Factoid QA',
  'multiple-choice-qa': 'Multiple choice',
  'closed-book-qa': 'Retrieval QA, closed book',
  'open-book-qa': 'Retrieval QA, open book',
};

export function modelsOf(state: State): readonly ModelNode[] {
  if (state === 'empty') return SAMPLE_MODELS.filter((node) => node.isEmbedded);
  return state === 'long' ? manyModels(500) : SAMPLE_MODELS;
}

function benchOf(state: State) {
  if (state === 'empty') return { base: null, versions: [] };
  if (state === 'long') return { base: 'many-0', versions: ['many-1', 'many-2', 'many-3', 'many-4'] };
  return { base: 'lumen', versions: ['lumen-w50', 'lumen-s50', 'lumen-m50'] };
}

const defaults: Settings = settingsSchema.parse({});
const source = { title: 'LLM-KICK, arXiv 2310.01382', url: 'https://arxiv.org/abs/2310.01382' };

/** What every screen asks for. */
export function baseWorld(state: State): World {
  const models = modelsOf(state);
  return {
    getShell: () => ({
      kind: 'browser',
      platform: 'linux',
      canPickFiles: false,
      canShowInFolder: false,
      hasTitleBarOverlay: false,
      version: '0.1.0',
    }),
    getSettings: () => ({ settings: defaults, defaults }),
    getMachine: () => ({
      platform: 'linux',
      architecture: 'x64',
      processor: '16-core processor',
      coreCount: 16,
      memoryTotalBytes: 32 * 2 ** 30,
      memoryFreeBytes: 20.8 * 2 ** 30,
      outputFolder: '/home/ada/whittle/models',
      outputFreeBytes: state === 'error' ? 2.1e9 : 214e9,
      device: {
        requested: 'auto',
        backend: 'cuda',
        cpuFamily: 'zen4',
        name: 'sample device',
        memoryBytes: 12 * 2 ** 30,
      },
      threads: 8,
      engineVersion: '0.1.0',
      llamaCppVersion: 'b7000',
      speed: null,
      warnings: state === 'error' ? [{ code: 'LOW_DISK', text: 'Little room on the disk: 2.1 GB free' }] : [],
    }),
    listModelTree: () => ({ models }),
    getBench: () => benchOf(state),
    setBench: (bench) => bench,
    getModel: ({ model }) => detailsOf(models.find(({ id }) => id === model) ?? models[0]!),
    findModelFolders: () => ({
      folders: [
        {
          app: 'LM Studio',
          path: '/home/ada/.lmstudio/models',
          sizeBytes: 21.6e9,
          files: Array.from({ length: 4 }, (_, i) => ({ path: `/a/${i}`, name: `${i}.gguf`, sizeBytes: 5.4e9 })),
        },
        {
          app: 'Ollama',
          path: '/home/ada/.ollama/models',
          sizeBytes: 12.8e9,
          files: [{ path: '/b', name: 'b.gguf', sizeBytes: 12.8e9 }],
        },
      ],
    }),
    getFirstRun: () => ({
      isFirstRun: state === 'empty',
      demoModel: 'demo',
      lastRecipe: { steps: [{ method: 'quantize', params: { type: 'Q2_K' } }] },
      steps: [
        { title: 'Compress the demo model', estimatedMs: 6000 },
        { title: 'Ask 120 questions of each version', estimatedMs: 40_000 },
        { title: 'Compare: a chart and the answers that changed', estimatedMs: 1000 },
      ],
      questionCount: 120,
      help: 'The demo model is included and small, so it knows little: read the drop, not the height. 120 questions give intervals of about \u00b1 9 points, enough to see a collapse.',
    }),
    listTasks: () =>
      SAMPLE_TASKS.map((id) => ({
        id,
        title: TITLES[id] ?? id,
        source,
        summary: 'Made-up questions for a picture.',
        parameters: [],
        needsJudge: false,
        licence: 'CC BY 4.0',
        version: 1,
      })),
    listMethods: () => listMethods(),
    listTypes: () => listTypes(),
    listRecipes: () => ({
      recipes: [
        {
          id: 'safe',
          name: 'Smaller, safely',
          recipe: quantized('Q4_K_M'),
          isPreset: true,
          summary: 'Q4_K_M: a third of the size, little lost',
        },
        {
          id: 'study',
          name: 'Study pruning',
          recipe: pruned('wanda', 0.5),
          isPreset: true,
          summary: 'Wanda, 50 % of each row: same size, to see what goes',
        },
        {
          id: 'both',
          name: 'Prune, then 4 bits',
          recipe: pruned('wanda', 0.5, 'Q4_K_M'),
          isPreset: false,
          summary: 'Wanda 50 %, then Q4_K_M',
        },
      ],
    }),
    previewRecipe: ({ model, recipe }) =>
      samplePreview(models.find(({ id }) => id === model) ?? models[0]!, recipe as { steps: unknown[] }),
    previewSweep: ({ recipes }) => ({
      points: recipes.map(({ steps }) => ({
        label: JSON.stringify(steps[0]?.params ?? {}),
        sizeBytes: 4.08e9,
        bitsPerWeight: 4.84,
        askedSparsityRatio: 0.5,
      })),
      totalSizeBytes: recipes.length * 4.08e9,
      estimatedMs: recipes.length * 400_000,
    }),
    readImportance: ({ model }) => {
      const count = models.find(({ id }) => id === model)?.summary?.layerCount ?? 32;
      const layers = Array.from({ length: count }, (_, layer) =>
        Math.max(0.12, 0.3 + 0.7 * Math.exp(-layer / 2) - 0.2 * Math.sin(layer) ** 2),
      );
      return { fileName: 'made-up.imatrix.gguf', chunkCount: 64, layers };
    },
    commandForRecipe: () => ({
      tool: 'llama-quantize',
      command: 'llama-quantize lumen-7b-v1.3.gguf lumen-7b-v1.3-Q4_K_M.gguf Q4_K_M',
      notExpressed: ['prune'],
    }),
    ...scoreAnswers(state),
    ...kickAnswers(state),
    ...chatAnswers(),
    ...settingsAnswers(),
    listJobs: () => [],
    jobsAtStart: () => ({ interrupted: [] }),
  };
}
