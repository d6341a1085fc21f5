// The answers of KICK jobs: as they come from the worker, and from their journals after a restart.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { SampleResult } from '../../../shared/kick.ts';
import type { KickPartial } from '../kick/run-task.ts';
import type { RunIdentity } from '../kick/sample-journal.ts';
import type { JournalIndex } from '../score-board/journal-index.ts';
import { JsonFile } from '../settings/json-file.ts';

const keptSchema = z.record(z.string(), z.object({ identity: z.custom<RunIdentity>(), journalPath: z.string() }));
/** Jobs whose journals are remembered. */
const KEPT_JOBS = 2000;

interface LiveJob {
  readonly identity: RunIdentity;
  readonly journalPath: string | undefined;
  readonly samples: SampleResult[];
}

export class LiveAnswers {
  readonly #live = new Map<string, LiveJob>();
  readonly #kept: JsonFile<typeof keptSchema>;
  readonly #journals: JournalIndex;

  constructor(home: string, journals: JournalIndex) {
    this.#kept = new JsonFile(join(home, 'kick-journals.json'), keptSchema, {});
    this.#journals = journals;
  }

  /** The first report of a job holds what an earlier run has left. */
  add(jobId: string, { identity, journalPath, samples }: KickPartial): void {
    const first = samples[0]?.index ?? 0;
    const known = this.#live.get(jobId);
    if (known === undefined || first === 0) {
      this.#live.set(jobId, { identity, journalPath, samples: [...samples] });
      if (journalPath !== undefined) this.#keep(jobId, identity, journalPath);
    } else known.samples.push(...samples);
  }

  /** A finished job is read from its journal from now on. */
  end(jobId: string): void {
    this.#live.delete(jobId);
  }

  identityOf(jobId: string): RunIdentity | undefined {
    return this.#live.get(jobId)?.identity ?? this.#kept.read()[jobId]?.identity;
  }

  samplesOf(jobId: string): readonly SampleResult[] {
    const live = this.#live.get(jobId);
    if (live !== undefined) return live.samples;
    const kept = this.#kept.read()[jobId];
    return kept !== undefined && existsSync(kept.journalPath) ? this.#journals.read(kept.journalPath) : [];
  }

  #keep(jobId: string, identity: RunIdentity, journalPath: string): void {
    const entries = Object.entries(this.#kept.read()).filter(([id]) => id !== jobId);
    this.#kept.write(Object.fromEntries([...entries, [jobId, { identity, journalPath }]].slice(-KEPT_JOBS)));
  }
}
