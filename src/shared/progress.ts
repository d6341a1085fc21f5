// What a running job says of itself. Sent at most ten times a second, each with a sequence number.

export interface Progress {
  /** What is being done, in words for people: `quantizing blk.3.ffn_up.weight`. */
  readonly stage: string;
  readonly done: number;
  /** In the same unit as `done`; undefined when it cannot be known. */
  readonly total?: number | undefined;
  /** What `done` counts: `tensors`, `tokens`, `questions`, `recipes`. */
  readonly unit: string;
  /** A finished piece of the result, for a live table or chart; a plain JSON value. */
  readonly partial?: unknown;
}
