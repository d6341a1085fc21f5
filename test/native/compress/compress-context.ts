// What the compress tests share: a job with defaults, run in this process, and the values of tensors.
import { expect } from 'vitest';
import { compressJobSchema } from '../../../src/main/engine/compress/compress-job.ts';
import { runRecipe } from '../../../src/main/engine/compress/run-recipe.ts';
import { type GgufFile, readGguf } from '../../../src/main/engine/gguf/read-gguf.ts';
import { openTensorData } from '../../../src/main/engine/gguf/tensor-data.ts';
import type { JobContext } from '../../../src/main/engine/jobs/job-context.ts';
import { dequantize } from '../../../src/main/engine/native/ggml-convert.ts';
import type { CompressResult } from '../../../src/shared/artifact.ts';

type Steps = readonly { readonly method: string; readonly params: Record<string, unknown> }[];

export const quietContext: JobContext = {
  signal: new AbortController().signal,
  progress: () => {},
  log: () => {},
};

export function compress(
  sourcePath: string,
  outputPath: string,
  steps: Steps,
  options: Record<string, unknown> = {},
  context: JobContext = quietContext,
): Promise<CompressResult> {
  const job = compressJobSchema.parse({
    gpu: 'none',
    threads: 1,
    ...options,
    sourcePath,
    outputPath,
    recipe: { steps },
  });
  return runRecipe(job, context);
}

export const quantizeTo = (type: string, more: Record<string, unknown> = {}) => [
  { method: 'quantize', params: { type, ...more } },
];

export interface TensorValues {
  readonly type: string;
  /** Row width. */
  readonly columns: number;
  readonly bytes: Buffer;
  readonly values: Float32Array;
}

export function readTensors(path: string): Map<string, TensorValues> {
  const file = readGguf(path);
  const data = openTensorData(file);
  try {
    return new Map(file.tensors.map((tensor) => [tensor.name, readTensor(data, tensor)]));
  } finally {
    data.close();
  }
}

function readTensor(data: ReturnType<typeof openTensorData>, tensor: GgufFile['tensors'][number]): TensorValues {
  const valueCount = tensor.shape.reduce((product, length) => product * length, 1);
  const bytes = data.read(tensor);
  const values = dequantize(tensor.type, bytes, valueCount);
  return { type: tensor.type, columns: tensor.shape[0] ?? 1, bytes, values };
}

/** sum (b - a)^2 / sum a^2, value by value. */
export function slowRelativeSquaredError(a: Float32Array, b: Float32Array): number {
  let error = 0;
  let energy = 0;
  for (const [index, value] of a.entries()) {
    error += (b[index]! - value) ** 2;
    energy += value ** 2;
  }
  return error === 0 ? 0 : error / energy;
}

export const codeOf = (code: string) => expect.objectContaining({ code });
