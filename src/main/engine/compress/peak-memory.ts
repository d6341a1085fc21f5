// The largest memory that this process held over its mapped files. Sampled where memory is largest: the work between two samples may
// hold more for a moment, and what a library maps without touching it does not count.
import { readFileSync } from 'node:fs';

export class PeakMemory {
  #peakBytes = 0;

  constructor() {
    this.sample();
  }

  sample(): void {
    this.#peakBytes = Math.max(this.#peakBytes, unmappedBytes());
  }

  get peakBytes(): number {
    this.sample();
    return this.#peakBytes;
  }
}

/** Linux: anonymous and shared resident memory, without pages of mapped files. Elsewhere all resident memory at its highest. */
function unmappedBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const status = readFileSync('/proc/self/status', 'utf8');
  return kilobytes(status, 'RssAnon') + kilobytes(status, 'RssShmem');
}

function kilobytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024;
}
