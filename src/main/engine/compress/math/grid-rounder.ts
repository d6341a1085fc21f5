// Rounds the columns of a sweep to evenly spaced grids of GPTQ, for feedback-sweep.ts.
import type { ColumnRounder, SweepBlock } from './feedback-sweep.ts';
import { findGrid, type Grid, type GridOptions, roundToGrid } from './uniform-grid.ts';

export interface GridRounderOptions extends GridOptions {
  /** Columns that share a grid; divides a sweep's block. 0: the row. */
  readonly groupSize: number;
}

/**
 * A group's grid is found from the weights as they are when its block begins: with the feedback of all blocks before and none of its own,
 * as the reference does. With whole rows: from `weights` (rows, columns), before everything.
 */
export function gridRounder(options: GridRounderOptions, weights: Float32Array, rows: number): ColumnRounder {
  const { groupSize } = options;
  const columns = weights.length / rows;
  const rowGrids =
    groupSize > 0
      ? []
      : Array.from({ length: rows }, (_, row) =>
          findGrid(weights, { start: row * columns, step: 1, count: columns }, options),
        );
  let groups: Grid[][] = [];
  return {
    startBlock(block) {
      if (groupSize > 0) groups = groupGrids(block, options);
    },
    round({ current, rows: rowCount }, k, rounded) {
      const grids = groupSize > 0 ? groups[Math.floor(k / groupSize)]! : rowGrids;
      for (let row = 0; row < rowCount; row++) rounded[row] = roundToGrid(current[k * rowCount + row]!, grids[row]!);
    },
  };
}

/** By group, by row. */
function groupGrids({ width, rows, current }: SweepBlock, options: GridRounderOptions): Grid[][] {
  const groups: Grid[][] = [];
  for (let from = 0; from < width; from += options.groupSize) {
    const count = Math.min(options.groupSize, width - from);
    groups.push(
      Array.from({ length: rows }, (_, row) =>
        findGrid(current, { start: from * rows + row, step: rows, count }, options),
      ),
    );
  }
  return groups;
}
