// An importance matrix fitted to a model: checked against its tensors before the quantizer sees it.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { WorkbenchError } from '../../../shared/errors.ts';
import { meanSquares, readImatrix } from '../calibration/imatrix-file.ts';
import { listTensors, type TensorState } from './model-tensors.ts';

export interface UsableImatrix {
  readonly fileName: string;
  readonly sha256: string;
  readonly datasets: readonly string[];
  readonly chunkCount: number;
  /** Weight name -> mean square of every input column, experts one after the other. */
  readonly values: ReadonlyMap<string, Float32Array>;
}

/** Throws FILE_NOT_FOUND, BAD_DATA when it is of another model. */
export function loadImatrix(path: string, tensors: readonly TensorState[]): UsableImatrix {
  const { entries, datasets, chunkCount } = readImatrix(path);
  const shapes = new Map(tensors.map(({ name, shape }) => [name, shape]));
  const values = new Map<string, Float32Array>();
  for (const [name, sums] of entries) {
    const shape = shapes.get(name);
    if (shape === undefined) continue;
    const [columns = 1, , experts = 1] = shape;
    if (sums.sums.length !== columns * experts) {
      throw new WorkbenchError(
        'BAD_DATA',
        `${path} belongs to another model: it has ${sums.sums.length} columns for ${name}, the model ${columns * experts}. Measure one on this model with \`whittle imatrix\`.`,
        { path, tensor: name },
      );
    }
    values.set(name, meanSquares(sums));
  }
  if (values.size === 0) {
    throw new WorkbenchError('BAD_DATA', `${path} belongs to another model: it names none of this model's tensors.`, {
      path,
    });
  }
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
  return { fileName: basename(path), sha256, datasets, chunkCount, values };
}

/** llama.cpp refuses these tensor types without importances, but for embeddings and output. https://github.com/ggml-org/llama.cpp/blob/v0.5.0/src/llama-quant.cpp */
const NEEDING_TYPES: ReadonlySet<string> = new Set(['IQ1_S', 'IQ1_M', 'IQ2_XXS', 'IQ2_XS', 'IQ2_S', 'IQ3_XXS']);
const EXEMPT: ReadonlySet<string> = new Set(['token_embd.weight', 'per_layer_token_embd.weight', 'output.weight']);

export function needsImportance(name: string, type: string, fileType: string): boolean {
  if (EXEMPT.has(name)) return false;
  return NEEDING_TYPES.has(type) || (type === 'Q2_K' && fileType === 'Q2_K_S');
}

/** Throws IMATRIX_NEEDED, naming the tensors that would be written without importances. */
export function requireImportances(
  fileType: string,
  changed: readonly TensorState[],
  imatrix: UsableImatrix | undefined,
): void {
  const missing = changed
    .filter(({ name, type }) => needsImportance(name, type, fileType) && imatrix?.values.has(name) !== true)
    .map(({ name }) => name);
  if (missing.length === 0) return;
  const message =
    imatrix === undefined
      ? `${fileType} needs an importance matrix. Measure one with \`whittle imatrix MODEL OUT.gguf\` and give it (--imatrix OUT.gguf).`
      : `${imatrix.fileName} has no importances for ${listTensors(missing)}, and ${fileType} needs them. Measure more text, or give these tensors another type (--tensor-type).`;
  throw new WorkbenchError('IMATRIX_NEEDED', message, { fileType, tensors: missing });
}
