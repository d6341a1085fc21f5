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
  const progressFile = new ProgressFile(job, [modelSha256, text.sha256, job.contextSize]);
  const collector = new InputSumCollector(progressFile.saved?.entries);
  const reader = new SampleReader({ ...job, sampleLength: job.contextSize }, collector);
  let chunkCount = progressFile.saved?.chunkCount ?? 0;
  const save = (): void =>
    progressFile.save({
      entries: collector.entries,
      datasets: [job.textPath],
      chunkCount,
      chunkSize: job.contextSize,
    });
  try {
    const chunks = chunksOf(job, text.whole ?? text.documents.join('\n'), reader);
    const doneBefore = chunkCount;
    let unsavedCount = 0;
    await reader.read(chunks.slice(doneBefore), context.signal, (done) => {
      unsavedCount += doneBefore + done - chunkCount;
      chunkCount = doneBefore + done;
      context.progress({ stage: 'measuring importances', done: chunkCount, total: chunks.length, unit: 'chunks' });
      if (unsavedCount < SAVE_EVERY_CHUNKS) return;
      save();
      unsavedCount = 0;
    });
    checkFinite(collector.entries, job.modelPath);
    save();
    return {
      path: progressFile.finish(),
      chunkCount,
      tokenCount: chunkCount * job.contextSize,
      tensorCount: collector.entries.size,
      elapsedMs: performance.now() - startMs,
    };
  } catch (error) {
    if (context.signal.aborted && chunkCount > 0) save();
    else removePartial(job.outputPath);
    throw error;
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

  constructor(
    { outputPath, resume, chunkCount: wanted = Number.POSITIVE_INFINITY }: ImatrixJob,
    facts: readonly (string | number)[],
  ) {
    const key = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
    this.#outputPath = resolve(outputPath);
    this.#path = join(partialFolderOf(outputPath), `${key}.gguf`);
    const left = resume && existsSync(this.#path) ? readImatrix(this.#path) : undefined;
    this.saved = left !== undefined && left.chunkCount <= wanted ? left : undefined;
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
