// Answers as they come, on disk before the next batch starts: a killed run goes on after its last whole batch.
// JSON lines: first what makes two runs equal, then one sample a line.
import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SampleResult } from '../../../shared/kick.ts';
import { ExclusiveLock } from '../jobs/exclusive-lock.ts';

const JOURNAL_VERSION = 1;

/** Everything that the samples depend on, and how they are cut into batches. */
export interface RunIdentity {
  readonly task: string;
  readonly taskVersion: number;
  readonly modelSha256: string;
  readonly dataSha256: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly itemCount: number;
  readonly itemsPerBatch: number;
  readonly engineVersion: string;
  readonly llamaCppVersion: string;
}

/** The file of a run: only an equal run finds it. */
export function journalPath(folder: string, identity: RunIdentity): string {
  const hash = createHash('sha256').update(headerLine(identity)).digest('hex');
  return join(folder, `${identity.task}-${hash.slice(0, 20)}.jsonl`);
}

/** Two equal runs would write into one file. Throws IN_USE. */
export function lockJournal(path: string, task: string, signal: AbortSignal): Promise<ExclusiveLock> {
  mkdirSync(dirname(path), { recursive: true });
  return ExclusiveLock.acquire({ path: `${path}.lock`, subject: `${task} with this model and these settings`, signal });
}

function headerLine(identity: RunIdentity): string {
  return `${JSON.stringify({ journalVersion: JOURNAL_VERSION, ...identity })}\n`;
}

export class SampleJournal {
  /** Samples of whole batches that an earlier run left, in order. */
  readonly samples: readonly SampleResult[];
  readonly #handle: number;
  #position: number;

  private constructor(handle: number, position: number, samples: readonly SampleResult[]) {
    this.#handle = handle;
    this.#position = position;
    this.samples = samples;
  }

  /** With `resume` what is there is kept as far as it is whole; without, the file starts anew. */
  static open(path: string, identity: RunIdentity, resume: boolean): SampleJournal {
    const header = headerLine(identity);
    const kept = resume && existsSync(path) ? readWholeBatches(readFileSync(path), header, identity) : undefined;
    mkdirSync(dirname(path), { recursive: true });
    const handle = openSync(path, kept === undefined ? 'w' : 'r+');
    if (kept !== undefined) {
      ftruncateSync(handle, kept.endBytes);
      return new SampleJournal(handle, kept.endBytes, kept.samples);
    }
    const journal = new SampleJournal(handle, 0, []);
    journal.#write(header);
    return journal;
  }

  /** On disk when this returns. */
  append(samples: readonly SampleResult[]): void {
    this.#write(samples.map((sample) => `${JSON.stringify(sample)}\n`).join(''));
  }

  #write(text: string): void {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(this.#handle, bytes, done, bytes.length - done, this.#position + done);
    }
    this.#position += bytes.length;
    fsyncSync(this.#handle);
  }

  close(): void {
    closeSync(this.#handle);
  }
}

interface WholeBatches {
  readonly samples: readonly SampleResult[];
  readonly endBytes: number;
}

/** Reads up to the first line that is torn or out of order, and keeps whole batches of that. Undefined: not this run's journal. */
function readWholeBatches(
  bytes: Buffer,
  header: string,
  { itemCount, itemsPerBatch }: RunIdentity,
): WholeBatches | undefined {
  const headerBytes = Buffer.byteLength(header);
  if (bytes.subarray(0, headerBytes).toString() !== header) return undefined;
  const samples: SampleResult[] = [];
  const ends = [headerBytes];
  for (let start = headerBytes; ; ) {
    const end = bytes.indexOf(0x0a, start) + 1;
    const sample = end === 0 ? undefined : parseSample(bytes.subarray(start, end).toString());
    if (sample?.index !== samples.length) break;
    samples.push(sample);
    ends.push(end);
    start = end;
  }
  const whole = samples.length === itemCount ? itemCount : samples.length - (samples.length % itemsPerBatch);
  return { samples: samples.slice(0, whole), endBytes: ends[whole]! };
}

function parseSample(line: string): SampleResult | undefined {
  try {
    return JSON.parse(line) as SampleResult;
  } catch {
    return undefined;
  }
}
