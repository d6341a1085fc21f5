// Looks every second at the memory of a job's processes, and keeps the most that one of them held.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { platform } from 'node:os';

const INTERVAL_MS = 1000;

interface ProcessMemory {
  readonly residentBytes: number;
  /** Since the process started, where the system keeps it. */
  readonly peakBytes: number;
}

export class MemoryWatch {
  readonly #tell: (memoryBytes: number, peakMemoryBytes: number) => void;
  #processId: number | undefined;
  #peakBytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(tell: (memoryBytes: number, peakMemoryBytes: number) => void) {
    this.#tell = tell;
  }

  /** A job that is done in steps starts one process after another. */
  watch(processId: number): void {
    this.#processId = processId;
    this.#timer ??= setInterval(() => void this.#look(), INTERVAL_MS).unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #look(): Promise<void> {
    const memory = this.#processId === undefined ? undefined : await readMemory(this.#processId);
    if (memory === undefined || this.#timer === undefined) return;
    this.#peakBytes = Math.max(this.#peakBytes, memory.peakBytes);
    this.#tell(memory.residentBytes, this.#peakBytes);
  }
}

/** Undefined when the process has ended, and on systems that are not asked. */
async function readMemory(processId: number): Promise<ProcessMemory | undefined> {
  if (platform() === 'linux') return readStatus(processId);
  return platform() === 'win32' ? undefined : await askPs(processId);
}

/** VmHWM is the high-water mark of the resident memory, in KiB. */
function readStatus(processId: number): ProcessMemory | undefined {
  try {
    const text = readFileSync(`/proc/${processId}/status`, 'utf8');
    const kib = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0);
    return { residentBytes: kib('VmRSS') * 1024, peakBytes: kib('VmHWM') * 1024 };
  } catch {
    return undefined;
  }
}

function askPs(processId: number): Promise<ProcessMemory | undefined> {
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'rss=', '-p', String(processId)], (error, text) => {
      const residentBytes = Number(text) * 1024;
      resolve(error !== null || !(residentBytes > 0) ? undefined : { residentBytes, peakBytes: residentBytes });
    });
  });
}
