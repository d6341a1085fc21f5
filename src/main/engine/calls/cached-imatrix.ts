// An importance matrix of a model from the embedded calibration text, measured once per model and kept in the cache.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashModel } from '../artifacts/model-hash.ts';
import { EMBEDDED_CALIBRATION_TEXT, embeddedPath } from '../embedded-files.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import { ExclusiveLock } from '../jobs/exclusive-lock.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { GpuChoice } from '../native/library-path.ts';
import type { CallPlace } from './call-place.ts';
import { runImatrixJob } from './compress-call.ts';

const CONTEXT_SIZE = 512;

export interface CachedImatrixRequest {
  readonly modelPath: string;
  readonly gpu: GpuChoice;
  readonly threads?: number;
}

/** Path of the imatrix file. */
export async function cachedImatrix(
  { modelPath, ...device }: CachedImatrixRequest,
  place: CallPlace,
  context: JobContext,
): Promise<string> {
  const modelSha256 = await hashModel(readGguf(modelPath), place.cacheFolder, context);
  const textPath = embeddedPath(EMBEDDED_CALIBRATION_TEXT);
  const textSha256 = createHash('sha256').update(readFileSync(textPath)).digest('hex');
  const folder = join(place.cacheFolder, 'imatrix');
  const outputPath = join(folder, `${modelSha256.slice(0, 32)}-${textSha256.slice(0, 16)}-${CONTEXT_SIZE}.gguf`);
  if (existsSync(outputPath)) return outputPath;
  mkdirSync(folder, { recursive: true });
  // What another process is measuring is waited for and used.
  const { signal } = context;
  using _ = await ExclusiveLock.acquire({ path: `${outputPath}.lock`, subject: outputPath, waits: true, signal });
  if (existsSync(outputPath)) return outputPath;
  const job = { modelPath, outputPath, textPath, contextSize: CONTEXT_SIZE, force: true, resume: true, ...device };
  return (await runImatrixJob(job, place, context)).path;
}
