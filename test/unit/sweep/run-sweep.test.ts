// The loop of a sweep: order, resuming, what is kept. The steps write real files; native work has its own tests.
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { JobContext } from '../../../src/main/engine/jobs/job-context.ts';
import { expandGrid } from '../../../src/main/engine/sweep/expand-grid.ts';
import { runSweep, type SweepPartial, type SweepSteps } from '../../../src/main/engine/sweep/run-sweep.ts';
import { SweepJournal } from '../../../src/main/engine/sweep/sweep-journal.ts';
import { gridSchema } from '../../../src/shared/contract.ts';
import { WorkbenchError } from '../../../src/shared/errors.ts';
import type { Progress } from '../../../src/shared/progress.ts';

const root = mkdtempSync(join(tmpdir(), 'whittle-sweep-'));
afterAll(() => rmSync(root, { recursive: true }));

const densePath = join(root, 'dense.gguf');
writeFileSync(densePath, 'dense');
const model = { path: densePath, name: 'dense-model' };
const recipes = expandGrid(
  gridSchema.parse({ types: ['Q8_0', 'IQ1_M', 'IQ2_XXS'], methods: ['magnitude'], sparsities: [0.5] }),
  0,
);
const plan = { models: [], recipes, kick: {}, engineVersion: '0' };

function record(calls: string[], options: { failAt?: string } = {}): SweepSteps {
  return {
    inspect: async () => ({
      path: densePath,
      format: 'gguf',
      sizeBytes: 5,
      sha256: 'dense',
      architecture: 'llama',
      name: 'dense',
      parameterCount: 1,
      layerCount: 1,
      hiddenSize: 1,
      contextLength: 1,
      vocabularySize: 1,
      fileType: 'F16',
      bitsPerWeight: 16,
      sparsityRatio: 0.01,
      chatTemplate: null,
    }),
    imatrix: async () => {
      calls.push('imatrix');
      return join(root, 'cached.imatrix');
    },
    compress: async ({ sourcePath, outputPath, recipe }) => {
      calls.push(`compress ${JSON.stringify(recipe.steps.at(-1)?.params)}`);
      copyFileSync(sourcePath, outputPath);
      return {
        artifact: {
          path: outputPath,
          sizeBytes: 3,
          // Any text that names the file will do as its hash here.
          sha256: basename(outputPath, '.gguf').replace(/^\d+-/, ''),
          bitsPerWeight: 4,
          sparsityRatio: 0.5,
          tensors: [],
        },
        recipe,
        warnings: [],
        elapsedMs: 1,
        peakMemoryBytes: 1,
      };
    },
    kick: async (path, sha256, context) => {
      if (options.failAt === sha256) throw new WorkbenchError('CANCELLED', 'stopped');
      expect(existsSync(path)).toBe(true);
      calls.push(`kick ${sha256}`);
      context.progress({ stage: 'factoid-qa', done: 3, total: 9, unit: 'questions' });
      return [];
    },
  };
}

function contextFor(progress: (progress: Progress) => void = () => {}): JobContext {
  return { signal: new AbortController().signal, progress, log: () => {} };
}

