import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inspectModel } from '../../../src/main/engine/models/inspect-model.ts';
import { tempFolder } from '../../support/temp-folder.ts';

function safetensorsBytes(header: unknown, dataBytes: number, claimedBytes?: bigint): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const head = Buffer.alloc(8);
  head.writeBigUInt64LE(claimedBytes ?? BigInt(text.length));
  return Buffer.concat([head, text, Buffer.alloc(dataBytes)]);
}

const HEADER = {
  __metadata__: { format: 'pt' },
  'model.embed_tokens.weight': { dtype: 'F16', shape: [10, 4], data_offsets: [0, 80] },
  'model.norm.weight': { dtype: 'F16', shape: [4], data_offsets: [80, 88] },
};

describe('a Hugging Face model', () => {
  test('is summarized from its headers and its config', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'model-1.safetensors'), safetensorsBytes(HEADER, 88));
    const second = { 'lm_head.weight': { dtype: 'F16', shape: [10, 4], data_offsets: [0, 80] } };
    writeFileSync(join(folder, 'model-2.safetensors'), safetensorsBytes(second, 80));
    const config = {
      model_type: 'llama',
      num_hidden_layers: 2,
      hidden_size: 4,
      vocab_size: 10,
      max_position_embeddings: 99,
    };
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
    expect(await inspectModel(folder, { tensors: true })).toMatchObject({
      format: 'safetensors',
      architecture: 'llama',
      parameterCount: 84,
      layerCount: 2,
      hiddenSize: 4,
      vocabularySize: 10,
      contextLength: 99,
      fileType: 'F16',
      bitsPerWeight: 16,
      tensors: [
        { name: 'model.embed_tokens.weight', shape: [4, 10], type: 'F16', sizeBytes: 80 },
        { name: 'model.norm.weight', shape: [4], type: 'F16', sizeBytes: 8 },
        { name: 'lm_head.weight', shape: [4, 10], type: 'F16', sizeBytes: 80 },
      ],
    });
  });

  const faults: readonly [string, Buffer][] = [
    ['is empty', Buffer.alloc(0)],
    ['claims a header of 2^63 bytes', safetensorsBytes(HEADER, 88, 2n ** 63n)],
    ['has a header that is no JSON', safetensorsBytes('{"a": ', 88)],
    ['has a header that is a list', safetensorsBytes([1], 88)],
    ['describes a tensor wrongly', safetensorsBytes({ a: { dtype: 'F16', shape: [-1], data_offsets: [0, 2] } }, 88)],
    ['is cut off', safetensorsBytes(HEADER, 87)],
  ];
  test.each(faults)('that %s is refused', async (_, bytes) => {
    const path = join(tempFolder(), 'model.safetensors');
    writeFileSync(path, bytes);
    await expect(inspectModel(path)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  test('must have files in its folder', async () => {
    await expect(inspectModel(tempFolder())).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(inspectModel(join(tempFolder(), 'x.safetensors'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});
