// Header of a GGUF + recipe -> what every step will do: tensors touched, types, warnings; or why it cannot be done. Nothing is read
// but headers and nothing is written: what a dry run shows and what run-recipe.ts carries out are the same plan.
import { WorkbenchError } from '../../../shared/errors.ts';
import { fileTypeById, isQuantizedType } from '../../../shared/ggml-types.ts';
import type { GgufFile } from '../gguf/read-gguf.ts';
import { remainingTensors } from './dropped-layers.ts';
import { type CompressionMethod, type ModelShape, needOf, type QuantizePlan as QuantizeSettings } from './method.ts';
import { isPlainType, isPrunable, matricesOf, modelShape, type TensorState, tensorStates } from './model-tensors.ts';
import { badRecipe, type ParsedRecipe, type ParsedStep } from './parse-recipe.ts';
import { planQuantizeStep, type QuantizeDryRun, type QuantizePlanInput } from './plan-quantize.ts';
import type { UsableImatrix } from './usable-imatrix.ts';

export interface TransformStep {
  readonly kind: 'transform';
  /** llama.cpp's name of the file type that a method with `encode` ends in. */
  readonly fileType?: string | undefined;
  readonly method: CompressionMethod;
  readonly params: unknown;
  /** Layers that are left out, and what the remaining tensors are called before. */
  readonly dropped?:
    | { readonly layers: readonly number[]; readonly sourceNames: ReadonlyMap<string, string> }
    | undefined;
  /** Names of the tensors that the method works on. */
  readonly touched: ReadonlySet<string>;
  /** After the step, in the order of the file. */
  readonly tensors: readonly TensorState[];
  /** `general.file_type` that was turned into F16 first. */
  readonly dequantizedFrom?: string | undefined;
}

export interface QuantizeStep {
  readonly kind: 'quantize';
  readonly settings: QuantizeSettings;
  readonly imatrix?: UsableImatrix | undefined;
  /** After the step, in the order of the file. */
  readonly tensors: readonly TensorState[];
  /** Number of files that the step writes. */
  readonly shardCount: number;
}

export type PlannedStep = TransformStep | QuantizeStep;

export interface RecipePlan {
  readonly recipe: ParsedRecipe['recipe'];
  readonly steps: readonly PlannedStep[];
  readonly warnings: readonly string[];
}

export interface PlanOptions {
  readonly allowRequantize: boolean;
  /** llama.cpp's own choice of types; see native/quantize-file.ts. */
  readonly dryRun: QuantizeDryRun;
}

/** Throws BAD_RECIPE, QUANTIZED_SOURCE, IMATRIX_NEEDED, UNSUPPORTED_MODEL, BAD_DATA (importance matrix). */
export function planRecipe(source: GgufFile, { recipe, steps }: ParsedRecipe, options: PlanOptions): RecipePlan {
  const model = modelShape(source);
  const warnings: string[] = [];
  const planned: PlannedStep[] = [];
  let tensors: readonly TensorState[] = tensorStates(source);
  let isPruned = false;
  let droppedLayers: readonly number[] = [];
  for (const [index, step] of steps.entries()) {
    const quantizeInput: QuantizePlanInput = {
      ...options,
      source,
      model,
      step,
      tensors,
      isFirst: index === 0,
      isPruned,
      droppedLayers,
      warnings,
    };
    const layers = step.method.plan?.(model, step.params).dropLayers;
    const next: PlannedStep =
      layers !== undefined
        ? planDropLayers(step, index, tensors, layers, model.layerCount, warnings)
        : step.method.encode !== undefined
          ? planEncode(quantizeInput)
          : step.method.transform === undefined && step.method.transformLayer === undefined
            ? planQuantizeStep(quantizeInput)
            : planTransform(step, index, model, tensors, sourceTypeOf(source, planned), options, warnings);
    isPruned ||= step.method.family === 'prune';
    droppedLayers = layers ?? droppedLayers;
    tensors = next.tensors;
    planned.push(next);
  }
  if (isPruned) warnings.unshift('Zeros take room: pruning by itself does not make a file smaller, fewer bits do.');
  return { recipe, steps: planned, warnings };
}

/** Only as the first step: numbers of layers are those of the source. */
function planDropLayers(
  step: ParsedStep,
  index: number,
  before: readonly TensorState[],
  layers: readonly number[],
  layerCount: number,
  warnings: string[],
): TransformStep {
  const { method, params } = step;
  const path = `steps.${index}`;
  const isChosenLater = needOf(step) === 'layerInfluence';
  if (index > 0) throw badRecipe([{ path, message: 'layers are dropped first, before every other step' }]);
  const remaining = remainingTensors(
    before,
    layers,
    layerCount,
    `${path}.params.${isChosenLater ? 'count' : 'layers'}`,
  );
  if (isChosenLater) {
    warnings.push(
      'Which layers go is found by measuring them; the sizes are those without the last ones, but for some bytes of the header.',
    );
  }
  return {
    kind: 'transform',
    method,
    params,
    touched: new Set(),
    tensors: remaining.map(({ tensor }) => tensor),
    dropped: { layers, sourceNames: new Map(remaining.map(({ tensor, sourceName }) => [tensor.name, sourceName])) },
  };
}

