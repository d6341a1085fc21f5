import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeImatrix } from '../../../src/main/engine/calibration/imatrix-file.ts';
import { planResult } from '../../../src/main/engine/compress/plan-result.ts';
import { GgufValue } from '../../../src/main/engine/gguf/gguf-value.ts';
import { readGguf } from '../../../src/main/engine/gguf/read-gguf.ts';
import { openTensorData } from '../../../src/main/engine/gguf/tensor-data.ts';
import { GgufWriter } from '../../../src/main/engine/gguf/write-gguf.ts';
import { hashFile } from '../../../src/main/engine/models/hash-file.ts';
import { quantizeFile } from '../../../src/main/engine/native/quantize-file.ts';
import { makeTinyLlama, type TinyLlamaOptions } from '../../support/make-gguf.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { codeOf, compress, quantizeTo, readTensors, slowRelativeSquaredError } from './compress-context.ts';

function tinyModel(options: TinyLlamaOptions = {}): { folder: string; source: string; output: string } {
  const folder = tempFolder();
  const source = join(folder, 'in.gguf');
  makeTinyLlama(source, options);
  return { folder, source, output: join(folder, 'out.gguf') };
}

/** Even importances for every matrix of the layers. */
function flatImatrix(source: string, path: string, skip = ''): void {
  const entries = readGguf(source)
    .tensors.filter(({ name, shape }) => name.startsWith('blk.') && shape.length > 1 && name !== skip)
    .map(
      ({ name, shape }) =>
        [name, { sums: new Float64Array(shape[0] ?? 0).fill(7), counts: Float64Array.of(7) }] as const,
    );
  writeImatrix(path, { entries: new Map(entries), datasets: ['flat'], chunkCount: 1, chunkSize: 512 });
}

describe('quantize', () => {
  it.each(['Q8_0', 'Q4_K_M', 'Q2_K', 'IQ4_XS'])(
    'writes the tensor data of llama_model_quantize for %s, and reports it as it is',
    async (type) => {
      const { folder, source, output } = tinyModel();
      const expectedPath = join(folder, 'expected.gguf');
      quantizeFile({ input: source, output: expectedPath, fileType: type });
      const { artifact } = await compress(source, output, quantizeTo(type));
      const [expected, written, before] = [expectedPath, output, source].map(readTensors);
      expect([...written!.keys()].sort()).toEqual([...expected!.keys()].sort());
      for (const { name, type: tensorType, sizeBytes, sparsityRatio, relativeSquaredError } of artifact.tensors) {
        const { bytes, values } = written!.get(name)!;
        expect(bytes.equals(expected!.get(name)!.bytes)).toBe(true);
        expect({ tensorType, sizeBytes }).toEqual({ tensorType: expected!.get(name)!.type, sizeBytes: bytes.length });
        expect(sparsityRatio).toBe(values.filter((value) => value === 0).length / values.length);
        const error = slowRelativeSquaredError(before!.get(name)!.values, values);
        expect(relativeSquaredError).toBeCloseTo(error, 6);
      }
      expect(artifact.sha256).toBe(await hashFile(output));
      expect(artifact.sizeBytes).toBe(statSync(output).size);
    },
  );

  it('leaves only the result behind, with its provenance in the metadata', async () => {
    const { folder, source, output } = tinyModel();
    const { warnings, recipe, peakMemoryBytes } = await compress(source, output, quantizeTo('Q4_K_M'));
    expect(readdirSync(folder).sort()).toEqual(['in.gguf', 'out.gguf']);
    expect(warnings).toEqual([]);
    expect(peakMemoryBytes).toBeGreaterThan(1e6);
    const { metadata } = readGguf(output);
    const text = (key: string) => metadata.get(key)?.asString();
    expect(JSON.parse(text('whittle.recipe') ?? '')).toEqual(recipe);
    expect(text('whittle.source_sha256')).toBe(await hashFile(source));
    expect(text('whittle.llama_cpp_version')).toMatch(/^v\d/);
    expect(text('general.architecture')).toBe('llama');
    expect(metadata.get('general.file_type')?.asNumber()).toBe(15);
    expect(metadata.get('general.quantization_version')?.asNumber()).toBe(2);
  });

  it('writes the same bytes for the same input', async () => {
    const { folder, source, output } = tinyModel();
    const first = await compress(source, output, quantizeTo('Q4_K_M'));
    const second = await compress(source, join(folder, 'again.gguf'), quantizeTo('Q4_K_M'));
    expect(second.artifact.sha256).toBe(first.artifact.sha256);
  });

  it.each<[string, TinyLlamaOptions, { method: string; params: Record<string, unknown> }[]]>([
    ['one type', {}, quantizeTo('Q8_0')],
    ['fallbacks', { hiddenSize: 96 }, quantizeTo('Q4_K_M')],
    ['pruning', {}, [{ method: 'magnitude', params: { sparsity: 0.5 } }]],
    ['both', { separateOutput: true }, [{ method: 'magnitude', params: { pattern: '2:4' } }, ...quantizeTo('Q4_0')]],
    ['types by tensor', {}, quantizeTo('Q4_K_M', { tensorTypes: ['ffn_down=Q8_0'], pure: true })],
  ])('plans the exact size of %s', async (_, options, steps) => {
    const { source, output } = tinyModel(options);
    const recipe = { steps };
    const plan = planResult({ sourcePath: source, outputPath: output, recipe, allowRequantize: false });
    const { artifact, recipe: recorded, warnings } = await compress(source, output, steps);
    expect(plan.artifact.sizeBytes).toBe(statSync(output).size);
    expect(plan.artifact.bitsPerWeight).toBe(artifact.bitsPerWeight);
    expect(plan.artifact.sha256).toBeUndefined();
    expect(plan.recipe).toEqual(recorded);
    expect(plan.warnings).toEqual(warnings);
    const sizes = (tensors: typeof artifact.tensors) =>
      tensors.map(({ name, type, sizeBytes }) => `${name} ${type} ${sizeBytes}`).sort();
    expect(sizes(plan.artifact.tensors)).toEqual(sizes(artifact.tensors));
  });

  it('lists the tensors whose rows do not fit the type and what they get instead', async () => {
    const { source, output } = tinyModel({ hiddenSize: 96 });
    const { warnings, artifact } = await compress(source, output, quantizeTo('Q4_K_M'));
    expect(warnings.filter((text) => /Rows of 96 .* Q4_K: Q5_0 instead/.test(text))).toHaveLength(1);
    expect(warnings.join()).toContain('blk.*.attn_q.weight (2)');
    expect(artifact.tensors.find(({ name }) => name === 'blk.0.attn_q.weight')?.type).toBe('Q5_0');
  });

  it('takes F16 out of a BF16 source and BF16 out of an F32 one', async () => {
    const { source, output } = tinyModel({ type: 'BF16' });
    await compress(source, output, quantizeTo('F16'));
    expect(readTensors(output).get('blk.0.attn_q.weight')?.type).toBe('F16');
    const other = tinyModel({ type: 'F32' });
    const { artifact } = await compress(other.source, other.output, quantizeTo('BF16'));
    const tensor = artifact.tensors.find(({ name }) => name === 'blk.0.attn_q.weight');
    expect(tensor?.relativeSquaredError).toBeGreaterThan(0);
    expect(tensor?.relativeSquaredError).toBeLessThan(1e-5);
  });
});

