// A llama_batch in native memory that is filled through typed arrays over that memory: no per-token conversion at the call.
import koffi from 'koffi';
import type { StructValue } from './native-types.ts';

export interface BatchToken {
  readonly token: number;
  readonly position: number;
  /** Usually one; several share the token's KV cell. */
  readonly sequences: readonly number[];
  readonly wantLogits: boolean;
}

const POINTER_BYTES = 8;

export class TokenBatch {
  readonly capacity: number;
  length = 0;
  readonly #sequenceCapacity: number;
  readonly #memory: bigint[] = [];
  readonly #tokens: Int32Array;
  readonly #positions: Int32Array;
  readonly #sequenceCounts: Int32Array;
  readonly #sequences: Int32Array;
  readonly #wantLogits: Int8Array;

  /** `sequenceCapacity` is the largest number of sequences that one token may belong to. */
  constructor(capacity: number, sequenceCapacity: number) {
    this.capacity = capacity;
    this.#sequenceCapacity = sequenceCapacity;
    this.#tokens = new Int32Array(this.#allocate(capacity * 4));
    this.#positions = new Int32Array(this.#allocate(capacity * 4));
    this.#sequenceCounts = new Int32Array(this.#allocate(capacity * 4));
    this.#sequences = new Int32Array(this.#allocate(capacity * sequenceCapacity * 4));
    // llama_batch.seq_id is an array of pointers, one per token, to that token's sequence ids.
    const pointers = new BigUint64Array(this.#allocate(capacity * POINTER_BYTES));
    const first = this.#memory[3] ?? 0n;
    for (let i = 0; i < capacity; i += 1) pointers[i] = first + BigInt(i * sequenceCapacity * 4);
    this.#wantLogits = new Int8Array(this.#allocate(capacity));
  }

  #allocate(sizeBytes: number): ArrayBuffer {
    const pointer: bigint = koffi.alloc('uint8_t', sizeBytes);
    this.#memory.push(pointer);
    return koffi.view(pointer, sizeBytes);
  }

  clear(): void {
    this.length = 0;
  }

  /** Appends a token of one sequence. The caller keeps within `capacity`. */
  push(token: number, position: number, sequence: number, wantLogits: boolean): void {
    const at = this.length;
    this.#tokens[at] = token;
    this.#positions[at] = position;
    this.#sequenceCounts[at] = 1;
    this.#sequences[at * this.#sequenceCapacity] = sequence;
    this.#wantLogits[at] = wantLogits ? 1 : 0;
    this.length = at + 1;
  }

  pushShared({ token, position, sequences, wantLogits }: BatchToken): void {
    if (sequences.length > this.#sequenceCapacity)
      throw new RangeError(`${sequences.length} sequences in one token, capacity ${this.#sequenceCapacity}`);
    const at = this.length;
    this.push(token, position, sequences[0] ?? 0, wantLogits);
    this.#sequenceCounts[at] = sequences.length;
    this.#sequences.set(sequences, at * this.#sequenceCapacity);
  }

  /** For llama_decode; the pointers stay valid until `free`. */
  native(): StructValue {
    const [tokens, positions, counts, , pointers, logits] = this.#memory;
    return {
      n_tokens: this.length,
      token: tokens ?? null,
      embd: null,
      pos: positions ?? null,
      n_seq_id: counts ?? null,
      seq_id: pointers ?? null,
      logits: logits ?? null,
    };
  }

  free(): void {
    for (const pointer of this.#memory.splice(0)) koffi.free(pointer);
  }
}
