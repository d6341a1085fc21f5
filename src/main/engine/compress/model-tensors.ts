// The tensors of a model as a plan sees them: names, shapes, and the types that they have after each step.
import { findGgmlType, ggmlSizeBytes } from '../../../shared/ggml-types.ts';
import type { GgufFile } from '../gguf/read-gguf.ts';
import { isExpertMatrices, isLayerMatrix } from '../models/layer-matrices.ts';
import type { MatrixShape, ModelShape } from './method.ts';

export interface TensorState {
  readonly name: string;
  /** ggml order: row width first. */
  readonly shape: readonly number[];
  readonly type: string;
}

/** Types in which single weights can be changed without touching their neighbours. */
const PLAIN_TYPES: ReadonlySet<string> = new Set(['F32', 'F16', 'BF16']);

export function isPlainType(type: string): boolean {
  return PLAIN_TYPES.has(type);
}

export function isPrunable(tensor: TensorState): boolean {
  return isLayerMatrix(tensor) || isExpertMatrices(tensor);
}

export function valueCountOf({ shape }: { readonly shape: readonly number[] }): number {
  return shape.reduce((product, length) => product * length, 1);
}

export function tensorBytes(tensor: TensorState): number {
  const type = findGgmlType(tensor.type);
  return (type && ggmlSizeBytes(type, valueCountOf(tensor))) ?? 0;
}

/** One matrix, or one for every expert: `blk.0.ffn_up_exps.weight[3]`. */
export function matricesOf({ name, shape }: TensorState): MatrixShape[] {
  const [columns = 1, rows = 1, ...rest] = shape;
  const count = rest.reduce((product, length) => product * length, 1);
  if (count === 1) return [{ name, rows, columns }];
  return Array.from({ length: count }, (_, index) => ({ name: `${name}[${index}]`, rows, columns }));
}

export function tensorStates(file: GgufFile): TensorState[] {
  return file.tensors.map(({ name, shape, type }) => ({ name, shape, type }));
}

/** `blk.0.attn_q.weight`, `blk.1.attn_q.weight`, `output.weight` -> `blk.*.attn_q.weight (2), output.weight`. */
export function listTensors(names: readonly string[]): string {
  const groups = Map.groupBy(names, (name) => name.replace(/(blk\.)\d+/, '$1*'));
  return [...groups]
    .map(([name, members]) => (members.length === 1 ? members[0] : `${name} (${members.length})`))
    .join(', ');
}

export function modelShape({ metadata }: GgufFile): ModelShape {
  const architecture = metadata.get('general.architecture')?.asString() ?? 'unknown';
  const headCount = metadata.get(`${architecture}.attention.head_count`);
  return {
    architecture,
    layerCount: metadata.get(`${architecture}.block_count`)?.asNumber() ?? 0,
    headCount: headCount === undefined || headCount.type === 'array' ? undefined : headCount.asNumber(),
  };
}
