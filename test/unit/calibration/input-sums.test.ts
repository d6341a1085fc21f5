import { describe, expect, it } from 'vitest';
import { InputSumCollector } from '../../../src/main/engine/calibration/input-sums.ts';
import type { MatmulInput } from '../../../src/main/engine/native/capture-inputs.ts';

function input(weightName: string, rows: readonly number[][], more: Partial<MatmulInput> = {}): MatmulInput {
  const columns = rows[0]?.length ?? 0;
  return { weightName, columns, tokens: rows.length, values: () => Float32Array.from(rows.flat()), ...more };
}

const sumsOf = (collector: InputSumCollector, name: string) => {
  const { sums, counts } = collector.entries.get(name)!;
  return { sums: [...sums], counts: [...counts] };
};

describe('InputSumCollector', () => {
  it('adds up the squares of every column over all calls', () => {
    const collector = new InputSumCollector();
    collector.observe(input('a', [[1, 2, 3]]));
    collector.observe(
      input('a', [
        [0, 1, -1],
        [2, 0, 0],
      ]),
    );
    expect(sumsOf(collector, 'a')).toEqual({ sums: [5, 5, 10], counts: [3] });
  });

  it('reads an input once that several matrices share', () => {
    const collector = new InputSumCollector();
    const rows = [[1, 2]];
    collector.observe(input('q', rows));
    const values = (): Float32Array => {
      throw new Error('read twice');
    };
    collector.observe(input('k', rows, { sharedWith: 'q', values }));
    collector.observe(input('q', rows));
    collector.observe(input('k', rows, { sharedWith: 'q', values }));
    expect(sumsOf(collector, 'k')).toEqual({ sums: [2, 8], counts: [2] });
    expect(sumsOf(collector, 'q')).toEqual({ sums: [2, 8], counts: [2] });
  });

  it('goes on from resumed sums, also where matrices share an input', () => {
    const collector = new InputSumCollector(
      new Map(['q', 'k'].map((name) => [name, { sums: Float64Array.of(1, 1), counts: Float64Array.of(4) }])),
    );
    collector.observe(input('q', [[1, 2]]));
    collector.observe(input('k', [[1, 2]], { sharedWith: 'q' }));
    expect(sumsOf(collector, 'q')).toEqual({ sums: [2, 5], counts: [5] });
    expect(sumsOf(collector, 'k')).toEqual({ sums: [2, 5], counts: [5] });
  });

  it('gives each expert the tokens that went to it', () => {
    const collector = new InputSumCollector();
    const ids = () => Int32Array.of(0, 2, 2, 1);
    // One input per token for all its experts, then one for each of them.
    collector.observe(input('up', [[1], [2]], { experts: { expertCount: 3, usedCount: 2, rowsPerToken: 1, ids } }));
    collector.observe(
      input('down', [[1], [2], [3], [4]], {
        tokens: 2,
        experts: { expertCount: 3, usedCount: 2, rowsPerToken: 2, ids },
      }),
    );
    expect(sumsOf(collector, 'up')).toEqual({ sums: [1, 4, 5], counts: [1, 1, 2] });
    expect(sumsOf(collector, 'down')).toEqual({ sums: [1, 16, 13], counts: [1, 1, 2] });
  });

  it('keeps the matrices of a stack apart under one count', () => {
    const collector = new InputSumCollector();
    const rows = [[1], [2], [3], [4]];
    collector.observe(input('heads', rows, { stack: { matrixCount: 2, matrixOf: (row) => Math.floor(row / 2) } }));
    expect(sumsOf(collector, 'heads')).toEqual({ sums: [5, 25], counts: [2] });
  });

  it('hears nothing while it does not listen, and stops behind the last weight', () => {
    const collector = new InputSumCollector();
    collector.observe(input('a', [[1]]));
    collector.observe(input('b', [[1]]));
    expect(collector.isDone('b')).toBe(false);
    collector.stopAfterLastSeen();
    expect([collector.isDone('a'), collector.isDone('b')]).toEqual([false, true]);
    collector.isListening = false;
    collector.observe(input('a', [[1]]));
    expect(sumsOf(collector, 'a')).toEqual({ sums: [1], counts: [1] });
  });
});
