// The answers behind every score: the journals of KICK runs, found by what was asked of which file. Their heads are read once;
// a journal never changes what it is about.
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
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
  readonly #heads = new Map<string, JournalHead | undefined>();
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
    return this.#list().find((path) => {
      const head = this.#heads.get(path);
      return head !== undefined && matches(head, query);
    });
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

  #list(): string[] {
    if (!existsSync(this.#folder)) return [];
    const paths = readdirSync(this.#folder)
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => join(this.#folder, name));
    for (const path of paths) if (!this.#heads.has(path)) this.#heads.set(path, readHead(path));
    return paths;
  }
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
