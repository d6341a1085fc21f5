// Every command from outside, once: the JSON keys that scripts rely on, and that a result can be used by the next command.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runWhittle } from '../../support/run-whittle.ts';
import { tempFolderForFile } from '../../support/temp-folder.ts';

const folder = tempFolderForFile();
const home = join(folder, 'home');

async function whittle(line: string, stdin?: string) {
  const args = [...line.split(' '), '--gpu', 'none', '--threads', '1'];
  return runWhittle(args, { cwd: folder, env: { WHITTLE_HOME: home }, ...(stdin === undefined ? {} : { stdin }) });
}

/** The one JSON document of a command that ends well and says nothing else. */
async function json(line: string, stdin?: string): Promise<Record<string, unknown>> {
  const { status, stdout, stderr } = await whittle(`${line} --json --quiet`, stdin);
  const errors = stderr.split('\n').filter((text) => text !== '' && !text.startsWith('whittle: warning: '));
  expect({ status, errors }).toEqual({ status: 0, errors: [] });
  return JSON.parse(stdout);
}

const aNumber = expect.any(Number);
const aHash = expect.stringMatching(/^[0-9a-f]{64}$/);
const aScore = {
  task: expect.any(String),
  taskVersion: aNumber,
  protocol: 'standard',
  metric: expect.any(String),
  value: aNumber,
  unit: expect.any(String),
  higherIsBetter: expect.any(Boolean),
  itemCount: aNumber,
  answeredCount: aNumber,
  failedCount: aNumber,
  confidenceLow: aNumber,
  confidenceHigh: aNumber,
  dataSha256: aHash,
  modelSha256: aHash,
  seed: 0,
  elapsedMs: aNumber,
};

describe('inspect', () => {
  it('tells what a model is, and on request its hash, tensors and zeros', async () => {
    const summary = await json('inspect demo --tensors --measure-sparsity --sha256');
    expect(summary).toMatchObject({
      path: expect.stringContaining('whittle-demo-f16.gguf'),
      format: 'gguf',
      architecture: 'llama',
      name: 'Whittle Demo',
      layerCount: 6,
      hiddenSize: 256,
      contextLength: 1024,
      fileType: 'F16',
      chatTemplate: expect.stringContaining('message'),
      sha256: aHash,
      sizeBytes: aNumber,
      parameterCount: aNumber,
      vocabularySize: aNumber,
      bitsPerWeight: aNumber,
      sparsityRatio: aNumber,
    });
    const [tensor] = summary['tensors'] as unknown[];
    expect(tensor).toMatchObject({ name: 'token_embd.weight', shape: [256, 4928], type: 'F16', sparsityRatio: 0 });
  });
});

describe('layers', () => {
  it('tells how much each layer changes, and which would go first', async () => {
    const line = 'layers demo --calibration-samples 4 --calibration-length 64';
    const { layers, tokenCount, elapsedMs } = await json(line);
    expect({ tokenCount, elapsedMs }).toEqual({ tokenCount: 256, elapsedMs: aNumber });
    const measured = layers as { layer: number; influence: number }[];
    expect(measured.map(({ layer }) => layer)).toEqual([0, 1, 2, 3, 4, 5]);
    for (const { influence } of measured) expect(influence > 0 && influence < 1).toBe(true);
    const least = measured.reduce((a, b) => (b.influence < a.influence ? b : a));
    const { status, stdout } = await whittle(`${line} --quiet`);
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`^ *${least.layer} +${least.influence.toFixed(4)} +1\\.$`, 'm'));
  });
});

