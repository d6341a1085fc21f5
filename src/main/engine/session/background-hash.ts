// Hashes of models that were added, one after another in the background: they say whose version a file is and which scores are its.

import { hashModel } from '../artifacts/model-hash.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import type { ModelTree } from '../model-tree/model-tree.ts';

/** A library of hundreds is told of a few times, not once a file. */
const TELL_EVERY_MS = 3000;

export class BackgroundHash {
  readonly #tree: ModelTree;
  readonly #cacheFolder: string;
  readonly #onHashed: () => void;
  readonly #queued = new Set<string>();
  readonly #stop = new AbortController();
  #last: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(tree: ModelTree, cacheFolder: string, onHashed: () => void) {
    this.#tree = tree;
    this.#cacheFolder = cacheFolder;
    this.#onHashed = onHashed;
  }

  add(path: string): void {
    if (this.#queued.has(path)) return;
    this.#queued.add(path);
    this.#last = this.#last.then(() => this.#hash(path));
  }

  /** Of a model that is needed now; remembered, so it is read once. */
  async now(path: string, signal: AbortSignal): Promise<string> {
    const sha256 = await hashModel(readGguf(path), this.#cacheFolder, { signal });
    await this.#tree.learn(path, { sha256 });
    return sha256;
  }

  close(): void {
    this.#stop.abort();
    clearTimeout(this.#timer);
  }

  /** At once when nothing is left to hash. */
  #tellLater(): void {
    const isLast = this.#queued.size <= 1;
    if (isLast) clearTimeout(this.#timer);
    else if (this.#timer !== undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#onHashed();
      },
      isLast ? 0 : TELL_EVERY_MS,
    );
  }

  async #hash(path: string): Promise<void> {
    if (this.#stop.signal.aborted) return;
    try {
      const facts = await this.#tree.facts.get(path);
      if (facts.state !== 'ready' || facts.measured.sha256 !== undefined) return;
      await this.now(path, this.#stop.signal);
      this.#tellLater();
    } catch {
      // The file went away or the session ends: it is hashed when it is asked for again.
    } finally {
      this.#queued.delete(path);
    }
  }
}
