// Carries out a step of llama.cpp's quantizer: lets it write, compares every tensor with its source, and gives the file its final header.
import { renameSync } from 'node:fs';
import type { HeaderSpec } from '../gguf/encode-header.ts';
import { type GgufFile, type GgufTensor, readGguf } from '../gguf/read-gguf.ts';
import { openTensorData, type TensorData } from '../gguf/tensor-data.ts';
import { GgufWriter } from '../gguf/write-gguf.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { yieldToEvents } from '../models/yield-to-events.ts';
import { quantizeFile } from '../native/quantize-file.ts';
import { splitHeaders, withQuantizerFacts } from './artifact-headers.ts';
import type { PeakMemory } from './peak-memory.ts';
import { quantizerOptions } from './plan-quantize.ts';
import type { QuantizeStep } from './plan-recipe.ts';
import { fitsInPlace, replaceHeader, reserveRoom } from './reserve-header.ts';
import { canCompare, pieceBytes, pieceValues, WrittenTensor } from './written-tensor.ts';

export interface QuantizeStepInput {
  readonly source: GgufFile;
  readonly step: QuantizeStep;
  /** Of the result's files; several are named as llama.cpp names shards. */
  readonly paths: readonly string[];
  /** As planned, of all files together. */
  readonly header: HeaderSpec;
  readonly allowRequantize: boolean;
  readonly threads: number;
  readonly memory: PeakMemory;
}

/** Every file is synced when this returns. Throws CANCELLED, but not from inside llama.cpp: there a supervisor ends the process. */
export async function quantizeStep(input: QuantizeStepInput, context: JobContext): Promise<WrittenTensor[]> {
  const { source, step, paths } = input;
  await yieldToEvents(context.signal);
  runQuantizer(input, context);
  input.memory.sample();
  const quantized = readGguf(paths[0]!);
  const tensors = quantized.tensors.map(({ name, shape, type }) => ({ name, shape, type }));
  const headers = splitHeaders({ ...input.header, tensors }, source, step.shardCount);
  const written: WrittenTensor[] = [];
  for (const [shard, header] of headers.entries()) {
    const file = quantized.shards[shard]!;
    const check = { quantized, source, header, memory: input.memory };
    if (fitsInPlace(file, header)) {
      written.push(...(await compareTensors(check, drain, context)));
      replaceHeader(file.path, header);
    } else {
      written.push(...(await copyUnder(check, file.path, context)));
    }
  }
  return written;
}

function runQuantizer(
  { source, step, paths, header, allowRequantize, threads, memory }: QuantizeStepInput,
  { progress }: JobContext,
): void {
  const isSplit = step.shardCount > 1;
  const native = { metadata: withQuantizerFacts(source.metadata, step), tensors: header.tensors };
  const [nativeFirst, first] = [native, header].map((spec) => splitHeaders(spec, source, step.shardCount)[0]!);
  quantizeFile({
    ...quantizerOptions({ ...step.settings, keepSplit: isSplit }, step.imatrix),
    input: source.shards[0]!.path,
    output: isSplit ? paths[0]!.replace(/-00001-of-\d{5}\.gguf$/, '') : paths[0]!,
    metadata: reserveRoom(nativeFirst!, first!),
    allowRequantize,
    threads,
    onTensor: ({ index, total, name }) => {
      progress({ stage: `quantizing ${name}`, done: index, total, unit: 'tensors' });
    },
    onLogLine: () => memory.sample(),
  });
}

interface Comparison {
  readonly quantized: GgufFile;
  /** What it was made from. */
  readonly source: GgufFile;
  /** Of one file: names its tensors in order. */
  readonly header: HeaderSpec;
  readonly memory: PeakMemory;
}

/** `take` gets every tensor's pieces and must read them to the end. */
async function compareTensors(
  { quantized, source, header, memory }: Comparison,
  take: (name: string, pieces: Iterable<Uint8Array>) => void,
  { signal, progress }: JobContext,
): Promise<WrittenTensor[]> {
  const [quantizedOf, sourceOf] = [byName(quantized), byName(source)];
  const data = { quantized: openTensorData(quantized), source: openTensorData(source) };
  const written: WrittenTensor[] = [];
  try {
    for (const [index, { name, shape, type }] of header.tensors.entries()) {
      const result = new WrittenTensor({ name, shape, type });
      take(name, comparedPieces(data, sourceOf.get(name)!, quantizedOf.get(name)!, result));
      written.push(result);
      memory.sample();
      progress({ stage: `checking ${name}`, done: index + 1, total: header.tensors.length, unit: 'tensors' });
      await yieldToEvents(signal);
    }
    return written;
  } finally {
    data.quantized.close();
    data.source.close();
  }
}

function byName(file: GgufFile): Map<string, GgufTensor> {
  return new Map(file.tensors.map((tensor) => [tensor.name, tensor]));
}

function* comparedPieces(
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

function drain(_name: string, pieces: Iterable<Uint8Array>): void {
  for (const _ of pieces);
}

/** For a file whose room does not fit the header: its data is written once more. */
async function copyUnder(check: Comparison, path: string, context: JobContext): Promise<WrittenTensor[]> {
  const copyPath = `${path}.copy`;
  const writer = GgufWriter.create(copyPath, check.header);
  try {
    const written = await compareTensors(check, (name, pieces) => writer.writeTensor(name, pieces), context);
    writer.finish();
    renameSync(copyPath, path);
    return written;
  } catch (error) {
    writer.discard();
    throw error;
  }
}