describe('compress', () => {
  it('plans exactly what it then writes', async () => {
    const planned = await json('compress demo q4.gguf --quantize Q4_K_M --dry-run');
    expect(existsSync(join(folder, 'q4.gguf'))).toBe(false);
    const written = await json('compress demo q4.gguf --quantize Q4_K_M');
    expect(written).toMatchObject({
      artifact: { path: join(folder, 'q4.gguf'), sha256: aHash, bitsPerWeight: aNumber, sparsityRatio: aNumber },
      recipe: { steps: [{ method: 'quantize', params: { type: 'Q4_K_M' } }] },
      warnings: [],
      elapsedMs: aNumber,
      peakMemoryBytes: aNumber,
    });
    const ofPlan = planned['artifact'] as { sizeBytes: number; tensors: { name: string; sizeBytes: number }[] };
    const ofFile = written['artifact'] as typeof ofPlan;
    expect(ofPlan).not.toHaveProperty('sha256');
    expect(ofFile.sizeBytes).toBe(ofPlan.sizeBytes);
    expect(readFileSync(join(folder, 'q4.gguf')).length).toBe(ofPlan.sizeBytes);
    expect(ofFile.tensors.map(({ name, sizeBytes }) => ({ name, sizeBytes }))).toEqual(
      ofPlan.tensors.map(({ name, sizeBytes }) => ({ name, sizeBytes })),
    );
    expect(ofFile.tensors[0]).toMatchObject({ relativeSquaredError: aNumber, sparsityRatio: aNumber });
  });

  it('takes many steps from a YAML file and records them in the artifact', async () => {
    const recipe =
      'name: half\nsteps:\n  - { method: magnitude, params: { sparsity: 0.5 } }\n  - { method: quantize, params: { type: Q8_0 } }\n';
    writeFileSync(join(folder, 'recipe.yaml'), recipe);
    const result = await json('compress demo both.gguf --recipe recipe.yaml');
    expect(result['recipe']).toMatchObject({ name: 'half', steps: [{ method: 'magnitude' }, { method: 'quantize' }] });
    const { sparsityRatio } = await json('inspect both.gguf --measure-sparsity');
    expect((result['artifact'] as { sparsityRatio: number }).sparsityRatio).toBeCloseTo(Number(sparsityRatio), 10);
    expect(sparsityRatio).toBeGreaterThanOrEqual(0.5);
  });

  it('says on stderr what a user should know, and exits with 0', async () => {
    const { status, stderr } = await whittle('compress demo sparse.gguf --prune magnitude --sparsity 0.3 --quiet');
    expect(status).toBe(0);
    expect(stderr).toMatch(/^whittle: warning: [^\n]+\n$/);
  });

  it('quantizes to the smallest types with the matrix that imatrix has measured', async () => {
    const imatrix = await json('imatrix demo demo.imatrix.gguf --ctx 128 --chunks 24');
    expect(imatrix).toMatchObject({
      path: join(folder, 'demo.imatrix.gguf'),
      chunkCount: 24,
      tokenCount: 24 * 128,
      tensorCount: 42,
      elapsedMs: aNumber,
    });
    const { artifact } = await json('compress demo iq2.gguf --quantize IQ2_XXS --imatrix demo.imatrix.gguf');
    expect((artifact as { bitsPerWeight: number }).bitsPerWeight).toBeLessThan(3);
  });
});

