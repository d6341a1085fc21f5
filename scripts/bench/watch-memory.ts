// The most memory that the processes below one held at once, sampled from outside while they work. Linux only.
import { existsSync, readFileSync } from 'node:fs';

const SAMPLE_MS = 25;

export interface MemoryPeak {
  /** Without pages of mapped files: what a process needs beside the model that it maps. */
  readonly ownBytes: number;
  /** With them. */
  readonly residentBytes: number;
}

export class MemoryWatch {
  readonly #root: number;
  readonly #timer: NodeJS.Timeout;
  #ownBytes = 0;
  #residentBytes = 0;

  /** Watches everything that process `root` has started or starts, without itself. */
  constructor(root = process.pid) {
    this.#root = root;
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS);
  }

  /** Forgets what was seen so far. */
  reset(): void {
    this.#ownBytes = 0;
    this.#residentBytes = 0;
  }

  stop(): MemoryPeak {
    clearInterval(this.#timer);
    return { ownBytes: this.#ownBytes, residentBytes: this.#residentBytes };
  }

  #sample(): void {
    const statuses = descendants(this.#root).map((pid) => read(`/proc/${pid}/status`));
    const sum = (...fields: string[]): number =>
      statuses.reduce((total, status) => total + fields.reduce((own, field) => own + kilobytes(status, field), 0), 0) *
      1024;
    this.#ownBytes = Math.max(this.#ownBytes, sum('RssAnon', 'RssShmem'));
    this.#residentBytes = Math.max(this.#residentBytes, sum('VmRSS'));
  }
}

/** By every thread of a process, since each has children of its own. */
function descendants(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** A process may end between two reads. */
function read(path: string): string {
  try {
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  } catch {
    return '';
  }
}

function kilobytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
}
