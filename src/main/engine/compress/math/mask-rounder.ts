// Which weights of a sweep's block become zero: SparseGPT's choice, for feedback-sweep.ts.
import { VECTOR_FLOATS } from '../../native/device-matrix.ts';
import type { NofM } from '../pruning-params.ts';
import type { ColumnRounder, SweepBlock } from './feedback-sweep.ts';
import { selectSmallest } from './select-smallest.ts';

const MAGNITUDE_MASK = 0x7fffffff;

/**
 * In every block of 128 columns and all rows together the share `sparsityRatio` with the smallest w^2 / U_kk^2 becomes zero: exactly
 * floor(count * ratio), or with `withTies` one more and everything that ties with it, as the reference counts. Source: SparseGPT, arXiv 2301.00774.
 */
export function unstructuredRounder(sparsityRatio: number, withTies: boolean): ColumnRounder {
  const mask = new BlockMask();
  return {
    startBlock(block) {
      const scores = mask.score(block, 0, block.width);
      const count = block.width * block.rows;
      const zeroCount = Math.floor(count * sparsityRatio);
      mask.choose(scores, count, withTies ? Math.min(count, zeroCount + 1) : zeroCount, withTies);
    },
    round: (block, k, rounded) => mask.apply(block, k, rounded),
  };
}

/** At the first of every `groupSize` columns each row's `zeroCount` smallest scores of these columns are chosen, with all feedback so far. */
export function patternRounder({ zeroCount, groupSize }: NofM): ColumnRounder {
  const mask = new BlockMask();
  return {
    stepColumns: Math.max(groupSize, VECTOR_FLOATS),
    round(block, k, rounded) {
      if (k % groupSize === 0) mask.chooseGroup(block, k, zeroCount, groupSize);
      mask.apply(block, k, rounded);
    },
  };
}

/** What the mask leaves is rounded to the grid in the same step, so that the error carried on is that of both. The grid must hold 0. */
export function jointRounder(mask: ColumnRounder, grid: ColumnRounder): ColumnRounder {
  let masked = new Float32Array();
  return {
    ...(mask.stepColumns === undefined ? {} : { stepColumns: mask.stepColumns }),
    startBlock(block) {
      masked = new Float32Array(block.rows);
      mask.startBlock?.(block);
      grid.startBlock?.(block);
    },
    round(block, k, rounded) {
      mask.round(block, k, masked);
      grid.round(block, k, rounded);
      for (const [row, value] of masked.entries()) if (value === 0) rounded[row] = 0;
    },
  };
}

class BlockMask {
  #zeroed = new Uint8Array();
  #scores = new Float32Array();

  /** w / U_kk of columns from..to, column by column; the order of magnitudes is the order of the squares. */
  score({ rows, width, current, diagonal }: SweepBlock, from: number, to: number): Float32Array {
    if (this.#scores.length < width * rows) {
      this.#scores = new Float32Array(width * rows);
      this.#zeroed = new Uint8Array(width * rows);
    }
    const scores = this.#scores;
    for (let k = from; k < to; k++) {
      const factor = 1 / diagonal[k]!;
      for (let i = k * rows; i < (k + 1) * rows; i++) scores[i] = current[i]! * factor;
    }
    return scores;
  }

  choose(scores: Float32Array, count: number, zeroCount: number, withTies: boolean): void {
    const bits = new Uint32Array(scores.buffer, 0, count);
    const { thresholdBits, tiesTaken } = selectSmallest(bits, 0, count, zeroCount);
    let ties = zeroCount === 0 ? 0 : withTies ? Number.POSITIVE_INFINITY : tiesTaken;
    for (let i = 0; i < count; i++) {
      const magnitude = bits[i]! & MAGNITUDE_MASK;
      const isTie = magnitude === thresholdBits && ties > 0;
      if (isTie) ties -= 1;
      this.#zeroed[i] = isTie || (zeroCount > 0 && magnitude < thresholdBits) ? 1 : 0;
    }
  }

  chooseGroup(block: SweepBlock, start: number, zeroCount: number, groupSize: number): void {
    const { rows } = block;
    const scores = this.score(block, start, Math.min(block.width, start + groupSize));
    const zeroed = this.#zeroed.fill(0, start * rows, (start + groupSize) * rows);
    for (let row = 0; row < rows; row++) {
      for (let n = 0; n < zeroCount; n++) {
        let smallest = -1;
        let least = Number.POSITIVE_INFINITY;
        for (let i = start * rows + row; i < (start + groupSize) * rows; i += rows) {
          const magnitude = Math.abs(scores[i]!);
          if (zeroed[i] === 1 || magnitude >= least) continue;
          least = magnitude;
          smallest = i;
        }
        if (smallest >= 0) zeroed[smallest] = 1;
      }
    }
  }

  apply({ rows, current }: SweepBlock, k: number, rounded: Float32Array): void {
    const start = k * rows;
    for (let row = 0; row < rows; row++) rounded[row] = this.#zeroed[start + row] === 1 ? 0 : current[start + row]!;
  }
}
