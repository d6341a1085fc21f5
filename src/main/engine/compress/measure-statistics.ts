// What a method needs to know of the model's activations, measured on the model that its step starts from.

import { WorkbenchError } from '../../../shared/errors.ts';
import { checkInputs } from '../calibration/check-inputs.ts';
import { measureColumnStatistics } from '../calibration/column-mean-squares.ts';
import { meanSquares } from '../calibration/imatrix-file.ts';
import type { GgufFile } from '../gguf/read-gguf.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { NamedFacts } from './change-matrix.ts';
import type { CompressJob } from './compress-job.ts';
import { type MatrixShape, type MatrixStatistics, needOf } from './method.ts';
import { listTensors } from './model-tensors.ts';
import type { TransformStep } from './plan-recipe.ts';

export interface StepStatistics {
  /** Of a matrix of a tensor; `index` counts the experts. */
  readonly statisticsOf: (shape: MatrixShape, tensor: string, index: number) => MatrixStatistics;
  /** The data of a tensor that the step changed already, layer by layer. */
  readonly readChanged?: ((tensor: string) => Uint8Array) | undefined;
  readonly calibrationSha256: string | undefined;
  /** What was used, where that can differ from what the parameters ask for. */
  readonly stats?: string | undefined;
  /** Deletes what was kept for going on later; called when the step is written. */
  readonly release?: (() => void) | undefined;
  /** What the method found out about matrices that are changed already. */
  readonly facts?: readonly NamedFacts[] | undefined;
  readonly warnings: readonly string[];
}

export const NO_STATISTICS: StepStatistics = {
  statisticsOf: () => ({}),
  calibrationSha256: undefined,
  warnings: [],
};

/** `modelSha256` is undefined for an intermediate file: its statistics are not remembered. */
export async function measureStatistics(
  step: TransformStep,
  source: GgufFile,
  modelSha256: string | undefined,
  { cacheFolder, gpu, threads }: CompressJob,
  context: JobContext,
): Promise<StepStatistics> {
  const { method, params, touched } = step;
  if (needOf(step) !== 'columnMeanSquares') {
    throw new WorkbenchError('INTERNAL', `${method.id} needs ${needOf(step)}, which this step cannot measure.`);
  }
  const modelPath = source.shards[0]!.path;
  const measured = await measureColumnStatistics(
    { modelPath, modelSha256, cacheFolder, params, gpu, threads },
    context,
  );
  const unseen = [...touched].filter((name) => !measured.entries.has(name));
  if (unseen.length > 0) {
    const message = `${method.title} cannot work on ${unseen[0]}: the model never multiplied by it while it read the calibration text.`;
    throw new WorkbenchError('UNSUPPORTED_MODEL', message, { tensors: unseen });
  }
  const means = new Map([...touched].map((name) => [name, meanSquares(measured.entries.get(name)!)]));
  for (const [name, columnMeanSquares] of means) checkInputs(name, { columnMeanSquares });
  return {
    statisticsOf: ({ columns }, tensor, index) => ({
      columnMeanSquares: means.get(tensor)?.subarray(index * columns, (index + 1) * columns),
    }),
    calibrationSha256: measured.calibrationSha256,
    warnings: [...fewSamples(measured), ...idleExperts(measured.entries)],
  };
}

export function fewSamples({
  sampleCount,
  wantedSampleCount,
}: {
  sampleCount: number;
  wantedSampleCount: number;
}): string[] {
  if (sampleCount >= wantedSampleCount) return [];
  return [
    `The calibration text has ${sampleCount} samples where ${wantedSampleCount} were asked for: all of it was used.`,
  ];
}

function idleExperts(entries: ReadonlyMap<string, { readonly counts: Float64Array }>): string[] {
  const idle = [...entries].flatMap(([name, { counts }]) => {
    return [...counts].flatMap((tokens, expert) => (tokens === 0 ? [`${name}[${expert}]`] : []));
  });
  if (idle.length === 0) return [];
  return [`Experts that the calibration text never reached are pruned by weight alone: ${listTensors(idle)}.`];
}
