// A home folder after years of use: hundreds of models in families, thousands of scores. For measuring, never for results.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GgufValue } from '../../src/main/engine/gguf/gguf-value.ts';
import { importModel } from '../../src/main/engine/models/library.ts';
import { ScoreStore } from '../../src/main/engine/scores/score-store.ts';
import type { ScoreRecord } from '../../src/shared/kick.ts';
import type { Recipe } from '../../src/shared/recipe.ts';
import { ggufBytes } from './make-gguf.ts';

export interface LargeHome {
  readonly modelCount: number;
  readonly scoreCount: number;
}

const VERSIONS_OF_A_BASE = 20;
const TASKS = ['factoid-qa', 'multiple-choice-qa', 'closed-book-qa', 'open-book-qa', 'perplexity'];
const METRICS = 4;

export function makeLargeHome(home: string, { modelCount, scoreCount }: LargeHome): void {
  const folder = join(home, 'models');
  mkdirSync(folder, { recursive: true });
  const hashes = Array.from({ length: modelCount }, (_, index) => writeModel(home, folder, index));
  const store = ScoreStore.open(join(home, 'scores.sqlite'));
  const each = Math.ceil(scoreCount / modelCount);
  for (const [index, sha256] of hashes.entries()) {
    const base = Math.floor(index / VERSIONS_OF_A_BASE);
    const recipe = recipeOf(index);
    const records = Array.from({ length: each }, (_, at) => recordOf(sha256, index, at));
    const file = {
      sha256,
      model: `Base ${base}`,
      label: recipe === null ? 'dense' : `Wanda ${index % VERSIONS_OF_A_BASE} %`,
      recipe,
      method: recipe === null ? 'dense' : 'prune',
      type: 'F16',
      path: null,
      sizeBytes: 1e9 - index,
      bitsPerWeight: 16,
      sparsityRatio: (index % VERSIONS_OF_A_BASE) / 100,
    };
    store.addScores(file, records, 'all');
  }
  store.close();
}

function recipeOf(index: number): Recipe | null {
  const step = index % VERSIONS_OF_A_BASE;
  return step === 0 ? null : { steps: [{ method: 'wanda', params: { sparsity: step / 100 } }] };
}

/** Returns its hash. */
function writeModel(home: string, folder: string, index: number): string {
  const recipe = recipeOf(index);
  const base = Math.floor(index / VERSIONS_OF_A_BASE);
  const metadata = new Map([
    ['general.architecture', GgufValue.string('llama')],
    ['general.name', GgufValue.string(`Base ${base}`)],
    ['llama.block_count', GgufValue.uint32(2)],
    ['llama.embedding_length', GgufValue.uint32(32)],
    ['llama.attention.head_count', GgufValue.uint32(2)],
    ...(recipe === null ? [] : ([['whittle.recipe', GgufValue.string(JSON.stringify(recipe))]] as const)),
    ['a.number', GgufValue.uint32(index)],
  ]);
  const tensors = [0, 1].map((layer) => ({
    name: `blk.${layer}.ffn_up.weight`,
    shape: [32, 32],
    type: 'F16',
    data: Buffer.alloc(2048, index % 250),
  }));
  const bytes = ggufBytes({ metadata, tensors });
  const path = join(folder, `base-${base}-v${index % VERSIONS_OF_A_BASE}.gguf`);
  writeFileSync(path, bytes);
  importModel(home, path);
  return createHash('sha256').update(bytes).digest('hex');
}

function recordOf(modelSha256: string, index: number, at: number): ScoreRecord {
  const value = 0.8 - (index % VERSIONS_OF_A_BASE) / 100;
  return {
    task: TASKS[at % TASKS.length]!,
    taskVersion: 1,
    protocol: 'standard',
    metric: `metric-${Math.floor(at / TASKS.length) % METRICS}`,
    value,
    unit: 'ratio',
    higherIsBetter: true,
    itemCount: 400,
    answeredCount: 400,
    failedCount: 0,
    confidenceLow: value - 0.04,
    confidenceHigh: value + 0.04,
    dataSha256: '0'.repeat(64),
    modelSha256,
    seed: 0,
    elapsedMs: 1000,
    engineVersion: '0',
    llamaCppVersion: '0',
  };
}