describe('measuring', () => {
  it('perplexity and compare agree with each other', async () => {
    const perplexity = await json('perplexity q4.gguf --chunks 4');
    expect(perplexity).toMatchObject({
      standardError: aNumber,
      tokenCount: 2048,
      chunkCount: 4,
      tokensPerSecond: aNumber,
    });
    const comparison = await json('compare demo q4.gguf --chunks 4');
    expect(comparison).toMatchObject({
      meanKlDivergence: aNumber,
      standardError: aNumber,
      topTokenAgreementRatio: aNumber,
      perplexityDense: aNumber,
    });
    expect(comparison['perplexity']).toBeCloseTo(Number(perplexity['perplexity']), 3);
  });

  it('kick gives scores, samples and differences', async () => {
    const line = 'kick q4.gguf --task factoid-qa --task multiple-choice-qa --limit 20 --shots 1 --samples s.jsonl';
    const result = (await json(`${line} --against demo`)) as {
      scores: { task: string }[];
      against: { scores: unknown[] };
    };
    for (const score of [...result.scores, ...result.against.scores]) expect(score).toMatchObject(aScore);
    expect(new Set(result.scores.map(({ task }) => task))).toEqual(new Set(['factoid-qa', 'multiple-choice-qa']));
    const samples = readFileSync(join(folder, 's.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text));
    expect(samples).toHaveLength(40);
    expect(samples[0]).toMatchObject({
      index: 0,
      id: expect.any(String),
      prompt: expect.any(String),
      outcome: 'answered',
    });
    const choice = samples.find(({ task }) => task === 'multiple-choice-qa');
    expect(choice.logprobs).toHaveLength(4);
    expect(choice.answer).toMatch(/^[A-D]$/);
  });

  it('scores lists what kick has measured, as JSON, CSV and a table', async () => {
    const rows = (await json('scores --task factoid-qa')) as unknown as Record<string, unknown>[];
    expect(rows.map(({ recipe }) => recipe)).toEqual(expect.arrayContaining(['dense', 'Q4_K_M']));
    const { stdout } = await whittle('scores --csv');
    const columns =
      'model,recipe,method,type,task,protocol,metric,value,confidence_low,confidence_high,items,failed,size_bytes,bits_per_weight,sparsity_ratio,model_sha256,data_sha256,seed';
    expect(stdout.startsWith(columns)).toBe(true);
    expect((await whittle('scores --model demo')).stdout).toContain('factoid-qa');
  });
});

describe('sweep and report', () => {
  it('compress, score and show', async () => {
    const sweep = (await json(
      'sweep demo --types Q8_0 --methods magnitude --sparsities 0.5 --task factoid-qa --limit 20',
    )) as {
      sweepId: string;
      points: { recipe: unknown; sizeBytes: number; bitsPerWeight: number; sparsityRatio: number; scores: unknown[] }[];
    };
    expect(sweep.sweepId).toMatch(/^\d{8}-\d{6}-[0-9a-f]{6}$/);
    expect(sweep.points.map(({ recipe }) => recipe)).toMatchObject([
      null,
      { steps: [{ method: 'quantize', params: { type: 'Q8_0' } }] },
      { steps: [{ method: 'magnitude', params: { sparsity: 0.5 } }] },
    ]);
    for (const point of sweep.points) {
      expect(point).toMatchObject({ sizeBytes: aNumber, bitsPerWeight: aNumber, sparsityRatio: aNumber });
      expect(point.scores[0]).toMatchObject(aScore);
    }
    const { files } = (await json('report out')) as { files: string[] };
    expect(files).toContain(join(folder, 'out', 'report.html'));
    for (const file of files) expect(existsSync(file)).toBe(true);
    const report = JSON.parse(readFileSync(join(folder, 'out', 'report.json'), 'utf8'));
    expect(report).toEqual(sweep);
    const again = await whittle('report out --quiet');
    expect(again.status).toBe(2);
    expect(again.stderr).toMatch(/^whittle: FILE_EXISTS: /);
  });
});

describe('chat', () => {
  it('answers one prompt from stdin', async () => {
    const result = await json('chat demo', 'What is the capital of Portugal?\n');
    expect(result).toMatchObject({
      answer: 'The capital of Portugal is Lisbon.',
      promptTokensPerSecond: aNumber,
      generatedTokensPerSecond: aNumber,
    });
    const { stdout } = await whittle('chat demo --quiet', 'What is the capital of France?\n');
    expect(stdout).toBe('The capital of France is Paris.\n');
  });
});

describe('the library', () => {
  it('knows the embedded model and what was imported, by its id', async () => {
    mkdirSync(join(folder, 'models'), { recursive: true });
    const imported = (await json('import q4.gguf --id my-model')) as { models: { id: string; path: string }[] };
    expect(imported.models).toMatchObject([{ id: 'my-model', path: join(folder, 'q4.gguf'), name: 'Whittle Demo' }]);
    const { models } = (await json('models')) as { models: { id: string }[] };
    expect(models.map(({ id }) => id)).toEqual(['demo', 'my-model']);
    expect(await json('inspect my-model')).toMatchObject({ fileType: 'Q4_K_M' });
  });

  it('lists the rest beside an entry that is damaged, and warns of that one', async () => {
    const entry = join(home, 'library', 'broken.json');
    mkdirSync(join(home, 'library'), { recursive: true });
    writeFileSync(entry, 'no JSON');
    const { status, stdout, stderr } = await whittle('models --json');
    rmSync(entry);
    const { models, damaged } = JSON.parse(stdout) as { models: { id: string }[]; damaged: object[] };
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining(`warning: ${entry}`) });
    expect(models.map(({ id }) => id)).toContain('demo');
    expect(damaged).toEqual([{ id: 'broken', path: entry, problem: expect.any(String) }]);
  });
});
