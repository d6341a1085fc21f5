// Text + model -> importance matrix, with llama-imatrix's tokenisation and chunks. What has been read is kept beside the output every
// few chunks, so that a stopped run can go on.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { WorkbenchError } from '../../../shared/errors.ts';
import { hashModel } from '../artifacts/model-hash.ts';
import { checkOutput, partialFolderOf, publish, removePartial } from '../artifacts/output-file.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { readCalibrationText } from './calibration-text.ts';
import { type Imatrix, type InputSums, readImatrix, writeImatrix } from './imatrix-file.ts';
import type { ImatrixJob } from './imatrix-job.ts';
import { InputSumCollector } from './input-sums.ts';
import { SampleReader } from './read-samples.ts';

export interface ImatrixResult {
  readonly path: string;
  readonly chunkCount: number;
  readonly tokenCount: number;
  readonly tensorCount: number;
  readonly elapsedMs: number;
}

const SAVE_EVERY_CHUNKS = 10;

/** Throws BAD_DATA when the text has less than one chunk or a model's activations are no finite numbers, CANCELLED. */
export async function measureImatrix(job: ImatrixJob, context: JobContext): Promise<ImatrixResult> {
  const startMs = performance.now();
  const model = readGguf(job.modelPath);
  checkOutput({ ...job, sourcePaths: [...model.shards.map(({ path }) => path), job.textPath] });
  const text = readCalibrationText(job.textPath);
  const modelSha256 = await hashModel(model, job.cacheFolder, context);
  const progressFile = new ProgressFile(job, [modelSha256, text.sha256, String(job.contextSize)]);
  const collector = new InputSumCollector(progressFile.saved?.entries);
  const reader = new SampleReader({ ...job, sampleLength: job.contextSize }, collector);
  try {
    const chunks = chunksOf(job, text.whole ?? text.documents.join('\n'), reader);
    const doneBefore = Math.min(progressFile.saved?.chunkCount ?? 0, chunks.length);
    const imatrix = (chunkCount: number): Imatrix => ({
      entries: collector.entries,
      datasets: [job.textPath],
      chunkCount,
      chunkSize: job.contextSize,
    });
    let savedCount = doneBefore;
    await reader.read(chunks.slice(doneBefore), context.signal, (done) => {
      const chunkCount = doneBefore + done;
      if (chunkCount - savedCount >= SAVE_EVERY_CHUNKS) {
        progressFile.save(imatrix(chunkCount));
        savedCount = chunkCount;
      }
      context.progress({ stage: 'measuring importances', done: chunkCount, total: chunks.length, unit: 'chunks' });
    });
    checkFinite(collector.entries, job.modelPath);
    progressFile.save(imatrix(chunks.length));
    const path = progressFile.finish();
    return {
      path,
      chunkCount: chunks.length,
      tokenCount: chunks.length * job.contextSize,
      tensorCount: collector.entries.size,
      elapsedMs: performance.now() - startMs,
    };
  } finally {
    reader.close();
  }
}

/** As llama-imatrix: the whole text tokenised once, cut without overlap, the first token of a chunk replaced by the begin token. */
function chunksOf(
  { textPath, contextSize, chunkCount }: ImatrixJob,
  text: string,
  { session }: SampleReader,
): Int32Array[] {
  const tokens = session.tokenize(text, { addSpecial: true, parseSpecial: false });
  const available = Math.floor(tokens.length / contextSize);
  if (available === 0) {
    const message = `${textPath} has ${tokens.length} tokens, and one chunk needs ${contextSize}. Give a longer text or a smaller --ctx.`;
    throw new WorkbenchError('BAD_DATA', message, { path: textPath, tokenCount: tokens.length });
  }
  return Array.from({ length: Math.min(chunkCount ?? available, available) }, (_, index) => {
    const chunk = tokens.slice(index * contextSize, (index + 1) * contextSize);
    if (session.addsBos) chunk[0] = session.bosToken;
    return chunk;
  });
}

function checkFinite(entries: ReadonlyMap<string, InputSums>, modelPath: string): void {
  for (const [name, { sums }] of entries) {
    if (sums.every(Number.isFinite)) continue;
    throw new WorkbenchError('BAD_DATA', `The inputs of ${name} are no finite numbers: ${modelPath} is damaged.`, {
      name,
    });
  }
}

/** What is measured so far, in the output's partial folder under a name that says what it belongs to. */
class ProgressFile {
  readonly saved: Imatrix | undefined;
  readonly #outputPath: string;
  readonly #path: string;

  constructor({ outputPath, resume }: ImatrixJob, facts: readonly string[]) {
    const key = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
    this.#outputPath = resolve(outputPath);
    this.#path = join(partialFolderOf(outputPath), `${key}.gguf`);
    this.saved = resume && existsSync(this.#path) ? readImatrix(this.#path) : undefined;
    if (this.saved === undefined) removePartial(outputPath);
    mkdirSync(partialFolderOf(outputPath), { recursive: true });
  }

  save(imatrix: Imatrix): void {
    const next = `${this.#path}.next`;
    writeImatrix(next, imatrix);
    renameSync(next, this.#path);
  }

  /** Gives the last saved state the output's name. */
  finish(): string {
    const name = basename(this.#outputPath);
    renameSync(this.#path, join(partialFolderOf(this.#outputPath), name));
    const [path] = publish(this.#outputPath, [name]);
    removePartial(this.#outputPath);
    return path!;
  }
}
