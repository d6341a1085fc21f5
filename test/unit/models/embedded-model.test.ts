// The embedded model is what its recipe promises: every type of llama.cpp fits its rows, nothing is dead, the GGUF and the
// Hugging Face folder are one model.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EMBEDDED_DEMO_MODEL, embeddedPath } from '../../../src/main/engine/embedded-files.ts';
import { type GgufTensor, readGguf } from '../../../src/main/engine/gguf/read-gguf.ts';
import { openTensorData } from '../../../src/main/engine/gguf/tensor-data.ts';
import { readSafetensors } from '../../../src/main/engine/safetensors/read-safetensors.ts';

const file = readGguf(embeddedPath(EMBEDDED_DEMO_MODEL));
const folder = embeddedPath('demo-model/hf');
const data = openTensorData(file);
const matrices = file.tensors.filter(({ shape }) => shape.length === 2);
const metadata = (name: string) => file.metadata.get(name);
const valuesOf = (tensor: GgufTensor) => Float32Array.from(new Float16Array(data.read(tensor).buffer));

test('a Llama in F16 with grouped queries and an output of its own, small enough for the repository', () => {
  expect(statSync(file.path).size).toBeLessThan(20 * 1024 * 1024);
  expect(metadata('general.architecture')?.asString()).toBe('llama');
  expect(metadata('llama.attention.head_count')?.asNumber()).toBe(4);
  expect(metadata('llama.attention.head_count_kv')?.asNumber()).toBe(2);
  expect(matrices.map(({ name }) => name)).toEqual(expect.arrayContaining(['token_embd.weight', 'output.weight']));
  expect(new Set(matrices.map(({ type }) => type))).toEqual(new Set(['F16']));
  expect(matrices.filter(({ shape }) => shape[0]! % 256 !== 0)).toEqual([]);
  const parameterCount = file.tensors.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  expect(parameterCount).toBeGreaterThan(6e6);
  expect(parameterCount).toBeLessThan(9.5e6);
});

test('its tokenizer begins a text, ends a turn and has a chat template', () => {
  const tokens = metadata('tokenizer.ggml.tokens')?.asStrings() ?? [];
  const tokenOf = (name: string) => tokens[metadata(`tokenizer.ggml.${name}_token_id`)?.asNumber() ?? -1];
  expect(tokenOf('bos')).toBe('<|begin|>');
  expect(tokenOf('eos')).toBe('<|im_end|>');
  expect(metadata('tokenizer.chat_template')?.asString()).toContain('add_generation_prompt');
});

test('no row and no column is dead, and the rows of a matrix are alike in norm', () => {
  const spreads: number[] = [];
  for (const tensor of matrices) {
    const [width = 0, height = 0] = tensor.shape;
    const values = valuesOf(tensor);
    const columns = new Float64Array(width);
    const rows = new Float64Array(height);
    for (const [index, value] of values.entries()) {
      columns[index % width]! += value * value;
      rows[Math.floor(index / width)]! += value * value;
    }
    expect(Math.min(...columns), tensor.name).toBeGreaterThan(0);
    expect(Math.min(...rows), tensor.name).toBeGreaterThan(0);
    if (!tensor.name.startsWith('blk.')) continue;
    const norms = rows.map(Math.sqrt).sort();
    spreads.push(norms[Math.floor(0.9 * height)]! / norms[Math.floor(0.1 * height)]!);
  }
  const median = spreads.sort((a, b) => a - b)[Math.floor(spreads.length / 2)]!;
  expect(median).toBeLessThan(1.6);
});

test('the Hugging Face folder holds the same weights', () => {
  const { tensors, config } = readSafetensors(folder);
  expect(config).toMatchObject({ architecture: 'llama', layerCount: 6, hiddenSize: 256 });
  expect(tensors.length).toBe(file.tensors.length);
  const bytes = readFileSync(join(folder, 'model.safetensors'));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + Number(bytes.readBigUInt64LE(0)))) as Record<
    string,
    { data_offsets: [number, number] }
  >;
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const theirs = (name: string) => {
    const [from, to] = header[name]!.data_offsets;
    return bytes.subarray(start + from, start + to);
  };
  const ours = (name: string) => data.read(file.tensors.find((tensor) => tensor.name === name)!);
  for (const [gguf, huggingFace] of [
    ['token_embd.weight', 'model.embed_tokens.weight'],
    ['output.weight', 'lm_head.weight'],
    ['blk.3.ffn_down.weight', 'model.layers.3.mlp.down_proj.weight'],
    ['blk.5.attn_v.weight', 'model.layers.5.self_attn.v_proj.weight'],
  ] as const) {
    expect(ours(gguf).equals(theirs(huggingFace)), gguf).toBe(true);
  }
  // Rows of a head lie in pairs for llama.cpp and in halves for Hugging Face.
  const rowBytes = 256 * 2;
  const row = (matrix: Buffer, index: number) => matrix.subarray(index * rowBytes, (index + 1) * rowBytes);
  const [q, qHalves] = [ours('blk.2.attn_q.weight'), theirs('model.layers.2.self_attn.q_proj.weight')];
  for (let index = 0; index < 256; index++) {
    const head = Math.floor(index / 64);
    const inHead = index % 64;
    expect(row(q, index).equals(row(qHalves, head * 64 + Math.floor(inHead / 2) + (inHead % 2) * 32))).toBe(true);
  }
});