describe('importance matrices', () => {
  it('are needed by the smallest types', async () => {
    const { source, output } = tinyModel();
    await expect(compress(source, output, quantizeTo('IQ2_XXS'))).rejects.toThrow(codeOf('IMATRIX_NEEDED'));
  });

  it('give the bytes that llama_model_quantize writes with them, and are named in the metadata', async () => {
    const { folder, source, output } = tinyModel();
    const imatrix = join(folder, 'imatrix.gguf');
    flatImatrix(source, imatrix);
    const { artifact } = await compress(source, output, quantizeTo('IQ2_XXS', { imatrix }));
    const values = new Map(
      readGguf(source).tensors.map(({ name, shape }) => [name, new Float32Array(shape[0] ?? 0).fill(1)] as const),
    );
    values.delete('token_embd.weight');
    const expectedPath = join(folder, 'expected.gguf');
    quantizeFile({ input: source, output: expectedPath, fileType: 'IQ2_XXS', imatrix: values });
    for (const [name, { bytes }] of readTensors(expectedPath)) {
      expect(readTensors(output).get(name)?.bytes.equals(bytes)).toBe(true);
    }
    expect(artifact.bitsPerWeight).toBeLessThan(8);
    const { metadata } = readGguf(output);
    expect(metadata.get('whittle.imatrix_sha256')?.asString()).toBe(await hashFile(imatrix));
    expect(metadata.get('quantize.imatrix.dataset')?.asString()).toBe('flat');
  });

  it('that lack a tensor are refused where llama.cpp would stop half way', async () => {
    const { folder, source, output } = tinyModel();
    const imatrix = join(folder, 'imatrix.gguf');
    flatImatrix(source, imatrix, 'blk.1.ffn_up.weight');
    const tensors = ['blk.1.ffn_up.weight'];
    const refused = expect.objectContaining({ code: 'IMATRIX_NEEDED', details: expect.objectContaining({ tensors }) });
    await expect(compress(source, output, quantizeTo('IQ2_XXS', { imatrix }))).rejects.toThrow(refused);
    expect(readdirSync(folder).sort()).toEqual(['imatrix.gguf', 'in.gguf']);
  });

  it('of another model, and files that are none, are refused', async () => {
    const { folder, source, output } = tinyModel();
    const other = join(folder, 'other.gguf');
    makeTinyLlama(other, { hiddenSize: 512 });
    const imatrix = join(folder, 'imatrix.gguf');
    flatImatrix(other, imatrix);
    await expect(compress(source, output, quantizeTo('Q4_0', { imatrix }))).rejects.toThrow(codeOf('BAD_DATA'));
    await expect(compress(source, output, quantizeTo('Q4_0', { imatrix: other }))).rejects.toThrow(codeOf('BAD_DATA'));
    const missing = quantizeTo('Q4_0', { imatrix: join(folder, 'none') });
    await expect(compress(source, output, missing)).rejects.toThrow(codeOf('FILE_NOT_FOUND'));
  });
});

