// A job as it is kept on disk: home/jobs/<id>/job.json, replaced whole at each change, and log.txt beside it.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Job } from '../../../shared/job.ts';

export interface JobRecord extends Job {
  /** Place among the waiting jobs; lower runs first. */
  readonly rank: number;
  /** The session that works on it; another session takes it over only when that one is gone. */
  readonly sessionId: string;
}

const JOB_FILE = 'job.json';
const LOG_FILE = 'log.txt';

export class JobFolder {
  readonly path: string;

  constructor(home: string) {
    this.path = join(home, 'jobs');
    mkdirSync(this.path, { recursive: true });
  }

  /** Damaged entries are passed over: a job that cannot be read cannot run either. */
  readAll(): JobRecord[] {
    return readdirSync(this.path).flatMap((id) => {
      try {
        return [JSON.parse(readFileSync(join(this.path, id, JOB_FILE), 'utf8')) as JobRecord];
      } catch {
        return [];
      }
    });
  }

  write(job: JobRecord): void {
    const folder = join(this.path, job.id);
    mkdirSync(folder, { recursive: true });
    const partial = join(folder, `${JOB_FILE}.partial`);
    writeFileSync(partial, JSON.stringify(job));
    renameSync(partial, join(folder, JOB_FILE));
  }

  remove(id: string): void {
    rmSync(join(this.path, id), { recursive: true, force: true });
  }

  appendLog(id: string, line: string): void {
    const folder = join(this.path, id);
    if (existsSync(folder)) appendFileSync(join(folder, LOG_FILE), `${line}\n`);
  }

  readLog(id: string, lastLines: number): string[] {
    const path = join(this.path, id, LOG_FILE);
    if (!existsSync(path)) return [];
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lastLines);
  }
}
