// Compares a written tensor with its source, value by value, through a ggml graph: what catches a quantizer that silently ruins tensors.
import koffi from 'koffi';
import { WorkbenchError } from '../../../shared/errors.ts';
import { GGML_TYPE, type NativeFunctions } from './abi.generated.ts';
import { CpuBackend } from './cpu-backend.ts';
import { dequantize, ggmlTypeId, rowSizeBytes } from './ggml-convert.ts';
import { nativeFunctions } from './libraries.ts';

export interface TensorData {
  /** ggml's spelling: `Q4_K`. */
  readonly type: string;
  readonly data: Uint8Array;
}

export interface TensorError {
  /** sum (written - source)^2 */
  readonly squaredError: number;
  /** sum source^2 */
  readonly sourceSquares: number;
  /** squaredError / sourceSquares; 0 for equal tensors, Infinity when only the source is all zero, NaN with values that are no numbers. */
  readonly relativeSquaredError: number;
  /** Exact zeros of the written tensor. */
  readonly zeroCount: number;
  /**
   * Groups of 256 values whose error is at least their energy: zeros would have been closer. Groups with less than a hundredth of the
   * mean energy of their neighbours do not count, since a 16-bit scale may lose them without harm.
   */
  readonly lostGroupCount: number;
}

/** Values per graph: the five float32 buffers of a step stay within a few megabytes. A multiple of every block size. */
const STEP = 256 * 1024;
/** Values per dot product: float32 sums of this length keep six digits, the sums of sums are float64. */
const DOT = 256;
const BUFFER_BYTES = STEP * 4;
const ENERGY_FLOOR_RATIO = 0.01;

/**
 * Both hold `valueCount` values in the same order; any ggml types. Relative error of the sums below 1e-5. At two threads about
 * a nanosecond a value.
 */
export function measureTensorError(
  source: TensorData,
  written: TensorData,
  valueCount: number,
  threads = 1,
): TensorError {
  checkSize(source, valueCount);
  checkSize(written, valueCount);
  const comparer = sharedComparer();
  comparer.setThreads(threads);
  const sums: StepSums = { squaredError: 0, sourceSquares: 0, nonZeroCount: 0, lostGroupCount: 0 };
  for (let from = 0; from < valueCount; from += STEP) {
    const count = Math.min(STEP, valueCount - from);
    const step =
      count % DOT === 0
        ? comparer.compare(slice(source, from, count), slice(written, from, count), count)
        : plainSums(slice(source, from, count), slice(written, from, count), count);
    sums.squaredError += step.squaredError;
    sums.sourceSquares += step.sourceSquares;
    sums.nonZeroCount += step.nonZeroCount;
    sums.lostGroupCount += step.lostGroupCount;
  }
  const { squaredError, sourceSquares, lostGroupCount } = sums;
  const relativeSquaredError = squaredError === 0 ? 0 : squaredError / sourceSquares;
  const zeroCount = valueCount - sums.nonZeroCount;
  return { squaredError, sourceSquares, relativeSquaredError, zeroCount, lostGroupCount };
}

interface StepSums {
  squaredError: number;
  sourceSquares: number;
  nonZeroCount: number;
  lostGroupCount: number;
}

function checkSize({ type, data }: TensorData, valueCount: number): void {
  const sizeBytes = rowSizeBytes(type, valueCount);
  if (data.byteLength >= sizeBytes) return;
  throw new WorkbenchError(
    'BAD_INPUT',
    `${valueCount} values of ${type} need ${sizeBytes} bytes, got ${data.byteLength}.`,
    { type, valueCount },
  );
}

function slice({ type, data }: TensorData, from: number, count: number): TensorData {
  const start = from === 0 ? 0 : rowSizeBytes(type, from);
  return { type, data: data.subarray(start, start + rowSizeBytes(type, count)) };
}

