// The rows of an embedding through a method that encodes them by what the layers read of them. For transform-file.ts, which writes them, and
// compress-layers.ts, where the layers that are compressed after it are to make good what it lost.
import { isQuantizedType } from '../../../shared/ggml-types.ts';
import type { ReplacedTensor } from '../calibration/layer-file.ts';
import type { GgufFile } from '../gguf/read-gguf.ts';
import { openTensorData, type TensorData } from '../gguf/tensor-data.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { yieldToEvents } from '../models/yield-to-events.ts';
import { dequantize } from '../native/ggml-convert.ts';
import { checkFinite } from './change-matrix.ts';
import { releaseFactors, sharedAlgebra } from './math/hessian-factors.ts';
import type { ReportFacts } from './method.ts';
import type { TransformStep } from './plan-recipe.ts';
import { readersHessian } from './readers-hessian.ts';

export const EMBEDDING = 'token_embd.weight';
const OUTPUT = 'output.weight';

interface EncodedPiece {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  readonly valueCount: number;
}

/** Undefined where the step does not change the embedding so: another method, a type that holds it as it is, or an embedding that is the output too. */
export function encodedRows(
  { method, params, tensors }: TransformStep,
  source: GgufFile,
  data: TensorData,
  report: ReportFacts,
): Iterable<EncodedPiece> | undefined {
  const from = source.tensors.find(({ name }) => name === EMBEDDING);
  const type = tensors.find(({ name }) => name === EMBEDDING)?.type;
  const hasOutput = source.tensors.some(({ name }) => name === OUTPUT);
  const encode = method.encodeLookedUp;
  if (encode === undefined || from === undefined || type === undefined) return undefined;
  if (!isQuantizedType(type) || !hasOutput) return undefined;
  const [columns = 1, rows = 1] = from.shape;
  const hessian = readersHessian(source, data, sharedAlgebra(), columns);
  if (hessian === undefined) return undefined;
  const rowBytes = from.sizeBytes / rows;
  return (function* () {
    try {
      for (const before of data.chunks(from, rowBytes)) {
        const shape = { name: EMBEDDING, rows: before.length / rowBytes, columns };
        const weights = dequantize(from.type, before, shape.rows * columns);
        checkFinite(weights, shape);
        const after = encode({ ...shape, weights }, hessian, params, type, report);
        yield { before, after, valueCount: weights.length };
      }
    } finally {
      releaseFactors();
    }
  })();
}

/** The whole embedding as the step will write it: it is encoded once more then, which costs a small part of what the layers cost. */
export async function replacedEmbedding(
  step: TransformStep,
  source: GgufFile,
  { signal, progress }: JobContext,
): Promise<Map<string, ReplacedTensor> | undefined> {
  const type = step.tensors.find(({ name }) => name === EMBEDDING)?.type ?? '';
  const data = openTensorData(source);
  try {
    const pieces = encodedRows(step, source, data, () => {});
    if (pieces === undefined) return undefined;
    const encoded: Uint8Array[] = [];
    for (const { after } of pieces) {
      encoded.push(after);
      progress({ stage: `${step.method.id} ${EMBEDDING}`, done: 0, total: 1, unit: 'tensors' });
      await yieldToEvents(signal);
    }
    return new Map([[EMBEDDING, { type, data: Buffer.concat(encoded) }]]);
  } finally {
    data.close();
  }
}
