import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EMBEDDED_DEMO_MODEL, embeddedPath } from '../../../src/main/engine/embedded-files.ts';
import { readGguf } from '../../../src/main/engine/gguf/read-gguf.ts';
import { openTensorData } from '../../../src/main/engine/gguf/tensor-data.ts';
import { LLAMA_CPP_RELEASE } from '../../../src/main/engine/native/abi.generated.ts';
import { dequantize, quantizeRows } from '../../../src/main/engine/native/ggml-convert.ts';
import { planQuantize, type QuantizeOptions, quantizeFile } from '../../../src/main/engine/native/quantize-file.ts';
import { makeTinyLlama } from '../../support/make-gguf.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const DEMO = embeddedPath(EMBEDDED_DEMO_MODEL);
const PEERS = process.env['WHITTLE_PEERS'] ?? join(homedir(), '.cache', 'whittle-peers');
const LLAMA_QUANTIZE = join(PEERS, `llama.cpp-${LLAMA_CPP_RELEASE}`, 'build', 'bin', 'llama-quantize');

const sizesOf = (path: string) =>
  readGguf(path).tensors.map(({ name, type, sizeBytes }) => ({ name, type, sizeBytes }));
const codeOf = (code: string) => expect.objectContaining({ code });

test.each<[string, Partial<QuantizeOptions>]>([
  ['a plain type', { fileType: 'Q8_0' }],
  ['a mix', { fileType: 'Q3_K_M' }],
  ['a pure type', { fileType: 'Q4_K_M', pure: true }],
  [
    'types by pattern',
    {
      fileType: 'Q4_K_M',
      tensorTypes: [
        { pattern: 'blk\\.[01]\\.ffn_(UP|down)', type: 'Q8_0' },
        { pattern: 'ffn_down', type: 'Q6_K' },
      ],
    },
  ],
  ['an output and embedding type', { fileType: 'Q4_0', outputTensorType: 'Q8_0', tokenEmbeddingType: 'Q5_1' }],
  ['layers left out', { fileType: 'Q4_0', pruneLayers: [3, 1] }],
  ['no quantization at all', { fileType: 'F32' }],
])('the plan of %s is what is then written: names, types and sizes', (_, options) => {
  const folder = tempFolder();
  const input = join(folder, 'in.gguf');
  const output = join(folder, 'out.gguf');
  makeTinyLlama(input, { layerCount: 5 });
  const all = { input, fileType: 'Q8_0', ...options };
  const plan = planQuantize(all);
  quantizeFile({ ...all, output });
  const written = sizesOf(output);
  expect(plan.tensors.map(({ name, toType, sizeBytes }) => ({ name, type: toType, sizeBytes }))).toEqual(written);
  expect(plan.tensorBytes).toBe(written.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
});

test('patterns are tried in order, in lower case, and beat the mix', () => {
  const input = join(tempFolder(), 'in.gguf');
  makeTinyLlama(input);
  const tensorTypes = [
    { pattern: 'BLK\\.0\\.ffn_down', type: 'Q8_0' },
    { pattern: 'ffn_down', type: 'Q5_K' },
  ];
  const types = new Map(
    planQuantize({ input, fileType: 'Q2_K', tensorTypes }).tensors.map(({ name, toType }) => [name, toType]),
  );
  expect(types.get('blk.0.ffn_down.weight')).toBe('Q8_0');
  expect(types.get('blk.1.ffn_down.weight')).toBe('Q5_K');
});

test('layers left out make a model with fewer blocks, numbered without gaps', () => {
  const folder = tempFolder();
  const input = join(folder, 'in.gguf');
  const output = join(folder, 'out.gguf');
  makeTinyLlama(input, { layerCount: 4 });
  quantizeFile({ input, output, fileType: 'F16', pruneLayers: [1] });
  const file = readGguf(output);
  const layers = new Set(file.tensors.flatMap(({ name }) => /^blk\.(\d+)\./.exec(name)?.[1] ?? []));
  expect([...layers].sort()).toEqual(['0', '1', '2']);
});

test('widths that are no multiple of 256 are listed with the type they get instead', () => {
  const input = join(tempFolder(), 'in.gguf');
  makeTinyLlama(input, { hiddenSize: 96, feedForwardSize: 256 });
  const { fallbacks, tensors } = planQuantize({ input, fileType: 'Q4_K_M' });
  const fallback = fallbacks.find(({ name }) => name === 'blk.0.attn_q.weight');
  expect(fallback).toEqual({ name: 'blk.0.attn_q.weight', columns: 96, wantedType: 'Q4_K', usedType: 'Q5_0' });
  expect(tensors.find(({ name }) => name === 'blk.0.attn_q.weight')?.toType).toBe('Q5_0');
});

test('each tensor is reported when it is done, and the log is passed on', () => {
  const folder = tempFolder();
  const input = join(folder, 'in.gguf');
  makeTinyLlama(input);
  const names: string[] = [];
  const lines: string[] = [];
  quantizeFile({
    input,
    output: join(folder, 'out.gguf'),
    fileType: 'Q4_0',
    threads: 2,
    onTensor: ({ name }) => names.push(name),
    onLogLine: (line) => lines.push(line),
  });
  expect([...names].sort()).toEqual(
    readGguf(input)
      .tensors.map(({ name }) => name)
      .sort(),
  );
  expect(lines.some((line) => line.includes('quant size'))).toBe(true);
});

test('the imatrix reaches the quantizer: each row is written as with the column weights given', () => {
  const folder = tempFolder();
  const input = join(folder, 'in.gguf');
  const output = join(folder, 'out.gguf');
  makeTinyLlama(input, { layerCount: 1 });
  const source = readGguf(input);
  const imatrix = new Map(
    source.tensors
      .filter(({ name, shape }) => shape.length === 2 && name.startsWith('blk.'))
      .map(({ name, shape }) => [name, Float32Array.from({ length: shape[0] ?? 0 }, (_, i) => 1 + (i % 7) ** 2)]),
  );
  quantizeFile({ input, output, fileType: 'IQ2_XXS', imatrix });
  const written = readGguf(output);
  const [before, after] = [openTensorData(source), openTensorData(written)];
  for (const tensor of written.tensors.filter(({ name }) => imatrix.has(name))) {
    const original = source.tensors.find(({ name }) => name === tensor.name)!;
    const [rowWidth = 0, rows = 0] = tensor.shape;
    const values = dequantize(original.type, before.read(original), rowWidth * rows);
    const expected = quantizeRows(tensor.type, values, rowWidth, imatrix.get(tensor.name));
    expect(Buffer.compare(expected, after.read(tensor))).toBe(0);
  }
  before.close();
  after.close();
});

test('refusals name their reason', () => {
  const folder = tempFolder();
  const [input, output] = [join(folder, 'in.gguf'), join(folder, 'out.gguf')];
  makeTinyLlama(input);
  const run = (options: Partial<Parameters<typeof quantizeFile>[0]>) => () =>
    quantizeFile({ input, output, fileType: 'Q4_0', ...options });
  expect(run({ input: join(folder, 'none.gguf') })).toThrow(codeOf('FILE_NOT_FOUND'));
  expect(run({ fileType: 'Q9_Z' })).toThrow(codeOf('UNKNOWN_TYPE'));
  expect(run({ tensorTypes: [{ pattern: 'a', type: 'Q9_Z' }] })).toThrow(codeOf('UNKNOWN_TYPE'));
  expect(run({ fileType: 'IQ1_S' })).toThrow(codeOf('IMATRIX_NEEDED'));
  expect(run({ tensorTypes: [{ pattern: '(', type: 'Q8_0' }] })).toThrow(codeOf('NATIVE_FAILED'));
  expect(run({ output: join(folder, 'no', 'folder', 'out.gguf') })).toThrow(codeOf('NOT_WRITABLE'));
  run({})();
  expect(run({ input: output, output: join(folder, 'again.gguf'), fileType: 'Q2_K' })).toThrow(
    codeOf('QUANTIZED_SOURCE'),
  );
  expect(
    run({ input: output, output: join(folder, 'again.gguf'), fileType: 'Q2_K', allowRequantize: true }),
  ).not.toThrow();
});

const hasPeer = existsSync(LLAMA_QUANTIZE);
if (!hasPeer) process.stderr.write(`skipped: comparison with llama-quantize, which is not at ${LLAMA_QUANTIZE}\n`);

test.skipIf(!hasPeer).each(['Q8_0', 'Q4_0', 'Q4_K_M', 'Q2_K'])(
  '%s of the demo model equals the file of llama-quantize',
  (fileType) => {
    const folder = tempFolder();
    const [mine, theirs] = [join(folder, 'mine.gguf'), join(folder, 'theirs.gguf')];
    quantizeFile({ input: DEMO, output: mine, fileType, threads: 2 });
    expect(spawnSync(LLAMA_QUANTIZE, [DEMO, theirs, fileType, '2']).status).toBe(0);
    expect(Buffer.compare(readFileSync(mine), readFileSync(theirs))).toBe(0);
  },
);
