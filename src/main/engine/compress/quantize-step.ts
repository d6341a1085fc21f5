// Carries out a step of llama.cpp's quantizer: lets it write, then copies what it wrote under the final header while every tensor is
// compared with its source.
import { join } from 'node:path';
import type { HeaderSpec } from '../gguf/encode-header.ts';
import { type GgufFile, type GgufTensor, readGguf } from '../gguf/read-gguf.ts';
import { shardName } from '../gguf/shard-name.ts';
import { openTensorData, type TensorData } from '../gguf/tensor-data.ts';
import { GgufWriter } from '../gguf/write-gguf.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { yieldToEvents } from '../models/yield-to-events.ts';
import { quantizeFile } from '../native/quantize-file.ts';
import type { PeakMemory } from './peak-memory.ts';
import { quantizerOptions } from './plan-quantize.ts';
import type { QuantizeStep } from './plan-recipe.ts';
import { canCompare, pieceBytes, pieceValues, WrittenTensor } from './written-tensor.ts';

export interface QuantizeStepInput {
  readonly source: GgufFile;
  readonly step: QuantizeStep;
  /** For the quantizer's own file. */
  readonly folder: string;
  readonly allowRequantize: boolean;
  readonly threads: number;
  readonly memory: PeakMemory;
}

/** The file as llama.cpp wrote it. The call cannot be cancelled from inside: a supervisor ends the process. */
export async function quantizeStep(input: QuantizeStepInput, { progress, signal }: JobContext): Promise<GgufFile> {
  const { source, step, folder, memory } = input;
  const isSplit = step.shardCount > 1;
  await yieldToEvents(signal);
  quantizeFile({
    ...quantizerOptions({ ...step.settings, keepSplit: isSplit }, step.imatrix),
    input: source.shards[0]!.path,
    output: join(folder, isSplit ? 'quantized' : 'quantized.gguf'),
    allowRequantize: input.allowRequantize,
    threads: input.threads,
    onTensor: ({ index, total, name }) => {
      progress({ stage: `quantizing ${name}`, done: index, total, unit: 'tensors' });
    },
    onLogLine: () => memory.sample(),
  });
  memory.sample();
  return readGguf(join(folder, isSplit ? shardName('quantized', 0, step.shardCount) : 'quantized.gguf'));
}

export interface CheckedCopyInput {
  /** What `quantizeStep` returned. */
  readonly quantized: GgufFile;
  /** What it was made from. */
  readonly source: GgufFile;
  readonly outputPath: string;
  /** Tensors in the order of writing. */
  readonly header: HeaderSpec;
  readonly memory: PeakMemory;
}

/** The file is synced when this returns. Throws CANCELLED. */
export async function copyChecked(input: CheckedCopyInput, { signal, progress }: JobContext): Promise<WrittenTensor[]> {
  const { header, memory } = input;
  const [quantizedOf, sourceOf] = [byName(input.quantized), byName(input.source)];
  const data = { quantized: openTensorData(input.quantized), source: openTensorData(input.source) };
  const writer = GgufWriter.create(input.outputPath, header);
  const written: WrittenTensor[] = [];
  try {
    for (const [index, { name, shape, type }] of header.tensors.entries()) {
      const result = new WrittenTensor({ name, shape, type });
      writer.writeTensor(name, checkedPieces(data, sourceOf.get(name)!, quantizedOf.get(name)!, result));
      written.push(result);
      memory.sample();
      progress({ stage: `checking ${name}`, done: index + 1, total: header.tensors.length, unit: 'tensors' });
      await yieldToEvents(signal);
    }
    writer.finish();
    return written;
  } catch (error) {
    writer.discard();
    throw error;
  } finally {
    data.quantized.close();
    data.source.close();
  }
}

function byName(file: GgufFile): Map<string, GgufTensor> {
  return new Map(file.tensors.map((tensor) => [tensor.name, tensor]));
}

function* checkedPieces(
  data: { readonly quantized: TensorData; readonly source: TensorData },
  from: GgufTensor,
  to: GgufTensor,
  result: WrittenTensor,
): Generator<Uint8Array> {
  const unitBytes = pieceBytes(to.type);
  const sourcePieces = data.source.chunks(from, pieceBytes(from.type), pieceBytes(from.type));
  for (const piece of data.quantized.chunks(to, unitBytes, unitBytes)) {
    const source = sourcePieces.next();
    const valueCount = pieceValues(to.type, piece.length);
    if (canCompare(to.type) && !source.done) {
      result.compare({ type: from.type, data: source.value }, { type: to.type, data: piece }, valueCount);
    }
    yield piece;
  }
}
