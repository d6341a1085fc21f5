// The answers behind every score: the journals of KICK runs, found by what was asked of which file. Their heads are read once;
// a journal never changes what it is about.
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { PROTOCOLS, type SampleResult } from '../../../shared/kick.ts';

const headSchema = z.looseObject({
  task: z.string(),
  taskVersion: z.number(),
  modelSha256: z.string(),
  dataSha256: z.string(),
  itemCount: z.number(),
  settings: z.looseObject({
    protocol: z.enum(PROTOCOLS),
    seed: z.number(),
    shots: z.number().optional(),
    limit: z.number().nullable().default(null),
    limitPerGroup: z.number().nullable().default(null),
  }),
});
export type JournalHead = z.output<typeof headSchema>;

export interface JournalQuery {
  readonly task: string;
  readonly taskVersion: number;
  readonly modelSha256: string;
  readonly dataSha256: string;
  readonly protocol: string;
  readonly seed: number;
  /** Undefined: of a task without shots. */
  readonly shots?: number | undefined;
  readonly limit: number | null;
  readonly limitPerGroup: number | null;
}

/** A head with all its settings is well below this. */
const HEAD_BYTES = 16 * 1024;
/** Journals whose answers stay in memory: those that are looked at together. */
const KEPT_JOURNALS = 24;

export class JournalIndex {
  readonly #folder: string;
  readonly #heads = new Map<string, JournalHead>();
  /** By what most queries differ in. */
  #paths = new Map<string, readonly string[]>();
  /** Heads that could not be read, with their file's time then. */
  readonly #unread = new Map<string, number | undefined>();
  #folderTime: number | undefined;
  readonly #samples = new Map<string, { readonly sizeBytes: number; readonly samples: SampleResult[] }>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Undefined when the answers are gone; the scores stay. */
  find(query: JournalQuery): SampleResult[] | undefined {
    const path = this.pathOf(query);
    return path === undefined ? undefined : this.read(path);
  }

  pathOf(query: JournalQuery): string | undefined {
    this.#refresh();
    return this.#paths.get(groupOf(query))?.find((path) => matches(this.#heads.get(path)!, query));
  }

  /** Whole lines only: the last one of a running job may be half written. */
  read(path: string): SampleResult[] {
    const text = readFileSync(path, 'utf8');
    const known = this.#samples.get(path);
    if (known?.sizeBytes === text.length) return known.samples;
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const samples = whole
      .split('\n')
      .slice(1)
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as SampleResult);
    this.#samples.delete(path);
    this.#samples.set(path, { sizeBytes: text.length, samples });
    const oldest = this.#samples.keys().next().value;
    if (this.#samples.size > KEPT_JOURNALS && oldest !== undefined) this.#samples.delete(oldest);
    return samples;
  }

  /** A folder's time changes with its list of names, and a head that could be read is never written again. */
  #refresh(): void {
    const folderTime = timeOf(this.#folder);
    const isSame = folderTime === this.#folderTime && [...this.#unread].every(([path, time]) => timeOf(path) === time);
    if (isSame) return;
    this.#folderTime = folderTime;
    this.#unread.clear();
    const names = folderTime === undefined ? [] : readdirSync(this.#folder);
    const paths = names.filter((name) => name.endsWith('.jsonl')).map((name) => join(this.#folder, name));
    const readable = paths.filter((path) => this.#readHead(path) !== undefined);
    this.#paths = Map.groupBy(readable, (path) => groupOf(this.#heads.get(path)!));
  }

  #readHead(path: string): JournalHead | undefined {
    const known = this.#heads.get(path);
    if (known !== undefined) return known;
    const time = timeOf(path);
    const head = readHead(path);
    if (head === undefined) this.#unread.set(path, time);
    else this.#heads.set(path, head);
    return head;
  }
}

function timeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

function groupOf({ modelSha256, task }: Pick<JournalHead, 'modelSha256' | 'task'>): string {
  return `${modelSha256}/${task}`;
}

function matches({ settings, ...head }: JournalHead, query: JournalQuery): boolean {
  return (
    head.modelSha256 === query.modelSha256 &&
    head.task === query.task &&
    head.taskVersion === query.taskVersion &&
    head.dataSha256 === query.dataSha256 &&
    settings.protocol === query.protocol &&
    settings.seed === query.seed &&
    (query.shots === undefined || settings.shots === query.shots) &&
    settings.limit === query.limit &&
    settings.limitPerGroup === query.limitPerGroup
  );
}

function readHead(path: string): JournalHead | undefined {
  const handle = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(HEAD_BYTES);
    const text = bytes.toString('utf8', 0, readSync(handle, bytes));
    const end = text.indexOf('\n');
    if (end < 0) return undefined;
    const parsed = headSchema.safeParse(JSON.parse(text.slice(0, end)));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(handle);
  }
}
