// For methods that compare the weights of a whole layer: what each matrix is told, found when the first matrix of its layer is due.
import type { GgufFile, GgufTensor } from '../gguf/read-gguf.ts';
import { openTensorData, type TensorData } from '../gguf/tensor-data.ts';
import { layerOf } from '../models/layer-matrices.ts';
import { dequantize } from '../native/ggml-convert.ts';
import { checkFinite } from './change-matrix.ts';
import { freeBuffers } from './free-buffers.ts';
import { NO_STATISTICS, type StepStatistics } from './measure-statistics.ts';
import type { Matrix, MatrixStatistics } from './method.ts';
import { matricesOf } from './model-tensors.ts';
import type { TransformStep } from './plan-recipe.ts';

/** Without `surveyLayer` every matrix is told nothing. Throws BAD_DATA for weights that are no finite numbers. */
export function surveyLayers(step: TransformStep, source: GgufFile): StepStatistics {
  const { method, touched } = step;
  if (method.surveyLayer === undefined) return NO_STATISTICS;
  const layers = Map.groupBy(
    source.tensors.filter(({ name }) => touched.has(name)),
    ({ name }) => layerOf(name),
  );
  const known = new Map<number | undefined, ReadonlyMap<string, MatrixStatistics>>();
  return {
    ...NO_STATISTICS,
    statisticsOf: ({ name }, tensor) => {
      const layer = layerOf(tensor);
      const survey = (): ReturnType<typeof surveyOne> => surveyOne(step, source, layers.get(layer) ?? []);
      const found = known.get(layer) ?? survey();
      known.set(layer, found);
      return found.get(name) ?? {};
    },
  };
}

function surveyOne(
  { method, params }: TransformStep,
  source: GgufFile,
  tensors: readonly GgufTensor[],
): ReadonlyMap<string, MatrixStatistics> {
  const data = openTensorData(source);
  try {
    return method.surveyLayer?.(() => matrices(data, tensors), params) ?? new Map();
  } finally {
    data.close();
  }
}

/** One at a time: a layer need not fit in memory. */
function* matrices(data: TensorData, tensors: readonly GgufTensor[]): Generator<Matrix> {
  for (const tensor of tensors) {
    const shapes = matricesOf(tensor);
    const matrixBytes = tensor.sizeBytes / shapes.length;
    for (const [index, shape] of shapes.entries()) {
      const bytes = data.readRange(tensor, index * matrixBytes, matrixBytes);
      const weights = dequantize(tensor.type, bytes, shape.rows * shape.columns);
      checkFinite(weights, shape);
      yield { ...shape, weights };
      freeBuffers([bytes, weights]);
    }
  }
}
