// Quantization with error feedback into llama.cpp's own types: the file that llama-quantize would write, with better chosen codes.
// Types come from llama.cpp's dry run (plan-recipe.ts), layers are taken one by one (compress-layers.ts).
import { z } from 'zod';
import type { HeldOutErrors } from '../../../../shared/artifact.ts';
import { BlockCodec } from '../../native/block-codec.ts';
import { dequantize, quantizeRows } from '../../native/ggml-convert.ts';
import { asymmetricStatsField, calibrationFields } from '../calibration-params.ts';
import { dampingField } from '../feedback-params.ts';
import { aimOf, canTakeFeedback, chooseCodes } from '../math/feedback-codes.ts';
import { sharedAlgebra } from '../math/hessian-factors.ts';
import { outputErrors } from '../math/output-error.ts';
import { spreadRows, takeColumns, takeRows } from '../math/row-sample.ts';
import type {
  CompressionMethod,
  EncodedMatrix,
  Matrix,
  MatrixFacts,
  MatrixStatistics,
  ReportFacts,
} from '../method.ts';
import { storageFields, storageSettings } from '../storage-params.ts';

const params = z.strictObject({
  ...storageFields,
  percdamp: dampingField,
  scaleSearch: z.enum(['auto', 'weighted', 'plain']).default('auto').meta({
    title: 'Scale search',
    help: "How llama.cpp's search for the scales weighs the inputs: by their strength, or all alike, which leaves more room for feedback. auto: alike for K types where no few inputs outweigh the others.",
  }),
  keepZeros: z.boolean().default(true).meta({
    title: 'Keep zeros',
    help: 'Weights that are exactly 0, as pruning leaves them, stay 0 where the type can store it.',
  }),
  refinePasses: z.int().min(0).max(20).default(1).meta({
    title: 'Refinements',
    unit: 'passes',
    help: 'How often every input is rounded again, once it is known what all others became.',
  }),
  correction: z.number().min(0).max(1).default(0.5).meta({
    title: 'Correction',
    unit: 'ratio',
    help: 'With asymmetric statistics: how much of the error that the layers before have left a matrix is to make good, as far as the calibration tells. 1 fits that text alone.',
  }),
  ...calibrationFields,
  stats: asymmetricStatsField,
});

type FeedbackParams = z.infer<typeof params>;

/** Between a model whose inputs are all of use (0.3 to 0.9) and one with a few that are a thousand times stronger (below 0.1). */
const ALIKE_RATIO = 0.25;

/** llama-quantize gets no importance of zero from its own tools either; a dead input must not divide by it. */
const LEAST_IMPORTANCE_RATIO = 1e-6;

export const feedback: CompressionMethod<FeedbackParams> = {
  id: 'feedback',
  family: 'quantize',
  title: 'Quantize with feedback',
  source: { title: 'Frantar et al. 2022, GPTQ', url: 'https://arxiv.org/abs/2210.17323' },
  summary:
    "Stores the weights in llama.cpp's own types, at the same size as its quantizer, and lets each input make good what rounding the others cost. Needs a text to run.",
  params,
  needs: 'hessian',
  plan: (_model, settings) => ({ quantize: storageSettings(settings) }),
  encode: (matrix, statistics, settings, type, report) => {
    const { facts, ...encoded } = encodeWithFeedback(matrix, statistics, settings, type);
    report?.(facts);
    return encoded;
  },
  encodeLookedUp: encodeRowsLookedUp,
};

interface EncodedWithFacts extends EncodedMatrix {
  readonly facts: MatrixFacts;
}

/**
 * W is (rows, columns) row-major, H (columns, columns). All scales come first, from ggml's own search, then the codes; what ggml makes of the returned
 * bytes is the result, exactly. When the held-out Hessian says that llama.cpp's plain choice of codes does better, that is
 * returned. Throws BAD_DATA when H does not fit.
 */
function encodeWithFeedback(
  matrix: Matrix,
  statistics: MatrixStatistics,
  settings: FeedbackParams,
  type: string,
): EncodedWithFacts {
  const { columns, weights } = matrix;
  const importance = importancesOf(statistics, columns);
  let plain: Uint8Array | undefined;
  const quantizePlain = (): Uint8Array => (plain ??= quantizeRows(type, weights, columns, importance));
  const { hessian } = statistics;
  if (!canTakeFeedback(type)) return { data: quantizePlain(), keptPlain: 'no-codes', facts: { keptCodes: 'llama' } };
  // An expert that no token of the calibration reached.
  if (hessian === undefined) return { data: quantizePlain(), keptPlain: 'no-gain', facts: { keptCodes: 'llama' } };
  const aim = { ...matrix, weights: aimOf(matrix, statistics, settings, type) };
  const zerosOf = settings.keepZeros ? weights : undefined;
  const judge = judgeOf(matrix, statistics, type, importance);
  let heldOutErrors: HeldOutErrors | undefined;
  for (const search of scaleSearches(settings, type, importance)) {
    const isPlain = search === 'weighted' && aim.weights === weights;
    const weighing = search === 'weighted' ? importance : undefined;
    const scaled = isPlain ? quantizePlain() : quantizeRows(type, aim.weights, columns, weighing);
    const data = chooseCodes(aim, statistics, settings, type, scaled, zerosOf);
    heldOutErrors = judge?.(data);
    const isBetter = heldOutErrors === undefined || heldOutErrors.feedback < heldOutErrors.llama;
    if (!isBetter) continue;
    const aimError = aim.weights === weights ? undefined : relativeSquaredError(aim.weights, type, data);
    return { data, keptPlain: false, facts: { keptCodes: 'feedback', heldOutErrors, aimError } };
  }
  return { data: quantizePlain(), keptPlain: 'no-gain', facts: { keptCodes: 'llama', heldOutErrors } };
}

