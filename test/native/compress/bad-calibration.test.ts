// What calibrating methods must refuse: amounts, patterns, texts, weights, statistics, sources and layouts. Nothing is left behind.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeTinyLlama, type TinyLlamaOptions } from '../../support/make-gguf.ts';
import { tempFolder, tempFolderForFile } from '../../support/temp-folder.ts';
import { makeTinyMixture } from '../native/make-tiny-mixture.ts';
import { codeOf, compress, quantizeTo } from './compress-context.ts';

function model(options: TinyLlamaOptions = {}): { folder: string; source: string; output: string } {
  const folder = tempFolder();
  const source = join(folder, 'in.gguf');
  makeTinyLlama(source, { hiddenSize: 64, ...options });
  return { folder, source, output: join(folder, 'out.gguf') };
}

function textFile(folder: string, words: number): string {
  const path = join(folder, 'text.txt');
  writeFileSync(path, Array.from({ length: words }, (_, i) => ['the', 'river', 'of', 'a', 'king'][i % 5]).join(' '));
  return path;
}

const PRUNING = ['magnitude', 'wanda', 'sparsegpt'];
const CALIBRATING: readonly (readonly [string, Record<string, unknown>])[] = [
  ['wanda', { sparsity: 0.5 }],
  ['wanda', { sparsity: 0.5, stats: 'sequential' }],
  ['sparsegpt', { pattern: '2:4' }],
  ['gptq', { stats: 'sequential', trueSequential: true }],
  ['rtn', { outlierThreshold: 6 }],
  ['feedback', { type: 'Q4_0' }],
  ['awq', {}],
  ['drop-layers', { by: 'influence', count: 1 }],
];

describe('before work starts', () => {
  test.each(
    PRUNING.flatMap((method) => [
      { method, params: { sparsity: 1.01 } },
      { method, params: { sparsity: -0.01 } },
      { method, params: { sparsity: Number.NaN } },
      { method, params: { pattern: '3:2' } },
      { method, params: { pattern: '2:7' } },
      { method, params: {} },
    ]),
  )('$method with $params is refused', async ({ method, params }) => {
    const { folder, source, output } = model();
    await expect(compress(source, output, [{ method, params }])).rejects.toThrow(codeOf('BAD_RECIPE'));
    expect(readdirSync(folder)).toEqual(['in.gguf']);
  });

  test.each(CALIBRATING)('%s %o refuses a quantized source unless that is allowed', async (method, params) => {
    if (method === 'drop-layers') return;
    const { folder, source, output } = model();
    const quantized = join(folder, 'quantized.gguf');
    await compress(source, quantized, quantizeTo('Q8_0'));
    await expect(compress(quantized, output, [{ method, params }])).rejects.toThrow(codeOf('QUANTIZED_SOURCE'));
    expect(readdirSync(folder).sort()).toEqual(['in.gguf', 'quantized.gguf']);
  });

  test('AWQ refuses a model whose layers it does not know', async () => {
    const { folder, source, output } = model();
    const bytes = readFileSync(source);
    for (let at = bytes.indexOf('llama'); at >= 0; at = bytes.indexOf('llama', at)) bytes.write('mamba', at);
    writeFileSync(source, bytes);
    await expect(compress(source, output, [{ method: 'awq', params: {} }])).rejects.toThrow(
      codeOf('UNSUPPORTED_MODEL'),
    );
    expect(readdirSync(folder)).toEqual(['in.gguf']);
  });
});

describe('a text that is too short for one sample', () => {
  test.each(CALIBRATING)('ends %s %o', async (method, params) => {
    const { folder, source, output } = model();
    const calibration = textFile(folder, 20);
    const steps = [{ method, params: { ...params, calibration, calibrationSamples: 2, calibrationLength: 100 } }];
    await expect(compress(source, output, steps)).rejects.toThrow(codeOf('BAD_DATA'));
    expect(readdirSync(folder).sort()).toEqual(['in.gguf', 'text.txt']);
  });
});

const SHORT = { calibrationSamples: 2, calibrationLength: 16 };
const LAYERED = CALIBRATING.filter(([method]) => method !== 'drop-layers');

describe('damaged numbers', () => {
  test.each(LAYERED)('a weight that is no number ends %s %o', async (method, params) => {
    const { folder, source, output } = model({
      edit: (name, weights) => {
        if (name === 'blk.1.attn_k.weight') weights[7] = Number.NaN;
      },
    });
    await expect(compress(source, output, [{ method, params: { ...params, ...SHORT } }])).rejects.toThrow(
      codeOf('BAD_DATA'),
    );
    expect(readdirSync(folder)).toEqual(['in.gguf']);
  });

  test.each(LAYERED)('inputs that overflow end %s %o', async (method, params) => {
    const { folder, source, output } = model({
      type: 'F32',
      edit: (name, weights) => {
        if (/blk\.1\.ffn_(gate|up)/.test(name)) for (const [i, weight] of weights.entries()) weights[i] = weight * 1e25;
      },
    });
    await expect(compress(source, output, [{ method, params: { ...params, ...SHORT } }])).rejects.toThrow(
      codeOf('BAD_DATA'),
    );
    expect(readdirSync(folder)).toEqual(['in.gguf']);
  });
});

describe('experts', () => {
  const folder = tempFolderForFile();
  const source = join(folder, 'mixture.gguf');
  makeTinyMixture(source, { hiddenSize: 64, feedForwardSize: 96, expertCount: 16, usedCount: 1 });

  test.each([
    ['wanda', { sparsity: 0.5 }],
    ['wanda', { sparsity: 0.5, stats: 'sequential' }],
    ['sparsegpt', { sparsity: 0.5 }],
    ['gptq', { stats: 'sequential', trueSequential: true }],
  ] as const)('that saw no token are named by %s %o', async (method, params) => {
    const calibration = textFile(folder, 40);
    const steps = [{ method, params: { ...params, calibration, calibrationSamples: 1, calibrationLength: 6 } }];
    const { artifact, warnings } = await compress(source, join(folder, 'out.gguf'), steps, { force: true });
    const said = warnings.filter((text) => text.startsWith('Experts')).join(' ');
    // One token goes to one of 16 experts: of six tokens at least ten experts see none.
    const named = new Set(said.match(/ffn_down_exps\.weight\[\d+\]/g));
    expect(named.size).toBeGreaterThanOrEqual(10);
    expect(artifact.tensors.length).toBeGreaterThan(0);
  });
});
