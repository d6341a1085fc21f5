// Reads all weights of a GGUF piece by piece and counts the zeros: the sparsity that a file has, not the one that a recipe asked for.
import { findGgmlType } from '../../../shared/ggml-types.ts';
import type { GgufFile } from '../gguf/read-gguf.ts';
import { openTensorData } from '../gguf/tensor-data.ts';
import { countZeros, type Dequantize } from './count-zeros.ts';
import { isExpertMatrices, isLayerMatrix } from './layer-matrices.ts';
import { yieldToEvents } from './yield-to-events.ts';

export interface SparsityOptions {
  /** Needed when the file has quantized tensors. */
  readonly dequantize?: Dequantize | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onTensor?: ((name: string, index: number, count: number) => void) | undefined;
}

export interface MeasuredSparsity {
  /** Zeros over all weights of the layers' matrices, 0..1; 0 when there are no such matrices. */
  readonly sparsityRatio: number;
  /** Of every tensor, by name. */
  readonly byTensor: ReadonlyMap<string, number>;
}

export async function measureSparsity(file: GgufFile, options: SparsityOptions = {}): Promise<MeasuredSparsity> {
  const byTensor = new Map<string, number>();
  const layers = { zeroCount: 0, valueCount: 0 };
  const data = openTensorData(file);
  try {
    for (const [index, tensor] of file.tensors.entries()) {
      options.onTensor?.(tensor.name, index, file.tensors.length);
      const blockBytes = findGgmlType(tensor.type)?.blockBytes ?? 1;
      let zeroCount = 0;
      for (const piece of data.chunks(tensor, blockBytes)) {
        zeroCount += countZeros(tensor.type, piece, options.dequantize);
        await yieldToEvents(options.signal);
      }
      const valueCount = tensor.shape.reduce((product, length) => product * length, 1);
      byTensor.set(tensor.name, zeroCount / valueCount);
      if (isLayerMatrix(tensor) || isExpertMatrices(tensor)) {
        layers.zeroCount += zeroCount;
        layers.valueCount += valueCount;
      }
    }
  } finally {
    data.close();
  }
  return { sparsityRatio: layers.valueCount === 0 ? 0 : layers.zeroCount / layers.valueCount, byTensor };
}
