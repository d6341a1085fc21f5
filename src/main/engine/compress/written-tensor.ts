// What became of one tensor: compared with its source piece by piece while it is written, judged when all of it has passed.
import type { ArtifactTensor } from '../../../shared/artifact.ts';
import { findGgmlType } from '../../../shared/ggml-types.ts';
import { measureTensorError, type TensorData } from '../native/tensor-error.ts';
import { type TensorState, tensorBytes, valueCountOf } from './model-tensors.ts';
import type { TensorComparison } from './normal-errors.ts';

/** Values of a piece: a whole number of every type's blocks, some megabytes in memory. The last piece of a tensor has fewer. */
const PIECE_VALUES = 1024 * 1024;

/** Bytes that hold a piece's values; a row's blocks follow each other without gaps, so pieces need not be whole rows. */
export function pieceBytes(type: string): number {
  const { blockSize = 1, blockBytes = 1 } = findGgmlType(type) ?? {};
  return (PIECE_VALUES / blockSize) * blockBytes;
}

/** Values of a piece, also of a last one. */
export function pieceValues(type: string, sizeBytes: number): number {
  return (sizeBytes / pieceBytes(type)) * PIECE_VALUES;
}

export class WrittenTensor implements TensorComparison {
  readonly tensor: TensorState;
  #squaredError = 0;
  #sourceSquares = 0;
  #valueCount = 0;
  zeroCount = 0;
  lostGroupCount = 0;

  constructor(tensor: TensorState) {
    this.tensor = tensor;
  }

  /** The next values of both, in order. One thread: on a busy machine ggml's threads lose more by waiting than they win. */
  compare(source: TensorData, written: TensorData, valueCount: number): void {
    const error = measureTensorError(source, written, valueCount);
    this.#squaredError += error.squaredError;
    this.#sourceSquares += error.sourceSquares;
    this.zeroCount += error.zeroCount;
    this.lostGroupCount += error.lostGroupCount;
    this.#valueCount += valueCount;
  }

  get valueCount(): number {
    return this.#valueCount;
  }

  /** sum (written - source)^2 / sum source^2; Infinity also when something is no number. */
  get relativeSquaredError(): number {
    if (this.#squaredError === 0) return 0;
    const ratio = this.#squaredError / this.#sourceSquares;
    return Number.isNaN(ratio) ? Number.POSITIVE_INFINITY : ratio;
  }

  /** Tensors without weights (integers) have neither sparsity nor error. */
  get record(): ArtifactTensor {
    const { name, type } = this.tensor;
    const sizeBytes = tensorBytes(this.tensor);
    if (this.#valueCount === 0) return { name, type, sizeBytes };
    const sparsityRatio = this.zeroCount / valueCountOf(this.tensor);
    return { name, type, sizeBytes, sparsityRatio, relativeSquaredError: this.relativeSquaredError };
  }
}

export function canCompare(type: string): boolean {
  return !/^(I\d+|F64)$/.test(type);
}
