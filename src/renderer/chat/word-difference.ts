// Which words of two texts differ, by a longest common subsequence. Pure.

export interface WordDifference {
  /** Indices of words in each text that the other does not have there. */
  readonly left: ReadonlySet<number>;
  readonly right: ReadonlySet<number>;
  /** Share of the right text's words that are the same, 0..1. */
  readonly sameRatio: number;
}

/** Above this many cells of the table, words are compared place by place: an answer that long is read, not aligned. */
const MAX_CELLS = 4_000_000;

function byPlace(left: readonly string[], right: readonly string[]): WordDifference {
  const differs = (place: number) => left[place] !== right[place];
  const leftSet = new Set([...left.keys()].filter(differs));
  const rightSet = new Set([...right.keys()].filter(differs));
  return { left: leftSet, right: rightSet, sameRatio: right.length === 0 ? 1 : 1 - rightSet.size / right.length };
}

/** lengths[i][j] = longest common subsequence of left[i..] and right[j..], row-major. */
function tableOf(left: readonly string[], right: readonly string[]): Uint32Array {
  const width = right.length + 1;
  const lengths = new Uint32Array((left.length + 1) * width);
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        left[i] === right[j]
          ? lengths[(i + 1) * width + j + 1]! + 1
          : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!);
    }
  }
  return lengths;
}

export function compareWords(left: readonly string[], right: readonly string[]): WordDifference {
  if ((left.length + 1) * (right.length + 1) > MAX_CELLS) return byPlace(left, right);
  const width = right.length + 1;
  const lengths = tableOf(left, right);
  const onlyLeft = new Set(left.keys());
  const onlyRight = new Set(right.keys());
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length) {
    if (left[i] === right[j]) {
      onlyLeft.delete(i++);
      onlyRight.delete(j++);
    } else if (lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!) i++;
    else j++;
  }
  return { left: onlyLeft, right: onlyRight, sameRatio: right.length === 0 ? 1 : 1 - onlyRight.size / right.length };
}
