// What a method needs to know of the model's activations, measured on the model that its step starts from.

import { WorkbenchError } from '../../../shared/errors.ts';
import { measureColumnStatistics } from '../calibration/column-mean-squares.ts';
import { meanSquares } from '../calibration/imatrix-file.ts';
import type { GgufFile } from '../gguf/read-gguf.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { CompressJob } from './compress-job.ts';
import type { MatrixShape, MatrixStatistics } from './method.ts';
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
  readonly warnings: readonly string[];
}

export const NO_STATISTICS: StepStatistics = {
  statisticsOf: () => ({}),
  calibrationSha256: undefined,
  warnings: [],
};

/** `modelSha256` is undefined for an intermediate file: its statistics are not remembered. */
export async function measureStatistics(
  { method, params, touched }: TransformStep,
  source: GgufFile,
  modelSha256: string | undefined,
  { cacheFolder, gpu, threads }: CompressJob,
  context: JobContext,
): Promise<StepStatistics> {
  if (method.needs !== 'columnMeanSquares') {
    throw new WorkbenchError('INTERNAL', `${method.id} needs ${method.needs}, which this step cannot measure.`);
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
  const means = new Map<string, Float32Array>();
  return {
    statisticsOf: ({ columns }, tensor, index) => {
      const known = means.get(tensor) ?? meanSquares(measured.entries.get(tensor)!);
      means.set(tensor, known);
      return { columnMeanSquares: known.subarray(index * columns, (index + 1) * columns) };
    },
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
    const count = counts.filter((tokens) => tokens === 0).length;
    return count === 0 ? [] : [`${count} of ${counts.length} in ${name}`];
  });
  if (idle.length === 0) return [];
  return [`Experts that the calibration text never reached are pruned by weight alone: ${idle.join(', ')}.`];
}
