// Plans one step of llama.cpp's quantizer from its own dry run: the types of all tensors, the fallbacks, what must be there first.
import { WorkbenchError } from '../../../shared/errors.ts';
import { isQuantizedType } from '../../../shared/ggml-types.ts';
import type { GgufFile } from '../gguf/read-gguf.ts';
import type { QuantizeOptions, QuantizePlan } from '../native/quantize-file.ts';
import { metadataWithout } from './dropped-layers.ts';
import { withEmptyCopy } from './empty-copy.ts';
import type { ModelShape, QuantizePlan as QuantizeSettings } from './method.ts';
import { listTensors, type TensorState } from './model-tensors.ts';
import type { ParsedStep } from './parse-recipe.ts';
import type { QuantizeStep } from './plan-recipe.ts';
import { loadImatrix, requireImportances, type UsableImatrix } from './usable-imatrix.ts';

export type QuantizeDryRun = (options: QuantizeOptions) => QuantizePlan;

export interface QuantizePlanInput {
  readonly source: GgufFile;
  readonly model: ModelShape;
  readonly step: ParsedStep;
  /** Before the step. */
  readonly tensors: readonly TensorState[];
  readonly isFirst: boolean;
  readonly isPruned: boolean;
  /** Layers of the source that an earlier step leaves out. */
  readonly droppedLayers: readonly number[];
  readonly allowRequantize: boolean;
  readonly dryRun: QuantizeDryRun;
  /** Warnings of the plan; this step's are added. */
  readonly warnings: string[];
}

/** `given`: importances that will be measured by then, in place of the settings' file. */
export function planQuantizeStep(input: QuantizePlanInput, given?: UsableImatrix): QuantizeStep {
  const settings = input.step.method.plan?.(input.model, input.step.params).quantize;
  if (settings === undefined) {
    throw new WorkbenchError(
      'INTERNAL',
      `The method ${input.step.method.id} neither transforms matrices nor names types.`,
    );
  }
  const imatrix =
    given ?? (settings.imatrixPath === undefined ? undefined : loadImatrix(settings.imatrixPath, input.tensors));
  const { allowRequantize, droppedLayers, source } = input;
  const options = { ...quantizerOptions(settings, imatrix), allowRequantize };
  // llama.cpp's mixtures depend on the number of layers.
  const header = { metadata: metadataWithout(source.metadata, droppedLayers), tensors: input.tensors };
  const plan =
    droppedLayers.length === 0
      ? input.dryRun({ ...options, input: source.shards[0]!.path })
      : withEmptyCopy(header, (path) => input.dryRun({ ...options, input: path }));
  const before = new Map(input.tensors.map((tensor) => [tensor.name, tensor]));
  const tensors = plan.tensors.map((planned) => afterStep(planned, before.get(planned.name)));
  const changed = tensors.filter((tensor) => tensor.type !== before.get(tensor.name)?.type);
  requireImportances(settings.fileType, changed, imatrix);
  checkRequantized(changed, before, input);
  input.warnings.push(...fallbackWarnings(plan), ...zeroWarnings(changed, input.isPruned));
  const shardCount = settings.keepSplit ? keptShards(input) : 1;
  return { kind: 'quantize', settings, imatrix, tensors, shardCount };
}

/** What the dry run and the run itself are both told. */
export function quantizerOptions(
  { fileType, tensorTypes, pure, keepSplit }: QuantizeSettings,
  imatrix: UsableImatrix | undefined,
): Omit<QuantizeOptions, 'input' | 'allowRequantize'> {
  return { fileType, tensorTypes, pure, keepSplit, ...(imatrix === undefined ? {} : { imatrix: imatrix.values }) };
}

/** A tensor that llama.cpp leaves alone keeps the type that an earlier step gave it. */
function afterStep(planned: QuantizePlan['tensors'][number], before: TensorState | undefined): TensorState {
  const { name, fromType, toType } = planned;
  const shape = before?.shape ?? planned.shape;
  return { name, shape, type: fromType === toType ? (before?.type ?? toType) : toType };
}

function checkRequantized(
  changed: readonly TensorState[],
  before: ReadonlyMap<string, TensorState>,
  { allowRequantize, warnings }: QuantizePlanInput,
): void {
  const names = changed.map(({ name }) => name).filter((name) => isQuantizedType(before.get(name)?.type ?? ''));
  if (names.length === 0) return;
  const types = [...new Set(names.map((name) => before.get(name)?.type))].join(', ');
  if (!allowRequantize) {
    const message = `The source is already quantized (${types} in ${listTensors(names)}). Take the F16 original, or allow requantizing (--allow-requantize): its losses add up.`;
    throw new WorkbenchError('QUANTIZED_SOURCE', message, { tensors: names });
  }
  warnings.push(
    `Requantized from ${types}: ${listTensors(names)}. The loss of the first quantization stays and the new one comes on top; quantize the F16 original for a better file of the same size.`,
  );
}

/** llama.cpp's choice for rows that do not divide into the blocks of the wanted type. */
function fallbackWarnings({ fallbacks }: QuantizePlan): string[] {
  const groups = Map.groupBy(fallbacks, ({ wantedType, usedType, columns }) => `${wantedType} ${usedType} ${columns}`);
  return [...groups.values()].map((members) => {
    const { wantedType, usedType, columns } = members[0]!;
    return `Rows of ${columns} weights do not divide into blocks of ${wantedType}: ${usedType} instead for ${listTensors(members.map(({ name }) => name))}.`;
  });
}

/** Types that store 0 as 0, whatever its neighbours are; the others have a minimum or a table without 0. */
export const ZERO_KEEPING: ReadonlySet<string> = new Set(
  'F32 F16 BF16 Q8_0 Q6_K Q5_0 Q4_0 Q3_K Q2_0 TQ1_0 TQ2_0 MXFP4 NVFP4'.split(' '),
);

function zeroWarnings(changed: readonly TensorState[], isPruned: boolean): string[] {
  const types = [...new Set(changed.map(({ type }) => type))].filter((type) => !ZERO_KEEPING.has(type));
  if (!isPruned || types.length === 0) return [];
  return [
    `Zeros may come back as small values: ${types.join(', ')} cannot store every 0 exactly. The sparsity reported is that of the written file.`,
  ];
}

function keptShards({ source, isFirst, warnings }: QuantizePlanInput): number {
  if (isFirst) return source.shards.length;
  if (source.shards.length > 1) warnings.push('The earlier step joins the shards: one file is written.');
  return 1;
}
