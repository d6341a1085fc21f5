// What the table of models shows of the scores, kept from one start to the next: ten thousand scores take a while to compare.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ModelScore } from '../../../shared/session/model-calls.ts';

export type MainScores = ReadonlyMap<string, readonly ModelScore[]>;

interface Kept {
  readonly stamp: string;
  readonly scores: readonly (readonly [string, readonly ModelScore[]])[];
}

export class KeptMainScores {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Undefined when they belong to other scores or another library. */
  read(stamp: string): MainScores | undefined {
    try {
      const kept = JSON.parse(readFileSync(this.#path, 'utf8')) as Kept;
      return kept.stamp === stamp ? new Map(kept.scores) : undefined;
    } catch {
      return undefined;
    }
  }

  write(stamp: string, scores: MainScores): void {
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      writeFileSync(`${this.#path}.partial`, JSON.stringify({ stamp, scores: [...scores] } satisfies Kept));
      renameSync(`${this.#path}.partial`, this.#path);
    } catch {
      // They only save time; a home that cannot be written has worse to say elsewhere.
    }
  }
}
