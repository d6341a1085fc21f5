// What error is normal for a storage type, and what to say when a tensor is out of line. Last look of run-recipe.ts at a tensor.

/** What is known of a written tensor when all of it has been compared with its source. */
export interface TensorComparison {
  readonly relativeSquaredError: number;
  readonly lostGroupCount: number;
}

interface TypeRow {
  /** Relative squared error of this type on the weights of real models. */
  readonly normal: number;
  /** Types that hold what this one could not, the smallest first. */
  readonly instead: readonly string[];
}

/**
 * Relative squared errors measured with ggml of llama.cpp v0.5.0 on normal values and on the matrices of SmolLM2-135M and the demo
 * model, weighted by an uneven importance matrix; without one they are up to 30 % smaller. Real tensors lie within a factor of 2;
 * heavy tails and columns 30 times as strong as the others make it 3 at most.
 */
const TYPES: Readonly<Record<string, TypeRow>> = {
  F16: { normal: 5e-8, instead: ['BF16', 'F32'] },
  BF16: { normal: 3e-6, instead: ['F32'] },
  Q8_0: { normal: 2.8e-5, instead: ['F16'] },
  Q6_K: { normal: 3.5e-4, instead: ['Q8_0'] },
  Q5_K: { normal: 0.0014, instead: ['Q6_K'] },
  Q5_1: { normal: 0.0013, instead: ['Q8_0'] },
  Q5_0: { normal: 0.0018, instead: ['Q8_0'] },
  Q4_K: { normal: 0.0057, instead: ['Q5_K'] },
  Q4_1: { normal: 0.0057, instead: ['Q5_1'] },
  Q4_0: { normal: 0.0072, instead: ['Q5_0'] },
  IQ4_NL: { normal: 0.0062, instead: ['Q5_0'] },
  IQ4_XS: { normal: 0.0063, instead: ['Q5_K'] },
  MXFP4: { normal: 0.013, instead: ['Q5_0'] },
  Q3_K: { normal: 0.025, instead: ['Q4_K'] },
  IQ3_S: { normal: 0.025, instead: ['Q3_K', 'IQ4_XS'] },
  IQ3_XXS: { normal: 0.05, instead: ['Q3_K', 'IQ4_XS'] },
  Q2_K: { normal: 0.092, instead: ['Q3_K'] },
  IQ2_S: { normal: 0.077, instead: ['Q2_K', 'Q3_K'] },
  IQ2_XS: { normal: 0.12, instead: ['Q2_K'] },
  IQ2_XXS: { normal: 0.15, instead: ['Q2_K'] },
  IQ1_M: { normal: 0.28, instead: ['IQ2_XXS', 'Q2_K'] },
  IQ1_S: { normal: 0.29, instead: ['IQ2_XXS', 'Q2_K'] },
  Q1_0: { normal: 0.37, instead: ['Q2_K'] },
  Q2_0: { normal: 0.51, instead: ['Q2_K'] },
  TQ2_0: { normal: 0.65, instead: ['Q2_K'] },
  TQ1_0: { normal: 0.65, instead: ['Q2_K'] },
};

const MARGIN = 5;
/**
 * Below this normal error a group of 256 weights that is worse than zeros is never the rounding's fault. IQ2_XXS and smaller types may
 * lose a single group by themselves where importances are very uneven.
 */
const SURE_NORMAL = 0.1;
/** 16-bit floats lose small weights altogether; up to here that is harmless. */
const SMALLEST_LIMIT = 1e-4;

export interface OutOfLine {
  readonly name: string;
  readonly type: string;
  readonly relativeSquaredError: number;
  readonly normalError: number;
  readonly lostGroupCount: number;
  readonly instead: readonly string[];
}

/** Error from which a tensor of this type is out of line; halfway to 1 (all zeros) for types whose normal error is large. */
export function errorLimit(type: string): number {
  const normal = TYPES[type]?.normal ?? 0;
  return Math.max(SMALLEST_LIMIT, Math.min(MARGIN * normal, (1 + normal) / 2));
}

/** Undefined when the tensor is as good as its type can hold it. */
export function judgeTensor(name: string, type: string, comparison: TensorComparison): OutOfLine | undefined {
  const row = TYPES[type];
  const normalError = row?.normal ?? 0;
  const { relativeSquaredError } = comparison;
  const lostGroupCount = normalError < SURE_NORMAL ? comparison.lostGroupCount : 0;
  if (relativeSquaredError < errorLimit(type) && lostGroupCount === 0) return undefined;
  return { name, type, relativeSquaredError, normalError, lostGroupCount, instead: row?.instead ?? [] };
}

export function describeOutOfLine({ name, type, instead, ...found }: OutOfLine): string {
  const lost =
    found.lostGroupCount === 0 ? '' : `, and in ${found.lostGroupCount} of its blocks zeros would have been closer`;
  const error = `${name} is badly off as ${type}: its relative squared error is ${digits(found.relativeSquaredError)}, where ${digits(found.normalError)} is normal${lost}.`;
  const cause =
    type === 'IQ3_S'
      ? ' This llama.cpp spoils IQ3_S where 32 weights in a row are zero, as pruned models have them.'
      : '';
  const pattern = name.replace(/[.[\]]/g, '\\$&');
  const advice =
    instead.length === 0 ? '' : ` Take ${instead.join(' or ')} for it: --tensor-type '^${pattern}$=${instead[0]}'.`;
  return error + cause + advice;
}

function digits(value: number): string {
  return value === 0 ? '0' : String(Number(value.toPrecision(2)));
}