/** What the file is called that a step takes. */
function sourceTypeOf(source: GgufFile, before: readonly PlannedStep[]): string {
  const last = before.findLast((step) => step.kind === 'quantize');
  if (last !== undefined) return last.settings.fileType;
  return fileTypeById(source.metadata.get('general.file_type')?.asNumber() ?? -1)?.name ?? 'unknown';
}

function planTransform(
  step: ParsedStep,
  index: number,
  model: ModelShape,
  before: readonly TensorState[],
  sourceType: string,
  { allowRequantize }: PlanOptions,
  warnings: string[],
): TransformStep {
  const quantized = before.filter(({ type }) => isQuantizedType(type));
  if (quantized.length > 0 && !allowRequantize) throw quantizedSource(step.method, sourceType);
  const tensors = before.map((tensor) => (isQuantizedType(tensor.type) ? { ...tensor, type: 'F16' } : tensor));
  const unfit = step.method.checkModel?.(model);
  if (unfit !== undefined) throw new WorkbenchError('UNSUPPORTED_MODEL', `${unfit}.`, { ...model });
  const touched = tensors.filter(isPrunable);
  const vectors = tensors.filter(({ name }) => step.method.layerVectors?.includes(name.replace(/^blk\.\d+\./, '')));
  if (touched.length === 0) {
    throw new WorkbenchError(
      'UNSUPPORTED_MODEL',
      `${step.method.title} found no weight matrices in the layers of this model.`,
    );
  }
  checkMatrices(step, index, touched);
  if (quantized.length > 0) {
    warnings.push(
      `The source is quantized (${sourceType}): its tensors are first turned into F16. What quantization has lost stays lost, and the file grows.`,
    );
  }
  return {
    kind: 'transform',
    method: step.method,
    params: step.params,
    touched: new Set([...touched, ...vectors].map(({ name }) => name)),
    tensors,
    dequantizedFrom: quantized.length > 0 ? sourceType : undefined,
  };
}

/** The types that llama.cpp's quantizer would choose, had it an importance matrix of all layers. */
function planEncode(input: QuantizePlanInput): TransformStep {
  const { step, tensors: before } = input;
  const prunable = before.filter(isPrunable);
  const values = new Map(
    prunable.map(({ name, shape: [columns = 1, , experts = 1] }) => [
      name,
      new Float32Array(columns * experts).fill(1),
    ]),
  );
  const imatrix = { fileName: '', sha256: '', datasets: [], chunkCount: 0, values };
  const { tensors, settings } = planQuantizeStep(input, imatrix);
  const typeOf = new Map(tensors.map(({ name, type }) => [name, type]));
  const touched = prunable.filter(({ name }) => isQuantizedType(typeOf.get(name) ?? ''));
  if (touched.length === 0) {
    throw new WorkbenchError(
      'UNSUPPORTED_MODEL',
      `${step.method.title} found no weight matrices that ${settings.fileType} would quantize.`,
    );
  }
  return {
    kind: 'transform',
    fileType: settings.fileType,
    method: step.method,
    params: step.params,
    touched: new Set(touched.map(({ name }) => name)),
    tensors,
  };
}

function quantizedSource({ title }: CompressionMethod, sourceType: string): WorkbenchError {
  const message = `${title} needs weights in F16, BF16 or F32, and the source is quantized (${sourceType}). Take the original, or allow requantizing (--allow-requantize): it is then turned into F16 first.`;
  return new WorkbenchError('QUANTIZED_SOURCE', message, { sourceType });
}

function checkMatrices({ method, params }: ParsedStep, index: number, touched: readonly TensorState[]): void {
  const unusable = touched.find(({ type }) => !isPlainType(type));
  if (unusable !== undefined) {
    throw new WorkbenchError(
      'UNSUPPORTED_MODEL',
      `${unusable.name} is stored as ${unusable.type}, which cannot be pruned.`,
    );
  }
  const faults = touched.flatMap((tensor) => method.checkShape?.(matricesOf(tensor)[0]!, params) ?? []);
  const [first] = faults;
  if (first === undefined) return;
  const others = faults.length === 1 ? '' : ` (and ${faults.length - 1} more matrices)`;
  throw badRecipe([{ path: `steps.${index}.params.pattern`, message: first + others }]);
}
