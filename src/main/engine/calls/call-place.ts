// Where a call works: the home folder, and the files that the engine keeps in it.
import { join } from 'node:path';
import { resolveModel } from '../models/library.ts';

export class CallPlace {
  readonly home: string;

  constructor(home: string) {
    this.home = home;
  }

  /** Absolute path of a model that a user named: a path, a library id, `demo`. */
  modelPath(reference: string): string {
    return resolveModel(reference, this.home).path;
  }

  get scoreStorePath(): string {
    return join(this.home, 'scores.sqlite');
  }

  get journalFolder(): string {
    return join(this.home, 'journals');
  }

  get sweepsFolder(): string {
    return join(this.home, 'sweeps');
  }

  /** Hashes, statistics, importance matrices: whatever can be measured again. */
  get cacheFolder(): string {
    return join(this.home, 'cache');
  }
}
