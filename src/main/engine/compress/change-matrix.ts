// One matrix through a method: bytes of the source's type in, bytes of the plan's type out.
import { WorkbenchError } from '../../../shared/errors.ts';
import { dequantize, quantizeRows } from '../native/ggml-convert.ts';
import type { TensorData } from '../native/tensor-error.ts';
import { INFINITY_BITS } from './math/select-smallest.ts';
import type { CompressionMethod, MatrixFacts, MatrixShape, MatrixStatistics } from './method.ts';

/** A matrix that a method left to llama.cpp's quantizer. */
export interface KeptPlain {
  readonly name: string;
  readonly reason: 'no-gain' | 'no-codes';
}

export interface NamedFacts extends MatrixFacts {
  /** Of the matrix; one expert of a tensor is `NAME[3]`. */
  readonly name: string;
}

export interface ChangeReport {
  readonly onKeptPlain: (kept: KeptPlain) => void;
  readonly onFacts: (facts: NamedFacts) => void;
}

interface MethodStep {
  readonly method: CompressionMethod;
  readonly params: unknown;
}

/**
 * Without a step the values stay as they are. The report hears what became of the matrix. Throws BAD_DATA for weights that are no finite
 * numbers, and what the method throws.
 */
export function changeMatrix(
  step: MethodStep | undefined,
  shape: MatrixShape,
  source: TensorData,
  statistics: MatrixStatistics,
  type: string,
  { onKeptPlain, onFacts }: ChangeReport,
): Uint8Array {
  const weights = dequantize(source.type, source.data, shape.rows * shape.columns);
  checkFinite(weights, shape);
  const report = (facts: MatrixFacts): void => onFacts({ name: shape.name, ...facts });
  const encoded = step?.method.encode?.({ ...shape, weights }, statistics, step.params, type, report);
  if (encoded?.keptPlain) onKeptPlain({ name: shape.name, reason: encoded.keptPlain });
  if (encoded !== undefined) return encoded.data;
  const changed = step?.method.transform?.({ ...shape, weights }, statistics, step.params, report) ?? weights;
  return encodeRows(type, changed, shape.columns);
}

export function encodeRows(type: string, values: Float32Array, columns: number): Uint8Array {
  if (type === 'F32') return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return quantizeRows(type, values, columns);
}

export function checkFinite(weights: Float32Array, { name, columns }: MatrixShape): void {
  const bits = new Uint32Array(weights.buffer, weights.byteOffset, weights.length);
  const found = firstNotFinite(bits);
  if (found < 0) return;
  const place = { row: Math.floor(found / columns), column: found % columns };
  const message = `${name} has a weight that is no finite number (${weights[found]} in row ${place.row}, column ${place.column}): the source is damaged. Take another copy of it.`;
  throw new WorkbenchError('BAD_DATA', message, { tensor: name, ...place });
}

/** A plain loop: it sees every weight of the model, and a callback for each costs ten times as much. */
function firstNotFinite(bits: Uint32Array): number {
  for (let index = 0; index < bits.length; index++) if ((bits[index]! & 0x7fffffff) >= INFINITY_BITS) return index;
  return -1;
}
