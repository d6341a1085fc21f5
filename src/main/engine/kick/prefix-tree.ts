// Finds what token sequences have in common at their beginnings, so that each shared run is decoded once. Pure.

export interface TreeSequence {
  readonly tokens: Int32Array;
  /** First position whose tokens the sequence must decode itself, because logits are read there; < tokens.length. */
  readonly ownFrom: number;
}

/** A run of tokens that several sequences share: positions `from` to `to` (exclusive) of `tokens`. */
interface SharedRun {
  readonly tokens: Int32Array;
  readonly from: number;
  readonly to: number;
  /** Index of the run before it, or -1. Runs stand after their parents. */
  readonly parent: number;
  readonly depth: number;
}

export interface PrefixTree {
  readonly runs: readonly SharedRun[];
  /** For each sequence: the last run that it shares, or -1, and the position from which it goes on alone. */
  readonly leaves: readonly { readonly parent: number; readonly from: number }[];
  /** Tokens to decode in all: also the cells of the cache that they take. */
  readonly tokenCount: number;
}

/** A run is shared only if that saves so many tokens: each level of runs costs one more call of the model. */
const SMALLEST_SAVING_TOKENS = 32;

export function buildPrefixTree(sequences: readonly TreeSequence[], canShare: boolean): PrefixTree {
  const runs: SharedRun[] = [];
  const leaves = sequences.map(() => ({ parent: -1, from: 0 }));
  const everyone = sequences.map((_, index) => index);
  if (canShare) shareRuns(sequences, everyone, { parent: -1, from: 0, depth: 0 }, runs, leaves);
  const shared = runs.reduce((sum, run) => sum + run.to - run.from, 0);
  const own = leaves.reduce((sum, leaf, index) => sum + sequences[index]!.tokens.length - leaf.from, 0);
  return { runs, leaves, tokenCount: shared + own };
}

interface Place {
  readonly parent: number;
  readonly from: number;
  readonly depth: number;
}

function shareRuns(
  sequences: readonly TreeSequence[],
  members: readonly number[],
  place: Place,
  runs: SharedRun[],
  leaves: { parent: number; from: number }[],
): void {
  const to = commonLength(sequences, members, place.from);
  let here = place;
  if ((to - place.from) * (members.length - 1) >= SMALLEST_SAVING_TOKENS) {
    const tokens = sequences[members[0]!]!.tokens;
    runs.push({ tokens, from: place.from, to, parent: place.parent, depth: place.depth });
    here = { parent: runs.length - 1, from: to, depth: place.depth + 1 };
  }
  for (const member of members) leaves[member] = { parent: here.parent, from: here.from };
  for (const group of groupsByToken(sequences, members, to)) shareRuns(sequences, group, here, runs, leaves);
}

/** Length of the beginning that all members share and none must decode itself. */
function commonLength(sequences: readonly TreeSequence[], members: readonly number[], from: number): number {
  const first = sequences[members[0]!]!;
  let length = first.ownFrom;
  for (const member of members) {
    const { tokens, ownFrom } = sequences[member]!;
    length = Math.min(length, ownFrom);
    let same = from;
    while (same < length && tokens[same] === first.tokens[same]) same++;
    length = same;
  }
  return Math.max(length, from);
}

/** Smaller groups of two and more members that agree on the token at `position`; members that end there stay alone. */
function groupsByToken(sequences: readonly TreeSequence[], members: readonly number[], position: number): number[][] {
  const groups = new Map<number, number[]>();
  for (const member of members) {
    const { tokens, ownFrom } = sequences[member]!;
    if (position >= ownFrom) continue;
    const group = groups.get(tokens[position]!);
    if (group) group.push(member);
    else groups.set(tokens[position]!, [member]);
  }
  return [...groups.values()].filter((group) => group.length > 1 && group.length < members.length);
}
