// Views of native memory that are kept. Making one is slow, and V8 counts the memory behind it as its own and collects garbage
// every few of them, while graphs of the same shapes mostly get the same memory again.
import koffi from 'koffi';

const MOST_VIEWS = 64;
const FLOAT_BYTES = 4;

export class MemoryViews {
  readonly #views = new Map<bigint, Float32Array>();

  /** Of memory that is there now: what was made for the same address before is found again. */
  floats(pointer: bigint, count: number): Float32Array {
    const known = this.#views.get(pointer);
    if (known !== undefined && known.length >= count) return known.subarray(0, count);
    if (this.#views.size >= MOST_VIEWS) this.#views.clear();
    const view = new Float32Array(koffi.view(pointer, count * FLOAT_BYTES));
    this.#views.set(pointer, view);
    return view;
  }
}
