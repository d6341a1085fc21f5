// Cuts a list of items into batches by index alone, and each batch into waves that fit the cache. Depends on the items' tokens,
// never on speed or on where a run was killed: a resumed run decodes the same waves again.
import { buildPrefixTree, type PrefixTree, type TreeSequence } from './prefix-tree.ts';
import type { TaskItem, TaskRequest } from './task.ts';

/** Also how many answers a kill can cost. */
export const ITEMS_PER_BATCH = 64;
/** Windows of text are long and share nothing: fewer in a batch, so that progress is seen and kept. */
export const WINDOWS_PER_BATCH = 16;
/** A wave is closed before it passes these, unless one item alone does: each pass looks over all cells, a shared run pays for itself. */
const WAVE_CELLS = 8192;
const WAVE_OWN_CELLS = 4096;
const WAVE_CELLS_ROLLING = 512;
/** llama.cpp knows 256 sequences; each leaf may need a shared run beside it, and one is kept for the companion. */
const WAVE_SEQUENCES = 127;

/** One sequence to decode: the tokens of a request, or of one of its choices when that is longer than one token. */
export interface PlannedSequence extends TreeSequence {
  /** Index in the batch. */
  readonly item: number;
  readonly request: number;
  /** Index of the choice whose later tokens this sequence scores; -1: the request's own sequence. */
  readonly choice: number;
  /** Logits are read at positions `ownFrom` to `logitsTo` (exclusive). */
  readonly logitsTo: number;
  /** Cells for tokens that will be generated. */
  readonly reservedTokens: number;
}

export interface Wave {
  readonly sequences: readonly PlannedSequence[];
  readonly tree: PrefixTree;
  readonly cells: number;
}

export interface Batch {
  /** Index of its first item in the list. */
  readonly start: number;
  readonly items: readonly TaskItem[];
  readonly waves: readonly Wave[];
}

export interface BatchPlan {
  readonly batches: readonly Batch[];
  readonly itemsPerBatch: number;
  /** Of the cache, so that every wave fits. */
  readonly cells: number;
  readonly sequenceCount: number;
}

export function planBatches(items: readonly TaskItem[], canShare: boolean): BatchPlan {
  const isRolling = items.some((item) => item.requests.some((request) => request.kind === 'rolling'));
  const itemsPerBatch = isRolling ? WINDOWS_PER_BATCH : ITEMS_PER_BATCH;
  const waveCells = isRolling ? WAVE_CELLS_ROLLING : WAVE_CELLS;
  const batches: Batch[] = [];
  for (let start = 0; start < items.length; start += itemsPerBatch) {
    const part = items.slice(start, start + itemsPerBatch);
    batches.push({ start, items: part, waves: planWaves(part, canShare, waveCells) });
  }
  const waves = batches.flatMap((batch) => batch.waves);
  return {
    batches,
    itemsPerBatch,
    cells: Math.max(1, ...waves.map((wave) => wave.cells)),
    sequenceCount: Math.max(2, ...waves.map((wave) => wave.sequences.length + wave.tree.runs.length + 1)),
  };
}

function planWaves(items: readonly TaskItem[], canShare: boolean, waveCells: number): Wave[] {
  const waves: Wave[] = [];
  let open: Wave | undefined;
  items.forEach((item, index) => {
    const own = item.requests.flatMap((request, number) => sequencesOf(request, index, number));
    if (own.length === 0) return;
    const wider = makeWave([...(open?.sequences ?? []), ...own], canShare);
    if (open === undefined || fits(wider, waveCells)) {
      open = wider;
      return;
    }
    waves.push(open);
    open = makeWave(own, canShare);
  });
  return open === undefined ? waves : [...waves, open];
}

function fits(wave: Wave, waveCells: number): boolean {
  const shared = wave.tree.runs.reduce((sum, run) => sum + run.to - run.from, 0);
  return wave.cells <= waveCells && wave.cells - shared <= WAVE_OWN_CELLS && wave.sequences.length <= WAVE_SEQUENCES;
}

function makeWave(sequences: readonly PlannedSequence[], canShare: boolean): Wave {
  const tree = buildPrefixTree(sequences, canShare);
  const reserved = sequences.reduce((sum, sequence) => sum + sequence.reservedTokens, 0);
  const longest = Math.max(0, ...sequences.map((sequence) => sequence.reservedTokens));
  // The companion of a lone token (decode-wave.ts) takes a cell a step, and one for each call of the prompt phase.
  return { sequences, tree, cells: tree.tokenCount + reserved + longest + tree.runs.length + 2 };
}

function sequencesOf(request: TaskRequest, item: number, number: number): PlannedSequence[] {
  const common = { item, request: number, choice: -1, reservedTokens: 0 };
  if (request.kind === 'rolling') {
    const { tokens, scoreFrom } = request;
    return [{ ...common, tokens, ownFrom: scoreFrom - 1, logitsTo: tokens.length - 1 }];
  }
  const { promptTokens } = request;
  const own = { ...common, tokens: promptTokens, ownFrom: promptTokens.length - 1, logitsTo: promptTokens.length };
  if (request.kind === 'generate') return [{ ...own, reservedTokens: request.maxNewTokens }];
  const longer = request.choices.flatMap((choice, index) => {
    if (choice.length < 2) return [];
    const tokens = joinTokens(promptTokens, choice.subarray(0, -1));
    return [{ ...own, choice: index, tokens, logitsTo: tokens.length }];
  });
  return [own, ...longer];
}

function joinTokens(first: Int32Array, second: Int32Array): Int32Array {
  const joined = new Int32Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
