import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readGguf } from '../../../src/main/engine/gguf/read-gguf.ts';
import { nativeFunctions } from '../../../src/main/engine/native/libraries.ts';
import { planQuantize, quantizeFile } from '../../../src/main/engine/native/quantize-file.ts';
import {
  FILE_TYPES,
  type FileType,
  fileTypeById,
  GGML_TYPES,
  REMOVED_GGML_TYPES,
} from '../../../src/shared/ggml-types.ts';
import { makeTinyLlama } from '../../support/make-gguf.ts';
import { tempFolder } from '../../support/temp-folder.ts';

describe('the table of tensor types agrees with ggml', () => {
  test.each(GGML_TYPES)('about $name', ({ id, name, blockSize, blockBytes, quantized }) => {
    const ggml = nativeFunctions();
    expect(ggml.ggml_type_name(id)?.toUpperCase()).toBe(name);
    expect(Number(ggml.ggml_blck_size(id))).toBe(blockSize);
    expect(Number(ggml.ggml_type_size(id))).toBe(blockBytes);
    expect(ggml.ggml_is_quantized(id)).toBe(quantized);
  });

  test('about the types that were removed', () => {
    for (const id of REMOVED_GGML_TYPES.keys()) expect(Number(nativeFunctions().ggml_blck_size(id))).toBe(0);
  });
});

describe('the table of file types agrees with the quantizer', () => {
  const writable = FILE_TYPES.filter((type) => type.writable);
  const baseTypeOf = (type: FileType): string => (type.name === 'MXFP4_MOE' ? 'Q8_0' : type.baseType);

  test.each(writable)('about what $name is made of', (type) => {
    const input = join(tempFolder(), 'in.gguf');
    makeTinyLlama(input, {
      layerCount: 8,
      headCount: 4,
      keyValueHeadCount: 2,
      feedForwardSize: 256,
      type: 'F32',
      separateOutput: true,
    });
    const { tensors } = planQuantize({ input, fileType: type.name });
    const types = tensors.map(({ toType }) => toType.toUpperCase());
    expect(types).toContain(baseTypeOf(type));
    expect(types.includes('IQ3_S')).toBe(type.mayUseIq3s);
  });

  test.each(writable)('about whether $name needs an imatrix, and its id', (type) => {
    const folder = tempFolder();
    const input = join(folder, 'in.gguf');
    const output = join(folder, 'out.gguf');
    makeTinyLlama(input, { layerCount: 1, feedForwardSize: 256, type: 'F32' });
    const quantize = (): void => quantizeFile({ input, output, fileType: type.name });
    if (type.imatrix === 'required') {
      expect(quantize).toThrow(expect.objectContaining({ code: 'IMATRIX_NEEDED' }));
      return;
    }
    quantize();
    const { metadata, tensors } = readGguf(output);
    expect(fileTypeById(metadata.get('general.file_type')?.asNumber() ?? -1)).toBe(type);
    expect(tensors.map((tensor) => tensor.type)).toContain(baseTypeOf(type));
  });

  test('about the types that are only read', () => {
    const folder = tempFolder();
    const input = join(folder, 'in.gguf');
    makeTinyLlama(input, { hiddenSize: 64, layerCount: 1, type: 'F32' });
    for (const { name } of FILE_TYPES.filter((type) => !type.writable)) {
      expect(() => quantizeFile({ input, output: join(folder, 'out.gguf'), fileType: name }), name).toThrow();
    }
  });
});
