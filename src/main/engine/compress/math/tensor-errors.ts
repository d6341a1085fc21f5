// How far a written tensor is from its source, gathered while the file streams by; normal-errors.ts judges it.

/** Blocks of the types that can go wrong silently are 256 values long. */
const GROUP_SIZE = 256;

/** Groups with less than this share of the mean energy do not count: a 16-bit scale may lose them, and they do no harm. */
const ENERGY_FLOOR_RATIO = 0.01;

export class TensorErrors {
  /** Values of a group: 256, or a row whose width is no multiple of that. */
  readonly groupSize: number;
  /** By group: sum of (written - source)^2. */
  readonly #errors: Float32Array;
  /** By group: sum of source^2. */
  readonly #energies: Float32Array;
  #groupCount = 0;
  #squaredError = 0;
  #squaredSum = 0;
  #zeroCount = 0;
  #valueCount = 0;

  constructor(columns: number, valueCount: number) {
    this.groupSize = columns % GROUP_SIZE === 0 ? GROUP_SIZE : columns;
    this.#errors = new Float32Array(valueCount / this.groupSize);
    this.#energies = new Float32Array(this.#errors.length);
  }

  /** The next values of the tensor, whole rows; zeros are counted among the written ones. */
  add(source: Float32Array, written: Float32Array): void {
    const size = this.groupSize;
    for (let start = 0; start < source.length; start += size) {
      let squaredError = 0;
      let squaredSum = 0;
      let zeroCount = 0;
      for (let i = start; i < start + size; i++) {
        const wanted = source[i]!;
        const got = written[i]!;
        const difference = got - wanted;
        squaredError += difference * difference;
        squaredSum += wanted * wanted;
        if (got === 0) zeroCount += 1;
      }
      this.#errors[this.#groupCount] = squaredError;
      this.#energies[this.#groupCount] = squaredSum;
      this.#groupCount += 1;
      this.#squaredError += squaredError;
      this.#squaredSum += squaredSum;
      this.#zeroCount += zeroCount;
    }
    this.#valueCount += source.length;
  }

  get zeroCount(): number {
    return this.#zeroCount;
  }

  get valueCount(): number {
    return this.#valueCount;
  }

  /** sum (written - source)^2 / sum source^2. 0 when nothing differs; Infinity when the source is zero or anything is NaN. */
  get relativeSquaredError(): number {
    if (this.#squaredError === 0) return 0;
    const ratio = this.#squaredError / this.#squaredSum;
    return Number.isNaN(ratio) ? Number.POSITIVE_INFINITY : ratio;
  }

  get groupCount(): number {
    return this.#groupCount;
  }

  /** Groups of some weight whose error is at least their energy: zeros in their place would have been closer. */
  get lostGroupCount(): number {
    const floor = (ENERGY_FLOOR_RATIO * this.#squaredSum) / this.#groupCount;
    let count = 0;
    for (let group = 0; group < this.#groupCount; group++) {
      const energy = this.#energies[group]!;
      if (energy > floor && !(this.#errors[group]! < energy)) count += 1;
    }
    return count;
  }
}