/** For tails that are not whole dot products, and the reference in the tests. */
export function plainSums(source: TensorData, written: TensorData, count: number): StepSums {
  const before = dequantize(source.type, source.data, count);
  const after = dequantize(written.type, written.data, count);
  const errors = new Float32Array(Math.ceil(count / DOT));
  const squares = new Float32Array(errors.length);
  const sums: StepSums = { squaredError: 0, sourceSquares: 0, nonZeroCount: 0, lostGroupCount: 0 };
  for (let i = 0; i < count; i += 1) {
    const group = Math.floor(i / DOT);
    const x = before[i]!;
    const y = after[i]!;
    errors[group]! += (y - x) ** 2;
    squares[group]! += x * x;
    sums.squaredError += (y - x) ** 2;
    sums.sourceSquares += x * x;
    if (y !== 0) sums.nonZeroCount += 1;
  }
  sums.lostGroupCount = countLostGroups(errors, squares, sums.sourceSquares);
  return sums;
}

/** Both by group; a group whose error is no number is lost. */
function countLostGroups(errors: Float32Array, squares: Float32Array, sourceSquares: number): number {
  const floor = (ENERGY_FLOOR_RATIO * sourceSquares) / squares.length;
  let count = 0;
  for (let group = 0; group < squares.length; group += 1) {
    const energy = squares[group]!;
    if (energy > floor && !(errors[group]! < energy)) count += 1;
  }
  return count;
}

let comparer: TensorComparer | undefined;

function sharedComparer(): TensorComparer {
  comparer ??= new TensorComparer(nativeFunctions());
  return comparer;
}

/** Lives as long as the process: its buffers are small. */
class TensorComparer {
  readonly #f: NativeFunctions;
  readonly #backend: CpuBackend;
  readonly #buffers: readonly bigint[];
  readonly #dots: Float32Array;
  readonly #dotPointer: bigint;

  constructor(f: NativeFunctions) {
    this.#f = f;
    this.#backend = new CpuBackend(f, 1);
    this.#buffers = Array.from({ length: 4 }, () => koffi.alloc('uint8_t', BUFFER_BYTES));
    const dotBytes = 3 * (STEP / DOT) * 4;
    this.#dotPointer = koffi.alloc('uint8_t', dotBytes);
    this.#dots = new Float32Array(koffi.view(this.#dotPointer, dotBytes));
  }

  setThreads(threads: number): void {
    this.#backend.setThreads(threads);
  }

  /** error = |b - a|^2, squares = |a|^2, nonzeros = |sgn(b)|^2, each as dot products of DOT values. */
  compare(source: TensorData, written: TensorData, count: number): StepSums {
    const f = this.#f;
    const dotCount = count / DOT;
    const [first = 0n, second = 0n, third = 0n, fourth = 0n] = this.#buffers;
    this.#backend.run(({ context, placeData, placeResult, compute }) => {
      const read = ({ type, data }: TensorData, target: bigint): bigint | null => {
        const id = ggmlTypeId(type);
        const tensor = placeData(id, koffi.address(data), count);
        if (id === GGML_TYPE.F32) return tensor;
        return f.ggml_cpy(context, tensor, placeData(GGML_TYPE.F32, target, count));
      };
      const dot = (tensor: bigint | null, index: number): bigint => {
        const rows = f.ggml_reshape_3d(context, tensor, DOT, 1, dotCount);
        const pointer = this.#dotPointer + BigInt(index * dotCount * 4);
        return placeResult(f.ggml_mul_mat(context, rows, rows), pointer, dotCount * 4);
      };
      const a = read(source, first);
      const b = read(written, second);
      const difference = placeResult(f.ggml_sub(context, b, a), third, count * 4);
      const sign = placeResult(f.ggml_sgn(context, b), fourth, count * 4);
      compute(dot(difference, 0), dot(a, 1), dot(sign, 2));
    });
    const dots = (index: number): Float32Array => this.#dots.subarray(index * dotCount, (index + 1) * dotCount);
    const squaredError = sum(dots(0));
    // The sign of a value that is no number is 0: such a tensor is counted one by one.
    if (Number.isNaN(squaredError)) return plainSums(source, written, count);
    const sourceSquares = sum(dots(1));
    const lostGroupCount = countLostGroups(dots(0), dots(1), sourceSquares);
    return { squaredError, sourceSquares, nonZeroCount: sum(dots(2)), lostGroupCount };
  }
}

function sum(values: Float32Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
