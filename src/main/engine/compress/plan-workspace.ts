// What a run over the layers needs beside the model: memory for one layer's statistics and its largest matrix, disk for the hidden states
// of all samples, a file with one layer and the changed matrices. Said before the start, and refused where there is no room.
import { statfsSync } from 'node:fs';
import { WorkbenchError } from '../../../shared/errors.ts';
import { formatBytes } from '../../../shared/units.ts';
import { HIDDEN_STATE_BYTES, type HiddenPrecision, hiddenStatesOnDisk } from '../calibration/hidden-states.ts';
import { layerFileBytes } from '../calibration/layer-file.ts';
import type { GgufFile, GgufTensor } from '../gguf/read-gguf.ts';
import { isLayerMatrix, layerOf } from '../models/layer-matrices.ts';
import type { StatisticsNeed } from './method.ts';

export interface WorkspaceNeeds {
  readonly source: GgufFile;
  readonly need: StatisticsNeed;
  readonly sampleCount: number;
  readonly sampleLength: number;
  /** Tokens are held back for statistics of their own. */
  readonly hasHeldOut: boolean;
  /** Samples go through the dense layers too, and every Hessian has a matrix of differences beside it. */
  readonly isPaired: boolean;
  /** The layers' F16 and BF16 weights are computed with in float32. */
  readonly inFloat32: boolean;
  /** All changed matrices in their new types. */
  readonly changedBytes: number;
}

export interface Workspace {
  /** At most, beside the mapped model. */
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly hiddenPrecision: HiddenPrecision;
}

/** Inputs of the tokens that wait to be added to a Hessian, as hessian-sum.ts keeps them. */
const PENDING_TOKENS = 1024;
/** Float32 copies of a matrix while its columns are swept: source, sorted, result, what was changed, two of a block codec's grids. */
const MATRIX_COPIES = 6;
/** In front of a layer and behind it. */
const HIDDEN_FILES = 2;
const FLOAT_BYTES = 4;

/** Hidden states in float32 where `freeBytes` allow it, else in float16. Throws NO_SPACE when there is no room for those either. */
export function planWorkspace(needs: WorkspaceNeeds, freeBytes: number, folder: string): Workspace {
  const models = needs.isPaired ? 2 : 1;
  const values = models * HIDDEN_FILES * needs.sampleCount * needs.sampleLength * embeddingLength(needs.source);
  const fixedBytes = needs.changedBytes + layerFileBytes(needs.source, needs.inFloat32);
  const diskOf = (precision: HiddenPrecision): number => values * HIDDEN_STATE_BYTES[precision] + fixedBytes;
  const hiddenPrecision = diskOf('F32') <= freeBytes ? 'F32' : 'F16';
  const diskBytes = diskOf(hiddenPrecision);
  if (diskBytes > freeBytes) {
    const message = `The samples' hidden states, a layer and the changed matrices take ${formatBytes(diskBytes)} on disk; ${folder} has ${formatBytes(freeBytes)} left. Free some, or take fewer or shorter samples.`;
    throw new WorkbenchError('NO_SPACE', message, { folder, neededBytes: diskBytes, freeBytes });
  }
  return { memoryBytes: memoryOf(needs), diskBytes, hiddenPrecision };
}

/** What the folder's disk has left, with what an unfinished run has already written there. */
export function freeBytesOf(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize + hiddenStatesOnDisk(folder);
}

export function describeWorkspace({ memoryBytes, diskBytes, hiddenPrecision }: Workspace): string {
  const precision = hiddenPrecision === 'F16' ? ', the hidden states in half precision, for want of room' : '';
  return `workspace: about ${formatBytes(memoryBytes)} of memory beside the model, up to ${formatBytes(diskBytes)} on disk${precision}`;
}

function embeddingLength({ metadata }: GgufFile): number {
  const architecture = metadata.get('general.architecture')?.asString() ?? '';
  return metadata.get(`${architecture}.embedding_length`)?.asNumber() ?? 0;
}

/** The layer that needs most, were every matrix to have inputs of its own; the experts of a tensor are counted one by one. */
function memoryOf(needs: WorkspaceNeeds): number {
  const { source, sampleLength } = needs;
  const layers = Map.groupBy(source.tensors.filter(isLayerMatrix), ({ name }) => layerOf(name) ?? -1);
  const activations = sampleLength * Math.max(0, ...source.tensors.map(({ shape }) => shape[0] ?? 0)) * FLOAT_BYTES;
  const most = Math.max(0, ...[...layers.values()].map((tensors) => layerBytes(tensors, needs)));
  return most + activations * HIDDEN_FILES;
}

function layerBytes(tensors: readonly GgufTensor[], { need, hasHeldOut, isPaired }: WorkspaceNeeds): number {
  const inputs = new Map(tensors.map((tensor) => [inputOf(tensor.name), tensor]));
  const columnsOf = ({ shape }: GgufTensor): number => shape[0] ?? 0;
  const squares = [...inputs.values()].map((tensor) => columnsOf(tensor) ** 2 * (tensor.shape[2] ?? 1));
  const pending = [...inputs.values()].reduce((sum, tensor) => sum + columnsOf(tensor) * PENDING_TOKENS, 0);
  // Differences wait beside their inputs twice: for the Hessian and for themselves.
  const sums =
    (hasHeldOut ? 2 : 1) * ((isPaired ? 2 : 1) * squares.reduce((a, b) => a + b, 0) + (isPaired ? 3 : 1) * pending);
  const statistics = need === 'hessian' ? sums : 0;
  const factor = need === 'hessian' ? 2 * Math.max(0, ...tensors.map((tensor) => columnsOf(tensor) ** 2)) : 0;
  const matrix = Math.max(0, ...tensors.map((tensor) => columnsOf(tensor) * (tensor.shape[1] ?? 1)));
  return FLOAT_BYTES * (statistics + factor + MATRIX_COPIES * matrix);
}

/** Query, key and value read one input, gate and up another. */
function inputOf(name: string): string {
  return name.replace(/attn_[qkv]\./, 'attn_qkv.').replace(/ffn_(?:gate|up)/, 'ffn_gate_up');
}
