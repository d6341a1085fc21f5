// Carries out a step that changes weights: streams a model through a method, matrix by matrix, into one new file.
import { WorkbenchError } from '../../../shared/errors.ts';
import type { HeaderSpec } from '../gguf/encode-header.ts';
import type { GgufFile, GgufTensor } from '../gguf/read-gguf.ts';
import { openTensorData, type TensorData } from '../gguf/tensor-data.ts';
import { GgufWriter } from '../gguf/write-gguf.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { yieldToEvents } from '../models/yield-to-events.ts';
import { dequantize, quantizeRows } from '../native/ggml-convert.ts';
import { INFINITY_BITS } from './math/select-smallest.ts';
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
      const from = sources.get(tensor.name)!;
      const result = new WrittenTensor(tensor);
      const isTouched = step.touched.has(tensor.name);
      const pieces = isTouched ? transformed(input, data, from, result) : converted(data, from, result);
      writer.writeTensor(tensor.name, sampled(pieces, memory));
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

/** One piece per matrix: a tensor of experts is never whole in memory. */
function* transformed(
  { step, statisticsOf }: TransformInput,
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
    const changed = step.method.transform!({ ...shape, weights }, statistics, step.params);
    const encoded = encode(type, changed, shape.columns);
    result.compare({ type: from.type, data: bytes }, { type, data: encoded }, weights.length);
    yield encoded;
    for (const { buffer } of [bytes, weights, changed, encoded]) free(buffer);
  }
}

/** The collector would wait while matrices of hundreds of megabytes pile up. */
function free(buffer: ArrayBufferLike): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}

/** As it is, or as F16 when the source is quantized. */
function* converted(data: TensorData, from: GgufTensor, result: WrittenTensor): Generator<Uint8Array> {
  const { type } = result.tensor;
  const unitBytes = pieceBytes(from.type);
  for (const bytes of data.chunks(from, unitBytes, unitBytes)) {
    const valueCount = pieceValues(from.type, bytes.length);
    const piece = from.type === type ? bytes : encode(type, dequantize(from.type, bytes, valueCount), valueCount);
    if (canCompare(type)) result.compare({ type: from.type, data: bytes }, { type, data: piece }, valueCount);
    yield piece;
  }
}

function encode(type: string, values: Float32Array, columns: number): Uint8Array {
  if (type === 'F32') return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  if (type === 'F16') return new Uint8Array(new Float16Array(values).buffer);
  return quantizeRows(type, values, columns);
}

function checkFinite(weights: Float32Array, { name, columns }: MatrixShape): void {
  const bits = new Uint32Array(weights.buffer, weights.byteOffset, weights.length);
  const found = bits.findIndex((word) => (word & 0x7fffffff) >= INFINITY_BITS);
  if (found < 0) return;
  const place = { row: Math.floor(found / columns), column: found % columns };
  const message = `${name} has a weight that is no finite number (${weights[found]} in row ${place.row}, column ${place.column}): the source is damaged. Take another copy of it.`;
  throw new WorkbenchError('BAD_DATA', message, { tensor: name, ...place });
}
