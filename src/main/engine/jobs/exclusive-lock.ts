// One process at a time on a file or folder that two must not write: a small file that only one can make, with the name of its
// maker. A holder that has ended, however it ended, holds nothing any more.
import { closeSync, linkSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { WorkbenchError } from '../../../shared/errors.ts';
import { isAlive, type ProcessIdentity, thisProcess } from './process-identity.ts';

const holderSchema = z.object({
  pid: z.int(),
  startedAt: z.number(),
  startTicks: z.string().optional(),
  lockedAt: z.number(),
});

/** The worker of a killed command lives until its watchdog has seen it, and a process that ends lets go within this time. */
const GRACE_MS = 1500;
const POLL_MS = 100;
/** Between making the file and writing into it. */
const WRITING_MS = 1000;

export interface LockRequest {
  /** Of the lock's own file; its folder exists. */
  readonly path: string;
  /** What is locked, as the start of a sentence: `/models/out.gguf`. */
  readonly subject: string;
  /** For people who find it taken; default: to wait, or to stop the other one. */
  readonly advice?: string;
  /** Waits as long as it is held, instead of refusing. */
  readonly waits?: boolean;
  readonly signal?: AbortSignal;
}

export class ExclusiveLock {
  readonly #path: string;
  readonly #text: string;

  private constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
  }

  /** Throws IN_USE naming the holder, CANCELLED. */
  static async acquire(request: LockRequest): Promise<ExclusiveLock> {
    const { path, waits = false, signal } = request;
    const deadlineMs = performance.now() + GRACE_MS;
    while (true) {
      const text = JSON.stringify({ ...thisProcess(), lockedAt: Date.now() });
      if (makeFile(path, text)) return new ExclusiveLock(path, text);
      const held = readIfThere(path);
      const holder = held === undefined ? undefined : parseHolder(held);
      if (held !== undefined && isStale(path, holder) && setAside(path, held)) continue;
      if (!waits && performance.now() > deadlineMs) throw inUse(request, holder);
      if (signal?.aborted === true)
        throw new WorkbenchError('CANCELLED', `waiting for ${request.subject} was cancelled`);
      await wait(POLL_MS);
    }
  }

  release(): void {
    if (readIfThere(this.#path) === this.#text) rmSync(this.#path, { force: true });
  }

  [Symbol.dispose](): void {
    this.release();
  }
}

type Holder = ProcessIdentity & { readonly lockedAt: number };

function makeFile(path: string, text: string): boolean {
  let file: number;
  try {
    file = openSync(path, 'wx');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    const message = `${path} cannot be written (${code}). Check the folder and its permissions.`;
    throw new WorkbenchError('NOT_WRITABLE', message, { path }, error);
  }
  try {
    writeSync(file, text);
  } finally {
    closeSync(file);
  }
  return true;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** A file without a holder is being written, or was left so by a crash. */
function isStale(path: string, holder: Holder | undefined): boolean {
  if (holder !== undefined) return !isAlive(holder);
  const modifiedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return modifiedMs !== undefined && Date.now() - modifiedMs > WRITING_MS;
}

/** Of several that find it stale one moves it; one that moved a newer lock by mistake puts it back. */
function setAside(path: string, stale: string): boolean {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    if (readIfThere(aside) !== stale) linkSync(aside, path);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(aside, { force: true });
  }
}

function inUse({ path, subject, advice }: LockRequest, holder: Holder | undefined): WorkbenchError {
  const who = holder === undefined ? 'another process' : `process ${holder.pid}`;
  const since = holder === undefined ? '' : ` since ${new Date(holder.lockedAt).toLocaleTimeString('en-GB')}`;
  const words = advice ?? 'Wait until it has ended, or stop it';
  return new WorkbenchError('IN_USE', `${subject} is being worked on by another Whittle (${who})${since}. ${words}.`, {
    path,
    ...(holder === undefined ? {} : { pid: holder.pid, lockedAt: holder.lockedAt }),
  });
}
