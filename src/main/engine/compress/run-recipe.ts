// A recipe carried out: model in, checked and named model out. Runs in the compress worker. The order is plan, check the output,
// statistics, one step after the other, compare, verify, rename; whatever goes wrong before the rename leaves nothing behind.
import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { CompressResult } from '../../../shared/artifact.ts';
import { WorkbenchError } from '../../../shared/errors.ts';
import { isQuantizedType } from '../../../shared/ggml-types.ts';
import { hashModel } from '../artifacts/model-hash.ts';
import { checkOutput, checkSpace, makePartialFolder, publish, removePartial } from '../artifacts/output-file.ts';
import type { Provenance } from '../artifacts/provenance.ts';
import { type GgufFile, readGguf } from '../gguf/read-gguf.ts';
import { shardName } from '../gguf/shard-name.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { hashFiles } from '../models/hash-file.ts';
import { planQuantize } from '../native/quantize-file.ts';
import { joinedHeader } from './artifact-headers.ts';
import type { NamedFacts } from './change-matrix.ts';
import { type ChosenLayers, chooseLayers } from './choose-layers.ts';
import type { CompressJob } from './compress-job.ts';
import { compressLayers, goesByLayers } from './compress-layers.ts';
import { measureStatistics, NO_STATISTICS, type StepStatistics } from './measure-statistics.ts';
import { needOf } from './method.ts';
import { isPrunable } from './model-tensors.ts';
import { describeOutOfLine, judgeTensor } from './normal-errors.ts';
import { parseRecipe } from './parse-recipe.ts';
import { PeakMemory } from './peak-memory.ts';
import { type PlannedStep, planRecipe, type QuantizeStep, type RecipePlan, type TransformStep } from './plan-recipe.ts';
import { bitsPerWeightOf, plannedProvenance, plannedSizes, shardCountOf } from './plan-result.ts';
import { quantizeStep } from './quantize-step.ts';
import { surveyLayers } from './survey-layers.ts';
import { raisedDamping, TensorFacts } from './tensor-facts.ts';
import { transformFile } from './transform-file.ts';
import { verifyArtifact } from './verify-artifact.ts';
import type { WrittenTensor } from './written-tensor.ts';

export async function runRecipe(job: CompressJob, context: JobContext): Promise<CompressResult> {
  const startMs = performance.now();
  const source = readGguf(job.sourcePath);
  const { allowRequantize } = job;
  const given = parseRecipe(job.recipe);
  const options = { allowRequantize, dryRun: planQuantize };
  const { parsed, ...chosen } = await chooseLayers(given, job, context, () => {
    checkOutput(outputRequest(job, source, basename(resolve(job.outputPath))));
    planRecipe(source, given, options);
  });
  const plan = planRecipe(source, parsed, options);
  const names = outputNames(job.outputPath, shardCountOf(plan));
  for (const name of names) checkOutput(outputRequest(job, source, name));
  checkSpace(job.outputPath, neededBytes(source, plan));
  const run = new RecipeRun(job, source, plan, names, chosen, makePartialFolder(job.outputPath), context);
  try {
    const written = await run.run();
    return { ...written, elapsedMs: performance.now() - startMs };
  } finally {
    removePartial(job.outputPath);
  }
}

function outputNames(outputPath: string, shardCount: number): string[] {
  const name = basename(resolve(outputPath));
  if (shardCount === 1) return [name];
  const prefix = name.replace(/\.gguf$/i, '');
  return Array.from({ length: shardCount }, (_, index) => shardName(prefix, index, shardCount));
}

function outputRequest({ outputPath, force }: CompressJob, source: GgufFile, name: string) {
  const sourcePaths = source.shards.map(({ path }) => path);
  return { outputPath: join(dirname(resolve(outputPath)), name), sourcePaths, force };
}

