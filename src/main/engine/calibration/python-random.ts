// Python's random.Random, so that calibration samples drawn by a seed are those of the reference code.
// Mersenne Twister MT19937: Matsumoto and Nishimura 1998, https://doi.org/10.1145/272991.272995; seeding as CPython's _randommodule.c.

const SIZE = 624;
const SHIFT = 397;

export class PythonRandom {
  readonly #state = new Uint32Array(SIZE);
  #index = SIZE;

  /** `random.seed(seed)` for an integer 0 <= seed < 2^32. */
  constructor(seed: number) {
    const state = this.#state;
    state[0] = 19650218;
    for (let i = 1; i < SIZE; i++) state[i] = mix(state, i, 1812433253) + i;
    let i = 1;
    for (let k = 0; k < SIZE; k++) {
      state[i] = (state[i]! ^ mix(state, i, 1664525)) + seed;
      i = this.#next(i);
    }
    for (let k = 0; k < SIZE - 1; k++) {
      state[i] = (state[i]! ^ mix(state, i, 1566083941)) - i;
      i = this.#next(i);
    }
    state[0] = 0x80000000;
  }

  #next(i: number): number {
    if (i + 1 < SIZE) return i + 1;
    this.#state[0] = this.#state[SIZE - 1]!;
    return 1;
  }

  /** `random.randint(low, high)`: low <= result <= high, the range below 2^32. */
  integer(low: number, high: number): number {
    const range = high - low + 1;
    const bits = Math.floor(Math.log2(range)) + 1;
    for (;;) {
      const value = bits > 31 ? this.#word() : this.#word() >>> (32 - bits);
      if (value < range) return low + value;
    }
  }

  #word(): number {
    if (this.#index >= SIZE) this.#refill();
    let word = this.#state[this.#index]!;
    this.#index += 1;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  #refill(): void {
    const state = this.#state;
    for (let i = 0; i < SIZE; i++) {
      const joined = (state[i]! & 0x80000000) | (state[(i + 1) % SIZE]! & 0x7fffffff);
      state[i] = state[(i + SHIFT) % SIZE]! ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
    }
    this.#index = 0;
  }
}

function mix(state: Uint32Array, i: number, factor: number): number {
  const before = state[i - 1]!;
  return Math.imul(before ^ (before >>> 30), factor);
}
