// Carries out a step that changes weights: streams a model through a method, matrix by matrix, into one new file.
import { WorkbenchError } from '../../../shared/errors.ts';
import type { HeaderSpec } from '../gguf/encode-header.ts';
import type { GgufFile, GgufTensor } from '../gguf/read-gguf.ts';
import { openTensorData, type TensorData } from '../gguf/tensor-data.ts';
import { GgufWriter } from '../gguf/write-gguf.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { yieldToEvents } from '../models/yield-to-events.ts';
import { dequantize } from '../native/ggml-convert.ts';
import { checkFinite, encodeRows, type NamedFacts } from './change-matrix.ts';
import { EMBEDDING, encodedRows } from './embedding-rows.ts';
import { freeBuffers } from './free-buffers.ts';
import type { MatrixShape, MatrixStatistics } from './method.ts';
import { matricesOf } from './model-tensors.ts';
import type { PeakMemory } from './peak-memory.ts';
import type { TransformStep } from './plan-recipe.ts';
import { canCompare, pieceBytes, pieceValues, WrittenTensor } from './written-tensor.ts';

export interface TransformInput {
  readonly source: GgufFile;
  readonly step: TransformStep;
  readonly outputPath: string;
  readonly header: HeaderSpec;
  /** Of a matrix by its name; for an expert `NAME[3]`. */
  readonly statisticsOf: (shape: MatrixShape, tensor: string, index: number) => MatrixStatistics;
  readonly memory: PeakMemory;
  /** The data of a touched tensor when it was changed beforehand, layer by layer. */
  readonly readChanged?: ((tensor: string) => Uint8Array) | undefined;
  readonly onFacts: (facts: NamedFacts) => void;
}

/** The file is synced when this returns. Throws BAD_DATA for weights that are no finite numbers, CANCELLED. */
export async function transformFile(input: TransformInput, { signal, progress }: JobContext): Promise<WrittenTensor[]> {
  const { source, step, header, memory } = input;
  const sources = new Map(source.tensors.map((tensor) => [tensor.name, tensor]));
  const data = openTensorData(source);
  const writer = GgufWriter.create(input.outputPath, header);
  const written: WrittenTensor[] = [];
  try {
    for (const [index, tensor] of step.tensors.entries()) {
      const from = sources.get(step.dropped?.sourceNames.get(tensor.name) ?? tensor.name)!;
      const result = new WrittenTensor(tensor);
      const isTouched = step.touched.has(tensor.name);
      const pieces = isTouched
        ? changedPieces(input, data, from, result)
        : (lookedUp(input, data, from, result) ?? converted(data, from, result));
      writer.writeTensor(tensor.name, sampled(pieces, memory));
      checkNumbers(result, step);
      written.push(result);
      const stage = isTouched ? `${step.method.id} ${tensor.name}` : `copying ${tensor.name}`;
      progress({ stage, done: index + 1, total: step.tensors.length, unit: 'tensors' });
      await yieldToEvents(signal);
    }
    writer.finish();
    return written;
  } catch (error) {
    writer.discard();
    throw error;
  } finally {
    data.close();
  }
}

function* sampled(pieces: Iterable<Uint8Array>, memory: PeakMemory): Generator<Uint8Array> {
  for (const piece of pieces) {
    memory.sample();
    yield piece;
  }
}

function* changedPieces(
  input: TransformInput,
  data: TensorData,
  from: GgufTensor,
  result: WrittenTensor,
): Generator<Uint8Array> {
  if (input.readChanged === undefined) {
    yield* transformed(input, data, from, result);
    return;
  }
  const { type } = result.tensor;
  const changed = input.readChanged(from.name);
  const shapes = matricesOf(from);
  for (const [index, { rows, columns }] of shapes.entries()) {
    const [before, after] = [from.sizeBytes / shapes.length, changed.length / shapes.length];
    const bytes = data.readRange(from, index * before, before);
    const piece = changed.subarray(index * after, (index + 1) * after);
    result.compare({ type: from.type, data: bytes }, { type, data: piece }, rows * columns);
    yield piece;
  }
}

/** One piece per matrix: a tensor of experts is never whole in memory. */
function* transformed(
  { step, statisticsOf, onFacts }: TransformInput,
  data: TensorData,
  from: GgufTensor,
  result: WrittenTensor,
): Generator<Uint8Array> {
  const { type } = result.tensor;
  const shapes = matricesOf(from);
  const matrixBytes = from.sizeBytes / shapes.length;
  for (const [index, shape] of shapes.entries()) {
    const bytes = data.readRange(from, index * matrixBytes, matrixBytes);
    const weights = dequantize(from.type, bytes, shape.rows * shape.columns);
    checkFinite(weights, shape);
    const statistics = statisticsOf(shape, from.name, index);
    const changed = step.method.transform!({ ...shape, weights }, statistics, step.params, (facts) =>
      onFacts({ name: shape.name, ...facts }),
    );
    const encoded = encodeRows(type, changed, shape.columns);
    result.compare({ type: from.type, data: bytes }, { type, data: encoded }, weights.length);
    yield encoded;
    freeBuffers([bytes, weights, changed, encoded]);
  }
}

/** The embedding's rows, by what the layers read of them; undefined for all else. */
function lookedUp(
  { source, step, onFacts }: TransformInput,
  data: TensorData,
  from: GgufTensor,
  result: WrittenTensor,
): Iterable<Uint8Array> | undefined {
  if (from.name !== EMBEDDING) return undefined;
  const pieces = encodedRows(step, source, data, (facts) => onFacts({ name: from.name, ...facts }));
  if (pieces === undefined) return undefined;
  const { type } = result.tensor;
  return (function* () {
    for (const { before, after, valueCount } of pieces) {
      result.compare({ type: from.type, data: before }, { type, data: after }, valueCount);
      yield after;
    }
  })();
}

/** As it is, or as F16 when the source is quantized. */
function* converted(data: TensorData, from: GgufTensor, result: WrittenTensor): Generator<Uint8Array> {
  const { type } = result.tensor;
  const unitBytes = pieceBytes(from.type);
  for (const bytes of data.chunks(from, unitBytes, unitBytes)) {
    const valueCount = pieceValues(from.type, bytes.length);
    const piece = from.type === type ? bytes : encodeRows(type, dequantize(from.type, bytes, valueCount), valueCount);
    if (canCompare(type)) result.compare({ type: from.type, data: bytes }, { type, data: piece }, valueCount);
    yield piece;
  }
}

/** F16 has no room for weights above 65,504, and a method may fail on a matrix. */
function checkNumbers({ tensor, relativeSquaredError }: WrittenTensor, { method }: TransformStep): void {
  if (Number.isFinite(relativeSquaredError)) return;
  const message = `${tensor.name} would hold values that are no finite numbers as ${tensor.type} after ${method.title}. Nothing was kept.`;
  throw new WorkbenchError('VERIFY_FAILED', message, { tensor: tensor.name, type: tensor.type });
}