/** The result and every intermediate file. */
function neededBytes(source: GgufFile, plan: RecipePlan): number {
  const sizes = plan.steps.flatMap((_, index) =>
    plannedSizes(source, { ...plan, steps: plan.steps.slice(0, index + 1) }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

class RecipeRun {
  readonly #job: CompressJob;
  readonly #source: GgufFile;
  readonly #plan: RecipePlan;
  readonly #names: readonly string[];
  readonly #folder: string;
  readonly #context: JobContext;
  readonly #memory = new PeakMemory();
  readonly #warnings: string[];
  readonly #threads: number;
  readonly #facts = new TensorFacts();
  #calibrationSha256: string | undefined;
  #stats: string | undefined;

  constructor(
    job: CompressJob,
    source: GgufFile,
    plan: RecipePlan,
    names: readonly string[],
    { warnings, calibrationSha256 }: Omit<ChosenLayers, 'parsed'>,
    folder: string,
    context: JobContext,
  ) {
    this.#job = job;
    this.#source = source;
    this.#plan = plan;
    this.#names = names;
    this.#folder = folder;
    this.#context = context;
    this.#warnings = [...plan.warnings, ...warnings];
    this.#calibrationSha256 = calibrationSha256;
    this.#threads = job.threads ?? availableParallelism();
  }

  async run(): Promise<Omit<CompressResult, 'elapsedMs'>> {
    const sourceSha256 = await hashModel(this.#source, this.#job.cacheFolder, this.#context);
    let input = this.#source;
    let written: readonly WrittenTensor[] = [];
    for (const [index, step] of this.#plan.steps.entries()) {
      const isLast = index === this.#plan.steps.length - 1;
      const paths = isLast
        ? this.#names.map((name) => join(this.#folder, name))
        : [join(this.#stepFolder(index), 'model.gguf')];
      const statistics = await this.#statistics(step, index, input, index === 0 ? sourceSha256 : undefined);
      const provenance = isLast ? this.#provenance(sourceSha256) : undefined;
      written = await this.#step(step, index, input, paths, provenance, statistics);
      statistics.release?.();
      if (index > 0) rmSync(dirname(input.path), { recursive: true });
      if (!isLast) input = readGguf(paths[0]!);
    }
    return this.#finish(written);
  }

  #stepFolder(index: number): string {
    const folder = join(this.#folder, `step-${index + 1}`);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  #provenance(sourceSha256: string): Provenance {
    const planned = plannedProvenance(this.#plan);
    const stats = this.#stats ?? planned.stats;
    return { ...planned, sourceSha256, calibrationSha256: this.#calibrationSha256, stats };
  }

  async #statistics(
    step: PlannedStep,
    index: number,
    input: GgufFile,
    modelSha256: string | undefined,
  ): Promise<StepStatistics> {
    if (step.kind !== 'transform') return NO_STATISTICS;
    if (needOf(step) === 'nothing') return surveyLayers(step, input);
    const statistics = goesByLayers(step)
      ? await compressLayers(
          step,
          input,
          this.#job,
          { workFolder: this.#stepFolder(index), modelSha256 },
          this.#context,
        )
      : await measureStatistics(step, input, modelSha256, this.#job, this.#context);
    this.#memory.sample();
    this.#calibrationSha256 = statistics.calibrationSha256 ?? this.#calibrationSha256;
    this.#stats = statistics.stats;
    this.#warnings.push(...statistics.warnings);
    return statistics;
  }

  async #step(
    step: PlannedStep,
    index: number,
    input: GgufFile,
    paths: readonly string[],
    provenance: Provenance | undefined,
    statistics: StepStatistics,
  ): Promise<WrittenTensor[]> {
    const steps = this.#plan.steps.slice(0, index + 1);
    const header = joinedHeader(this.#source.metadata, steps, provenance);
    if (step.kind === 'quantize') return this.#quantize(step, input, paths, header);
    return this.#transform(step, input, paths[0]!, header, statistics);
  }

  async #transform(
    step: TransformStep,
    source: GgufFile,
    outputPath: string,
    header: ReturnType<typeof joinedHeader>,
    { statisticsOf, readChanged, facts = [] }: StepStatistics,
  ): Promise<WrittenTensor[]> {
    const memory = this.#memory;
    const found: NamedFacts[] = [...facts];
    const onFacts = (own: NamedFacts): unknown => found.push(own);
    const input = { source, step, outputPath, header, statisticsOf, memory, readChanged, onFacts };
    const written = await transformFile(input, this.#context);
    this.#facts.add(found);
    this.#warnings.push(...raisedDamping(found, step.params));
    // Pruning is meant to change weights; what is stored anew must hold them.
    const stored = written.filter(({ tensor: { name, type } }) => !step.touched.has(name) || isQuantizedType(type));
    this.#judge(
      stored,
      new Map(found.flatMap(({ name, aimError }) => (aimError === undefined ? [] : [[name, aimError]]))),
    );
    return written;
  }

  async #quantize(
    step: QuantizeStep,
    source: GgufFile,
    paths: readonly string[],
    header: ReturnType<typeof joinedHeader>,
  ): Promise<WrittenTensor[]> {
    const [memory, threads] = [this.#memory, this.#threads];
    const { allowRequantize } = this.#job;
    const input = { source, step, paths, header, allowRequantize, threads, memory };
    const written = await quantizeStep(input, this.#context);
    this.#compareWithPlan(step, written);
    this.#judge(written);
    return written;
  }

  /** llama.cpp's dry run and its run are one code; should they ever disagree, the written file is what counts. */
  #compareWithPlan({ tensors }: QuantizeStep, written: readonly WrittenTensor[]): void {
    const types = new Map(written.map(({ tensor }) => [tensor.name, tensor.type]));
    for (const { name, type } of tensors) {
      const got = types.get(name);
      if (got !== type) this.#warnings.push(`${name} became ${got ?? 'nothing'}, where ${type} was planned.`);
    }
  }

  /**
   * `aimErrors`: by tensor, where something else than the source was aimed at. Throws STRICT_FAILED when that was asked for: the result
   * is then removed with everything unfinished.
   */
  #judge(written: readonly WrittenTensor[], aimErrors: ReadonlyMap<string, number> = new Map()): void {
    const found = written
      .map((result) => {
        const { name, type } = result.tensor;
        const aimError = aimErrors.get(name);
        const aimed = aimError === undefined ? result : { relativeSquaredError: aimError, lostGroupCount: 0 };
        return judgeTensor(name, type, aimed);
      })
      .filter((judgement) => judgement !== undefined);
    const sentences = found.map(describeOutOfLine);
    if (found.length > 0 && this.#job.strict) {
      const message = `${sentences.join(' ')} Nothing was written, because the check is strict.`;
      throw new WorkbenchError('STRICT_FAILED', message, { tensors: found });
    }
    this.#warnings.push(...sentences);
  }

  async #finish(written: readonly WrittenTensor[]): Promise<Omit<CompressResult, 'elapsedMs'>> {
    const partialPaths = this.#names.map((name) => join(this.#folder, name));
    const tensors = written.map(({ tensor }) => tensor);
    const file = verifyArtifact(partialPaths[0]!, tensors);
    this.#memory.sample();
    const sha256 = await hashFiles(partialPaths, this.#context);
    const [path] = publish(this.#job.outputPath, this.#names);
    return {
      artifact: {
        path: path!,
        sizeBytes: file.sizeBytes,
        sha256,
        bitsPerWeight: bitsPerWeightOf(tensors),
        sparsityRatio: layerSparsity(written),
        tensors: written.map(({ record }) => this.#facts.record(record)),
      },
      recipe: this.#plan.recipe,
      warnings: this.#warnings,
      peakMemoryBytes: this.#memory.peakBytes,
    };
  }
}

/** Zeros over all weights of the layers' matrices. */
function layerSparsity(written: readonly WrittenTensor[]): number {
  const layers = written.filter(({ tensor }) => isPrunable(tensor));
  const zeroCount = layers.reduce((sum, result) => sum + result.zeroCount, 0);
  const valueCount = layers.reduce((sum, result) => sum + result.valueCount, 0);
  return valueCount === 0 ? 0 : zeroCount / valueCount;
}