describe('requantizing', () => {
  it('is refused unless asked for, and then says what is lost', async () => {
    const { folder, source, output } = tinyModel();
    await compress(source, output, quantizeTo('Q8_0'));
    const again = join(folder, 'again.gguf');
    await expect(compress(output, again, quantizeTo('Q4_K_M'))).rejects.toThrow(codeOf('QUANTIZED_SOURCE'));
    const { warnings, artifact } = await compress(output, again, quantizeTo('Q4_K_M'), { allowRequantize: true });
    expect(warnings.join()).toMatch(/Requantized from Q8_0/);
    expect(artifact.tensors.some(({ type }) => type === 'Q4_K')).toBe(true);
    expect(readGguf(again).metadata.get('whittle.source_recipe')?.asString()).toContain('Q8_0');
  });
});

describe('the header of a quantized file', () => {
  const names = (path: string) => [...readGguf(path).metadata.keys()].sort();

  it('holds the metadata of the source and what we add, nothing else', async () => {
    const { source, output } = tinyModel();
    await compress(source, output, quantizeTo('Q4_K_M'));
    const added = 'engine_version llama_cpp_version recipe source_sha256'.split(' ').map((name) => `whittle.${name}`);
    expect(names(output)).toEqual([...names(source), ...added, 'general.quantization_version'].sort());
  });

  it('may be shorter than that of the source: the data is then moved', async () => {
    const { folder, source, output } = tinyModel();
    const tensorTypes = Array.from({ length: 60 }, (_, index) => `^no_such_tensor_${index}$=Q8_0`);
    const first = join(folder, 'first.gguf');
    await compress(source, first, quantizeTo('Q8_0', { tensorTypes }));
    const second = await compress(first, join(folder, 'second.gguf'), quantizeTo('Q4_0'), { allowRequantize: true });
    const third = await compress(second.artifact.path, output, quantizeTo('Q4_0'), { allowRequantize: true });
    expect(readGguf(output).headerSizeBytes).toBeLessThan(readGguf(second.artifact.path).headerSizeBytes);
    const before = readTensors(second.artifact.path);
    for (const [name, { bytes }] of readTensors(output)) expect(bytes.equals(before.get(name)!.bytes)).toBe(true);
    expect(third.artifact.sha256).toBe(await hashFile(output));
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('is that of the first shard where shards are kept', async () => {
    const { folder, source } = tinyModel();
    splitInTwo(source, join(folder, 'split'));
    const first = join(folder, 'split-00001-of-00002.gguf');
    const kept = await compress(first, join(folder, 'kept.gguf'), quantizeTo('Q8_0', { keepSplit: true }));
    expect(kept.artifact.path).toBe(join(folder, 'kept-00001-of-00002.gguf'));
    const joined = await compress(first, join(folder, 'joined.gguf'), quantizeTo('Q8_0'));
    const [keptFile, joinedFile] = [readGguf(kept.artifact.path), readGguf(joined.artifact.path)];
    expect(keptFile.shards).toHaveLength(2);
    expect(joinedFile.shards).toHaveLength(1);
    expect(keptFile.metadata.get('whittle.recipe')?.asString()).toContain('keepSplit":true');
    expect(joinedFile.metadata.has('split.count')).toBe(false);
    const tensors = readTensors(joined.artifact.path);
    for (const [name, { bytes }] of readTensors(kept.artifact.path)) {
      expect(bytes.equals(tensors.get(name)!.bytes)).toBe(true);
    }
    const recipe = { steps: quantizeTo('Q8_0', { keepSplit: true }) };
    const plan = planResult({ sourcePath: first, outputPath: 'kept.gguf', recipe, allowRequantize: false });
    expect(plan.artifact.sizeBytes).toBe(kept.artifact.sizeBytes);
  });
});

/** The first half of the tensors and the second, as llama.cpp's gguf-split parts a model. */
function splitInTwo(source: string, prefix: string): void {
  const file = readGguf(source);
  const data = openTensorData(file);
  const middle = Math.floor(file.tensors.length / 2);
  for (const [index, tensors] of [file.tensors.slice(0, middle), file.tensors.slice(middle)].entries()) {
    const metadata = new Map(index === 0 ? file.metadata : []);
    metadata.set('split.no', GgufValue.number('uint16', index));
    metadata.set('split.count', GgufValue.number('uint16', 2));
    metadata.set('split.tensors.count', GgufValue.number('int32', file.tensors.length));
    const writer = GgufWriter.create(`${prefix}-0000${index + 1}-of-00002.gguf`, { metadata, tensors });
    for (const tensor of tensors) writer.writeTensor(tensor.name, data.read(tensor));
    writer.finish();
  }
  data.close();
}