describe('a sweep', () => {
  it('scores the dense model first, then each recipe, and removes each file when it is scored', async () => {
    const journal = SweepJournal.create(join(root, 'order'), plan, new Date());
    const calls: string[] = [];
    const points: string[] = [];
    const stages: string[] = [];
    const sweep = await runSweep(
      { models: [model], recipes, keepFiles: false, parallelPoints: 1 },
      journal,
      record(calls),
      {
        ...contextFor((progress) => {
          stages.push(progress.stage);
          if (progress.partial !== undefined) points.push((progress.partial as SweepPartial).point.label);
        }),
      },
    );
    const imatrix = join(root, 'cached.imatrix');
    expect(calls).toEqual([
      'kick dense',
      'compress {"type":"Q8_0"}',
      'kick Q8_0',
      'imatrix',
      `compress {"type":"IQ1_M","imatrix":${JSON.stringify(imatrix)}}`,
      'kick IQ1_M',
      'imatrix',
      `compress {"type":"IQ2_XXS","imatrix":${JSON.stringify(imatrix)}}`,
      'kick IQ2_XXS',
      'compress {"sparsity":0.5,"seed":0}',
      'kick Magnitude-50',
    ]);
    expect(points).toEqual(['dense', 'Q8_0', 'IQ1_M', 'IQ2_XXS', 'Magnitude 50 %']);
    expect(stages).toContain('Q8_0, factoid-qa 3 of 9');
    expect(sweep.points.map(({ label }) => label)).toEqual(points);
    expect(sweep.points.map(({ method }) => method)).toEqual(['dense', 'quantize', 'quantize', 'quantize', 'prune']);
    expect(sweep.points[0]).toMatchObject({ recipe: null, modelSha256: 'dense', sparsityRatio: 0.01, sizeBytes: 5 });
    expect(existsSync(join(journal.folder, 'files'))).toBe(false);
  });

  it('gives every type of a grid with imatrix the measured one, and no other method', async () => {
    const steps = [{ method: 'feedback', params: { type: 'IQ2_XXS' } }];
    const asked = expandGrid(gridSchema.parse({ types: ['Q2_K'], imatrix: true, recipes: [{ steps }] }), 0);
    const calls: string[] = [];
    const journal = SweepJournal.create(join(root, 'with-imatrix'), plan, new Date());
    const input = { models: [model], recipes: asked, keepFiles: false, parallelPoints: 1 };
    await runSweep(input, journal, record(calls), contextFor());
    const imatrix = JSON.stringify(join(root, 'cached.imatrix'));
    expect(calls.filter((call) => !call.startsWith('kick'))).toEqual([
      'imatrix',
      `compress {"type":"Q2_K","imatrix":${imatrix}}`,
      'compress {"type":"IQ2_XXS","seed":0}',
    ]);
  });

  it('keeps the files when asked to', async () => {
    const journal = SweepJournal.create(join(root, 'kept'), plan, new Date());
    await runSweep({ models: [model], recipes, keepFiles: true, parallelPoints: 1 }, journal, record([]), contextFor());
    expect(readdirSync(join(journal.folder, 'files')).sort()).toEqual([
      '1-Q8_0.gguf',
      '2-IQ1_M.gguf',
      '3-IQ2_XXS.gguf',
      '4-Magnitude-50.gguf',
    ]);
  });

  it('goes on behind the last finished point and returns all of them in order', async () => {
    const folder = join(root, 'resumed');
    const journal = SweepJournal.create(folder, plan, new Date());
    const input = { models: [model], recipes, keepFiles: false, parallelPoints: 1 };
    const first: string[] = [];
    const stopped = runSweep(input, journal, record(first, { failAt: 'IQ1_M' }), contextFor());
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(existsSync(join(journal.folder, 'files'))).toBe(false);
    const found = SweepJournal.findUnfinished(folder, plan);
    expect(found?.sweepId).toBe(journal.sweepId);
    const second: string[] = [];
    const sweep = await runSweep(input, found as SweepJournal, record(second), contextFor());
    expect(second.filter((call) => call.startsWith('kick'))).toEqual([
      'kick IQ1_M',
      'kick IQ2_XXS',
      'kick Magnitude-50',
    ]);
    expect(sweep.points.map(({ label }) => label)).toEqual(['dense', 'Q8_0', 'IQ1_M', 'IQ2_XXS', 'Magnitude 50 %']);
  });

  it('starts nothing once it is cancelled', async () => {
    const journal = SweepJournal.create(join(root, 'cancelled'), plan, new Date());
    const calls: string[] = [];
    const context = { ...contextFor(), signal: AbortSignal.abort() };
    const run = runSweep(
      { models: [model], recipes, keepFiles: false, parallelPoints: 1 },
      journal,
      record(calls),
      context,
    );
    await expect(run).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(calls).toEqual([]);
  });

  it('gives the same points in the same order with several at once', async () => {
    const journal = SweepJournal.create(join(root, 'parallel'), plan, new Date());
    const calls: string[] = [];
    const input = { models: [model], recipes, keepFiles: false, parallelPoints: 3 };
    const sweep = await runSweep(input, journal, record(calls), contextFor());
    expect(sweep.points.map(({ label }) => label)).toEqual(['dense', 'Q8_0', 'IQ1_M', 'IQ2_XXS', 'Magnitude 50 %']);
    expect(calls.filter((call) => call.startsWith('kick'))).toHaveLength(5);
  });
});
