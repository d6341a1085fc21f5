// Works through a list with a few lanes side by side; the first failure stops all of them.

/** `signal` given to `work` is aborted when another lane has failed, or when the outer one is. Items are begun in order. */
export async function runLanes<Item>(
  items: readonly Item[],
  laneCount: number,
  outer: AbortSignal,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([outer, stop.signal]);
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const lane = async (): Promise<void> => {
    while (next < items.length && failure === undefined) {
      const item = items[next++] as Item;
      try {
        await work(item, signal);
      } catch (error) {
        failure ??= { error };
        stop.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, laneCount) }, lane));
  if (failure !== undefined) throw failure.error;
}

/** Lets one caller in at a time, in the order of asking. */
export class Turnstile {
  #last: Promise<unknown> = Promise.resolve();

  pass<Output>(work: () => Promise<Output>): Promise<Output> {
    const turn = this.#last.then(work, work);
    // A failure is the caller's; the next one comes in all the same.
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
