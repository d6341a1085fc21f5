import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildPrefixTree, type TreeSequence } from '../../../src/main/engine/kick/prefix-tree.ts';

const sequence = (tokens: readonly number[], ownFrom = tokens.length - 1): TreeSequence => ({
  tokens: Int32Array.from(tokens),
  ownFrom,
});

/** What a sequence would have decoded: its shared runs from the root on, then its own tokens. */
function restore(
  tree: ReturnType<typeof buildPrefixTree>,
  sequences: readonly TreeSequence[],
  index: number,
): number[] {
  const { parent, from } = tree.leaves[index]!;
  const runs = [];
  for (let run = parent; run >= 0; run = tree.runs[run]!.parent) runs.unshift(tree.runs[run]!);
  let end = 0;
  for (const run of runs) {
    expect(run.from).toBe(end);
    end = run.to;
  }
  expect(from).toBe(end);
  return [
    ...runs.flatMap((run) => Array.from(run.tokens.subarray(run.from, run.to))),
    ...sequences[index]!.tokens.subarray(from),
  ];
}

const listOfSequences = fc
  .array(fc.tuple(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 12 }), fc.nat()), {
    minLength: 1,
    maxLength: 20,
  })
  .map((list) =>
    list.map(([tail, own]) => {
      // Repeated blocks give long common beginnings.
      const tokens = tail.flatMap((token) => Array.from({ length: 9 }, (_, at) => token * 100 + at));
      return sequence(tokens, own % tokens.length);
    }),
  );

test('every sequence is restored from its shared runs and its own tokens, which start no later than it needs', () => {
  fc.assert(
    fc.property(listOfSequences, (sequences) => {
      const tree = buildPrefixTree(sequences, true);
      sequences.forEach((one, index) => {
        expect(restore(tree, sequences, index)).toEqual(Array.from(one.tokens));
        expect(tree.leaves[index]!.from).toBeLessThanOrEqual(one.ownFrom);
      });
      const plain = sequences.reduce((sum, { tokens }) => sum + tokens.length, 0);
      expect(tree.tokenCount).toBeLessThanOrEqual(plain);
      for (const [index, run] of tree.runs.entries()) expect(run.parent).toBeLessThan(index);
    }),
    { numRuns: 300 },
  );
});

test('a header of two subjects and the subjects’ own beginnings are decoded once each', () => {
  const header = Array.from({ length: 40 }, (_, index) => index);
  const subject = (base: number) => Array.from({ length: 50 }, (_, index) => base + index);
  const tails = [1000, 2000].flatMap((base) => [0, 1, 2].map((tail) => [...header, ...subject(base), 7 + tail, 9, 9]));
  const tree = buildPrefixTree(
    tails.map((tokens) => sequence(tokens)),
    true,
  );
  expect(tree.runs.map(({ from, to, parent }) => [from, to, parent])).toEqual([
    [0, 40, -1],
    [40, 90, 0],
    [40, 90, 0],
  ]);
  expect(tree.tokenCount).toBe(40 + 2 * 50 + 6 * 3);
});

test('equal sequences share all but the token whose logits each reads', () => {
  const tokens = Array.from({ length: 100 }, (_, index) => index);
  const tree = buildPrefixTree([sequence(tokens), sequence(tokens), sequence(tokens)], true);
  expect(tree.tokenCount).toBe(99 + 3);
});

test('nothing is shared where the model cannot, or where it would save next to nothing', () => {
  const tokens = Array.from({ length: 100 }, (_, index) => index);
  expect(buildPrefixTree([sequence(tokens), sequence(tokens)], false)).toMatchObject({ runs: [], tokenCount: 200 });
  expect(buildPrefixTree([sequence([1, 2, 3, 4]), sequence([1, 2, 3, 5])], true).runs).toEqual([]);
});