/** Types whose blocks store a minimum beside the scale. */
const WITH_MINIMUM: ReadonlySet<string> = new Set(['Q4_1', 'Q5_1', 'Q2_K', 'Q4_K', 'Q5_K']);

/**
 * Scales as llama.cpp searches them without importances; for types with a minimum as with equal ones, since without any that search looks
 * at the large values alone (test/native/compress/looked-up.test.ts has the squared error of both).
 */
function encodeRowsLookedUp(
  matrix: Matrix,
  hessian: Float32Array,
  settings: FeedbackParams,
  type: string,
  report?: ReportFacts,
): Uint8Array {
  const { columns, weights } = matrix;
  // Codebooks would take minutes for a vocabulary of usual size.
  const hasFreeCodes = BlockCodec.has(type);
  const zerosOf = settings.keepZeros ? weights : undefined;
  const importance = WITH_MINIMUM.has(type) ? new Float32Array(columns).fill(1) : undefined;
  const scaled = quantizeRows(type, weights, columns, importance);
  report?.({ keptCodes: hasFreeCodes ? 'feedback' : 'llama' });
  return hasFreeCodes ? chooseCodes(matrix, { hessian }, settings, type, scaled, zerosOf) : scaled;
}

type ScaleSearch = 'weighted' | 'plain';

/**
 * In the order of trial; the first that helps on held-out text is taken. auto goes by the participation ratio (sum d)^2 / (n sum d^2) of d =
 * diag(H): 1 when all inputs are equally strong, 1/n when one is alone. A search without weights clips less, so the weights that feedback
 * has moved still find a level; but it spends its care on inputs that hardly matter. The error of the matrix alone does not tell: it is mostly
 * smaller with weights, also where the model forgets more.
 */
function scaleSearches(
  { scaleSearch }: FeedbackParams,
  type: string,
  importance: Float32Array,
): readonly ScaleSearch[] {
  if (!BlockCodec.has(type)) return ['weighted'];
  if (scaleSearch !== 'auto') return [scaleSearch];
  if (!type.endsWith('_K')) return ['weighted'];
  const sum = importance.reduce((total, value) => total + value, 0);
  const squares = importance.reduce((total, value) => total + value * value, 0);
  const isAlike = (sum * sum) / (importance.length * squares) >= ALIKE_RATIO;
  return isAlike ? ['plain', 'weighted'] : ['weighted'];
}

/** All rows would cost more than the change itself. */
const MOST_JUDGED_ROWS = 64;

/** Errors on the text held back, of some rows, beside those of what llama.cpp would write; undefined when no text is. */
function judgeOf(
  { rows, columns, weights }: Matrix,
  { heldOutHessian, heldOutShifts }: MatrixStatistics,
  type: string,
  importance: Float32Array,
): ((data: Uint8Array) => HeldOutErrors) | undefined {
  if (heldOutHessian === undefined) return undefined;
  const judged = spreadRows(rows, MOST_JUDGED_ROWS);
  const original = takeRows(weights, columns, judged);
  const llama = dequantize(type, quantizeRows(type, original, columns, importance), original.length);
  const stream = heldOutShifts?.stream && takeColumns(heldOutShifts.stream, rows, judged);
  const shifts = heldOutShifts && { inputs: heldOutShifts.inputs, stream };
  return (data) => {
    const feedback = dequantize(type, takeRows(data, data.length / rows, judged), original.length);
    const { errors, energy } = outputErrors(sharedAlgebra(), original, [feedback, llama], heldOutHessian, shifts);
    const [feedbackError = 0, llamaError = 0] = errors;
    const unit = energy || 1;
    return { feedback: feedbackError / unit, llama: llamaError / unit };
  };
}

function relativeSquaredError(weights: Float32Array, type: string, data: Uint8Array): number {
  const changed = dequantize(type, data, weights.length);
  let [error, size] = [0, 0];
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!;
    error += (changed[i]! - weight) ** 2;
    size += weight * weight;
  }
  return size === 0 ? 0 : error / size;
}

/** diag(H) / 2 = mean squares, as an imatrix holds them. */
function importancesOf({ columnMeanSquares }: MatrixStatistics, columns: number): Float32Array {
  if (columnMeanSquares === undefined) return new Float32Array(columns).fill(1);
  const mean = columnMeanSquares.reduce((sum, value) => sum + value, 0) / columns;
  return columnMeanSquares.map((value) => Math.max(value, mean * LEAST_IMPORTANCE_RATIO));
}
