// Opens a model for scoring: passes of 512 tokens, threads as asked for or by a short measurement. Results do not depend on them.
import type { JobContext } from '../jobs/job-context.ts';
import type { GpuChoice } from '../native/library-path.ts';
import { ModelSession } from '../native/model-session.ts';
import { chooseThreads } from '../native/thread-count.ts';

/** Also llama.cpp's default micro-batch: one call is one pass through the graph. */
export const PASS_TOKENS = 512;
/** llama.cpp pads the cache to this. */
const CELL_STEP = 256;

export interface SessionNeeds {
  readonly modelPath: string;
  readonly cells: number;
  readonly sequences: number;
  readonly threads?: number | undefined;
  readonly gpu: GpuChoice;
}

export function openSession(
  { modelPath, cells, sequences, threads, gpu }: SessionNeeds,
  context: JobContext,
): ModelSession {
  const session = ModelSession.open({
    modelPath,
    contextSize: Math.ceil(cells / CELL_STEP) * CELL_STEP,
    sequences,
    batchSize: PASS_TOKENS,
    microBatchSize: PASS_TOKENS,
    gpu,
    ...(threads !== undefined && { threads }),
  });
  if (threads === undefined) chooseThreads(session);
  for (const warning of session.warnings) context.log(warning);
  return session;
}
