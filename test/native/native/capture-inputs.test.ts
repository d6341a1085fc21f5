import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readGguf } from '../../../src/main/engine/gguf/read-gguf.ts';
import { openTensorData } from '../../../src/main/engine/gguf/tensor-data.ts';
import type { MatmulObserver } from '../../../src/main/engine/native/capture-inputs.ts';
import { dequantize } from '../../../src/main/engine/native/ggml-convert.ts';
import { ModelSession } from '../../../src/main/engine/native/model-session.ts';
import { makeTinyLlama } from '../../support/make-gguf.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { makeTinyMixture } from './make-tiny-mixture.ts';

interface Seen {
  readonly columns: number;
  readonly tokens: number;
  readonly sharedWith: string | undefined;
  readonly values: Float32Array;
  readonly expertIds?: Int32Array | undefined;
  readonly rowsPerToken?: number | undefined;
}

function weightsOf(path: string): (name: string) => Float32Array {
  const file = readGguf(path);
  const data = openTensorData(file);
  onTestFinished(() => data.close());
  return (name) => {
    const tensor = file.tensors.find((candidate) => candidate.name === name);
    if (tensor === undefined) throw new Error(`no tensor ${name}`);
    return dequantize(
      tensor.type,
      data.read(tensor),
      tensor.shape.reduce((a, b) => a * b, 1),
    );
  };
}

function openWith(path: string, observer: MatmulObserver): ModelSession {
  const session = ModelSession.open({ modelPath: path, contextSize: 256, gpu: 'none', matmulObserver: observer });
  onTestFinished(() => session.close());
  return session;
}

function capture(path: string, tokens: readonly number[], wants?: (name: string) => boolean): Map<string, Seen> {
  const seen = new Map<string, Seen>();
  const session = openWith(path, {
    ...(wants === undefined ? {} : { wants }),
    observe: ({ weightName, columns, tokens: count, values, sharedWith, experts }) => {
      seen.set(weightName, {
        columns,
        tokens: count,
        sharedWith,
        values: values().slice(),
        expertIds: experts?.ids(),
        rowsPerToken: experts?.rowsPerToken,
      });
    },
  });
  session.decodeRun(tokens, { logits: 'all' });
  return seen;
}

const TOKENS = [1, 270, 300, 310, 290, 305];

test('the input of the first attention is the normalized embedding', () => {
  const path = join(tempFolder(), 'tiny.gguf');
  makeTinyLlama(path, { type: 'F32' });
  const weights = weightsOf(path);
  const embeddings = weights('token_embd.weight');
  const norm = weights('blk.0.attn_norm.weight');
  const width = norm.length;
  const input = capture(path, TOKENS).get('blk.0.attn_q.weight');
  expect(input).toMatchObject({ columns: width, tokens: TOKENS.length });
  for (const [row, token] of TOKENS.entries()) {
    const x = embeddings.subarray(token * width, (token + 1) * width);
    const scale = 1 / Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / width + 1e-5);
    for (let c = 0; c < width; c += 1) {
      const expected = (x[c] ?? 0) * scale * (norm[c] ?? 0);
      expect(Math.abs((input?.values[row * width + c] ?? Number.NaN) - expected)).toBeLessThan(1e-5);
    }
  }
});

test('every layer matrix is shown once, and those with one input name the first of them', () => {
  const path = join(tempFolder(), 'tiny.gguf');
  makeTinyLlama(path, { layerCount: 2 });
  const seen = capture(path, TOKENS);
  const parts = ['attn_q', 'attn_k', 'attn_v', 'attn_output', 'ffn_gate', 'ffn_up', 'ffn_down'];
  expect([...seen.keys()].sort()).toEqual(
    [0, 1].flatMap((layer) => parts.map((part) => `blk.${layer}.${part}.weight`)).sort(),
  );
  const attention = ['attn_q', 'attn_k', 'attn_v'].map((part) => seen.get(`blk.1.${part}.weight`));
  expect(attention.filter((input) => input?.sharedWith === undefined)).toHaveLength(1);
  for (const input of attention) expect(input?.values).toEqual(attention[0]?.values);
  expect(seen.get('blk.0.attn_output.weight')?.sharedWith).toBeUndefined();
  expect(seen.get('blk.0.ffn_down.weight')?.columns).toBe(512);
});

test('what is wanted can be chosen, the output matrix too', () => {
  const path = join(tempFolder(), 'tiny.gguf');
  makeTinyLlama(path, { separateOutput: true });
  expect([...capture(path, TOKENS, (name) => name === 'output.weight').keys()]).toEqual(['output.weight']);
});

test('an error of the observer comes out of decode, and the session lives on', () => {
  const path = join(tempFolder(), 'tiny.gguf');
  makeTinyLlama(path);
  let calls = 0;
  const session = openWith(path, {
    observe: () => {
      calls += 1;
      if (calls === 3) throw new RangeError('the third is too much');
    },
  });
  expect(() => session.decodeRun(TOKENS)).toThrow('the third is too much');
  expect(calls).toBe(3);
  session.clear();
  session.decodeRun(TOKENS);
  expect(session.argmax(TOKENS.length - 1)).toBeGreaterThanOrEqual(0);
});

test('experts get the rows that the router sends them', () => {
  const path = join(tempFolder(), 'mixture.gguf');
  const shape = { hiddenSize: 64, feedForwardSize: 96, expertCount: 6, usedCount: 2 };
  makeTinyMixture(path, shape);
  const seen = capture(path, TOKENS);
  const router = weightsOf(path)('blk.0.ffn_gate_inp.weight');
  const routed = seen.get('blk.0.ffn_gate_inp.weight');
  const gate = seen.get('blk.0.ffn_gate_exps.weight');
  const down = seen.get('blk.0.ffn_down_exps.weight');
  expect(gate).toMatchObject({ columns: 64, tokens: TOKENS.length, rowsPerToken: 1 });
  expect(down).toMatchObject({ columns: 96, tokens: TOKENS.length, rowsPerToken: 2 });
  expect(gate?.values).toEqual(routed?.values);
  expect(down?.values).toHaveLength(TOKENS.length * 2 * 96);
  expect(down?.expertIds).toEqual(gate?.expertIds);
  for (const row of TOKENS.keys()) {
    const input = routed?.values.subarray(row * 64, (row + 1) * 64) ?? new Float32Array();
    const scores = Array.from({ length: 6 }, (_, expert) =>
      input.reduce((sum, x, c) => sum + x * (router[expert * 64 + c] ?? 0), 0),
    );
    const best = scores
      .map((score, expert) => ({ score, expert }))
      .sort((a, b) => b.score - a.score)
      .slice(0, 2);
    expect([...(gate?.expertIds?.subarray(row * 2, row * 2 + 2) ?? [])].sort()).toEqual(
      best.map(({ expert }) => expert).sort(),
    );
  }
});
