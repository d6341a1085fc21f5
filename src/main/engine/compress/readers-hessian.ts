// What the layers of a model read of its residual stream, from the weights alone: by it error feedback judges the rows of the embedding,
// which are looked up and so have no inputs of their own to measure.

import { HessianSum } from '../calibration/hessian-sum.ts';
import type { GgufFile, GgufTensor } from '../gguf/read-gguf.ts';
import type { TensorData } from '../gguf/tensor-data.ts';
import { isLayerMatrix } from '../models/layer-matrices.ts';
import { dequantize } from '../native/ggml-convert.ts';
import type { LinearAlgebra } from '../native/linear-algebra.ts';
import { spreadRows } from './math/row-sample.ts';

/** Matrices that read the residual stream behind a norm, in llama.cpp's names. */
const READER = /^(blk\.\d+\.)(attn|ffn)_(?:q|k|v|qkv|gate|up)\.weight$/;
/** Rows of one matrix that are counted, evenly spaced: many matrices speak, and all rows would cost more than calibration. */
const MOST_ROWS = 1024;

/**
 * (columns, columns) with a mean diagonal of 2: I + the sum of D w w^T D over the rows w of all matrices that read the stream behind a norm with
 * the gains diag(D), scaled to a mean diagonal of 1. The I stands for all that rows which read alone do not tell. Undefined when the
 * model has no such matrices under llama.cpp's usual names.
 */
export function readersHessian(
  source: GgufFile,
  data: TensorData,
  algebra: LinearAlgebra,
  columns: number,
): Float32Array | undefined {
  const tensors = new Map(source.tensors.map((tensor) => [tensor.name, tensor]));
  const readers = source.tensors.filter(
    (tensor) => READER.test(tensor.name) && isLayerMatrix(tensor) && tensor.shape[0] === columns,
  );
  if (readers.length === 0) return undefined;
  const sum = new HessianSum(algebra, columns);
  try {
    for (const reader of readers) sum.add(readRows(reader, normOf(reader.name, tensors), data));
    return withIdentity(sum.toHessian(), columns);
  } finally {
    sum.free();
  }
}

/** One norm serves both halves of a layer where they stand side by side. */
function normOf(name: string, tensors: ReadonlyMap<string, GgufTensor>): GgufTensor | undefined {
  const [, layer = '', part = ''] = READER.exec(name) ?? [];
  return tensors.get(`${layer}${part}_norm.weight`) ?? tensors.get(`${layer}attn_norm.weight`);
}

/** (rows, columns): evenly spaced rows, each column times its gain. */
function readRows(reader: GgufTensor, norm: GgufTensor | undefined, data: TensorData): Float32Array {
  const [columns = 1, rows = 1] = reader.shape;
  const gains = norm === undefined ? undefined : dequantize(norm.type, data.read(norm), columns);
  const taken = spreadRows(rows, MOST_ROWS);
  const rowBytes = reader.sizeBytes / rows;
  const values = new Float32Array(taken.length * columns);
  for (const [i, row] of taken.entries()) {
    const target = values.subarray(i * columns, (i + 1) * columns);
    target.set(dequantize(reader.type, data.readRange(reader, row * rowBytes, rowBytes), columns));
    if (gains !== undefined) for (let j = 0; j < columns; j++) target[j]! *= gains[j]!;
  }
  return values;
}

function withIdentity(hessian: Float32Array, columns: number): Float32Array {
  let trace = 0;
  for (let j = 0; j < columns; j++) trace += hessian[j * columns + j]!;
  const scale = trace === 0 ? 0 : columns / trace;
  const result = hessian.map((value) => value * scale);
  for (let j = 0; j < columns; j++) result[j * columns + j]! += 1;
  return result;
}
