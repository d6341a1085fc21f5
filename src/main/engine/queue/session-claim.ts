// Says which sessions of Whittle are alive on one home folder, so that a job of a dead one can be taken up and one of a living one is left alone.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, type ProcessIdentity, thisProcess } from '../jobs/process-identity.ts';

export class SessionClaim {
  readonly #folder: string;
  readonly #sessionId: string;

  constructor(home: string, sessionId: string) {
    this.#folder = join(home, 'sessions');
    this.#sessionId = sessionId;
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(join(this.#folder, sessionId), JSON.stringify(thisProcess()));
  }

  /** Sessions whose process lives, this one included. Traces of dead ones are removed. */
  living(): ReadonlySet<string> {
    const living = new Set<string>();
    for (const id of readdirSync(this.#folder)) {
      const claim = readClaim(join(this.#folder, id));
      if (id === this.#sessionId || (claim !== undefined && isAlive(claim))) living.add(id);
      else rmSync(join(this.#folder, id), { force: true });
    }
    return living;
  }

  release(): void {
    rmSync(join(this.#folder, this.#sessionId), { force: true });
  }
}

function readClaim(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
