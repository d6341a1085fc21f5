// How work reports and how it is stopped: passed down to everything in the engine that takes long.
import type { Progress } from '../../../shared/progress.ts';

export interface JobContext {
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
  /** A line for the job's log. Warnings that the user must see belong in the result. */
  readonly log: (line: string) => void;
  /** A worker process has been started for this job: whoever watches its memory wants its id. */
  readonly started?: (processId: number) => void;
}
