// The code of a codebook that is nearest to eight weights under a quadratic form: by its diagonal first, each half of an entry looked up
// in sums made once, then once more from where the whole form points.
import { type Codebook, type CodebookCodec, UNIT } from '../../native/codebook-codec.ts';

/** Tries after the first one, which looks at the diagonal alone. */
const CORRECTIONS = 2;

interface Half {
  /** (patterns, halfWidth): places in `levels`. */
  readonly patterns: Uint8Array;
  readonly patternCount: number;
  /** (entries): which pattern. */
  readonly ofEntry: Uint16Array;
}

export class NearestCode {
  /** Of the last `find`: one index for every `width` weights, and their minus signs as bits, as they are stored. */
  readonly indices: Uint16Array;
  signs = 0;
  readonly #book: Codebook;
  readonly #signRule: CodebookCodec['signs'];
  /** Values that entries are made of. */
  readonly #levels: Float64Array;
  readonly #halves: readonly [Half, Half];
  readonly #levelCosts: Float64Array;
  readonly #patternCosts: readonly [Float64Array, Float64Array];
  readonly #metric = new Float64Array(UNIT * UNIT);
  readonly #sizes = new Float64Array(UNIT);
  readonly #tried = new Float64Array(UNIT);
  readonly #aim = new Float64Array(UNIT);
  readonly #triedIndices: Uint16Array;
  #triedSigns = 0;

  constructor(book: Codebook, signRule: CodebookCodec['signs']) {
    this.#book = book;
    this.#signRule = signRule;
    this.#levels = Float64Array.from(new Set(book.values));
    this.#halves = [halfOf(book, this.#levels, 0), halfOf(book, this.#levels, 1)];
    this.#levelCosts = new Float64Array(book.width * this.#levels.length);
    const [first, second] = this.#halves;
    this.#patternCosts = [new Float64Array(first.patternCount), new Float64Array(second.patternCount)];
    this.indices = new Uint16Array(UNIT / book.width);
    this.#triedIndices = new Uint16Array(UNIT / book.width);
  }

  /** (UNIT, UNIT), symmetric with a positive diagonal. */
  setMetric(metric: Float64Array): void {
    this.#metric.set(metric);
  }

  /** Writes into `found` (UNIT) the values of the code found for `wanted` (UNIT), in blocks of this scale. */
  find(wanted: Float64Array, scale: number, found: Float64Array): void {
    this.#aim.set(wanted);
    let least = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt <= CORRECTIONS; attempt++) {
      this.#search(scale);
      const cost = this.#costOf(wanted);
      if (cost >= least) return;
      least = cost;
      found.set(this.#tried);
      this.indices.set(this.#triedIndices);
      this.signs = this.#triedSigns;
    }
  }

  /** e M e^T of the last code tried; moves the aim to where a step along its gradient leads. */
  #costOf(wanted: Float64Array): number {
    const metric = this.#metric;
    const tried = this.#tried;
    let cost = 0;
    for (let i = 0; i < UNIT; i++) {
      let gradient = 0;
      for (let j = 0; j < UNIT; j++) gradient += metric[i * UNIT + j]! * (wanted[j]! - tried[j]!);
      cost += gradient * (wanted[i]! - tried[i]!);
      this.#aim[i] = tried[i]! + gradient / metric[i * (UNIT + 1)]!;
    }
    return cost;
  }

  #search(scale: number): void {
    const size = Math.abs(scale);
    const { width } = this.#book;
    const minus = this.#takeSigns(scale < 0);
    for (let start = 0, i = 0; start < UNIT; start += width, i++) {
      const entry = this.#nearestEntry(start, this.#signRule === 'none' ? scale : size);
      this.#triedIndices[i] = entry;
      for (let j = 0; j < width; j++) {
        const value = this.#book.values[entry * width + j]!;
        this.#tried[start + j] = ((minus >> (start + j)) & 1) === 1 ? -scale * value : scale * value;
      }
    }
    this.#triedSigns = this.#signRule === 'even' ? minus & 0x7f : minus;
  }

  /** Minus signs as bits; what is left to approach goes into `sizes`. */
  #takeSigns(isReversed: boolean): number {
    const aim = this.#aim;
    const sizes = this.#sizes;
    if (this.#signRule === 'none') {
      sizes.set(aim);
      return 0;
    }
    let minus = 0;
    let count = 0;
    let cheapest = 0;
    let leastCost = Number.POSITIVE_INFINITY;
    for (let j = 0; j < UNIT; j++) {
      sizes[j] = Math.abs(aim[j]!);
      if (aim[j]! < 0 !== isReversed) {
        minus |= 1 << j;
        count += 1;
      }
      const cost = this.#metric[j * (UNIT + 1)]! * sizes[j]! ** 2;
      if (cost >= leastCost) continue;
      leastCost = cost;
      cheapest = j;
    }
    if (this.#signRule === 'free' || count % 2 === 0) return minus;
    sizes[cheapest]! *= -1;
    return minus ^ (1 << cheapest);
  }

  /** sum m_jj (size_j - scale v_j)^2 without what all entries share. */
  #nearestEntry(start: number, scale: number): number {
    const { width, entryCount } = this.#book;
    const levels = this.#levels;
    const levelCount = levels.length;
    const levelCosts = this.#levelCosts;
    for (let j = 0; j < width; j++) {
      const weight = this.#metric[(start + j) * (UNIT + 1)]!;
      const size = 2 * this.#sizes[start + j]!;
      for (let l = 0; l < levelCount; l++) {
        const value = scale * levels[l]!;
        levelCosts[j * levelCount + l] = weight * value * (value - size);
      }
    }
    const halfWidth = width / 2;
    for (let half = 0; half < 2; half++) {
      const { patterns, patternCount } = this.#halves[half]!;
      const costs = this.#patternCosts[half]!;
      for (let p = 0, at = 0; p < patternCount; p++) {
        let sum = 0;
        for (let j = half * halfWidth, end = j + halfWidth; j < end; j++, at++)
          sum += levelCosts[j * levelCount + patterns[at]!]!;
        costs[p] = sum;
      }
    }
    const [firstCosts, secondCosts] = this.#patternCosts;
    const first = this.#halves[0].ofEntry;
    const second = this.#halves[1].ofEntry;
    let nearest = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let entry = 0; entry < entryCount; entry++) {
      const cost = firstCosts[first[entry]!]! + secondCosts[second[entry]!]!;
      if (cost >= least) continue;
      least = cost;
      nearest = entry;
    }
    return nearest;
  }
}

function halfOf({ entryCount, width, values }: Codebook, levels: Float64Array, half: 0 | 1): Half {
  const halfWidth = width / 2;
  const known = new Map<string, number>();
  const patterns: number[] = [];
  const ofEntry = Uint16Array.from({ length: entryCount }, (_, entry) => {
    const from = entry * width + half * halfWidth;
    const places = Array.from(values.subarray(from, from + halfWidth), (value) => levels.indexOf(value));
    const key = places.join();
    const pattern = known.get(key) ?? known.size;
    if (pattern === known.size) patterns.push(...places);
    known.set(key, pattern);
    return pattern;
  });
  return { patterns: Uint8Array.from(patterns), patternCount: known.size, ofEntry };
}
