// Says which sessions of Whittle are alive on one home folder, so that a job of a dead one can be taken up and one of a living one is left alone.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';

interface Claim {
  readonly pid: number;
  readonly startedAt: number;
}

export class SessionClaim {
  readonly #folder: string;
  readonly #sessionId: string;

  constructor(home: string, sessionId: string, claim: Claim = { pid: process.pid, startedAt: Date.now() }) {
    this.#folder = join(home, 'sessions');
    this.#sessionId = sessionId;
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(join(this.#folder, sessionId), JSON.stringify(claim));
  }

  /** Sessions whose process lives, this one included. Traces of dead ones are removed. */
  living(): ReadonlySet<string> {
    const living = new Set<string>();
    for (const id of readdirSync(this.#folder)) {
      if (id === this.#sessionId || isAlive(readClaim(join(this.#folder, id)))) living.add(id);
      else rmSync(join(this.#folder, id), { force: true });
    }
    return living;
  }

  release(): void {
    rmSync(join(this.#folder, this.#sessionId), { force: true });
  }
}

function readClaim(path: string): Claim | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Claim;
  } catch {
    return undefined;
  }
}

/** A claim from before the last start of the computer is dead, whoever has its process number now. */
function isAlive(claim: Claim | undefined): boolean {
  if (claim === undefined || claim.startedAt < Date.now() - uptime() * 1000) return false;
  try {
    process.kill(claim.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
