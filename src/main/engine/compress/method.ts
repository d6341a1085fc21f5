// The interface of a compression method: one file in methods/, one line in registry.ts.
// Between a recipe and the streaming loop of run-recipe.ts: a method sees one matrix at a time, or names types and layers.
import type { z } from 'zod';
import type { HeldOutErrors, KeptCodes } from '../../../shared/artifact.ts';

/** What a method must know of the model's activations before it can work on a matrix. */
export type StatisticsNeed = 'nothing' | 'columnMeanSquares' | 'columnMaxima' | 'hessian' | 'layerInfluence';

export interface MatrixShape {
  /** Tensor name; one expert of a 3-D tensor is called `blk.0.ffn_up_exps.weight[3]`. */
  readonly name: string;
  /** Outputs. */
  readonly rows: number;
  /** Inputs: the contiguous dimension. */
  readonly columns: number;
}

/** A weight matrix (rows, columns), row-major, every value finite. */
export interface Matrix extends MatrixShape {
  readonly weights: Float32Array;
}

/** Statistics of the inputs x of one matrix over the calibration tokens. */
export interface MatrixStatistics {
  /** (columns): mean of x_j^2. */
  readonly columnMeanSquares?: Float32Array | undefined;
  /** (columns): largest |x_j|. */
  readonly columnMaxima?: Float32Array | undefined;
  /** (columns, columns): 2/n sum x x^T. */
  readonly hessian?: Float32Array | undefined;
  /** What the dense model's values are more than those that all other statistics are of. With asymmetric statistics only. */
  readonly shifts?: Shifts | undefined;
  /** As `hessian`, over tokens that are in no other statistics: for checking what was made of those. */
  readonly heldOutHessian?: Float32Array | undefined;
  /** As `shifts`, over the tokens of `heldOutHessian`. */
  readonly heldOutShifts?: Shifts | undefined;
  /** What the weights of the whole layer say, for methods with `surveyLayer`. */
  readonly cut?: MagnitudeCut | undefined;
}

/** Expectations on the scale of the Hessian, with the inputs z of a matrix behind compressed layers. */
export interface Shifts {
  /** (columns, columns): 2/n sum z (x - z)^T, x being the inputs in the dense model. */
  readonly inputs?: Float32Array | undefined;
  /**
   * (columns, rows): 2/n sum z (r - s)^T, r and s being the dense model's stream and the present one to which the matrix adds its outputs. In
   * place of `inputs` where the streams are those behind it, W being in both.
   */
  readonly stream?: Float32Array | undefined;
}

/** Scores whose magnitude lies below the threshold go, and the first `ties` of those that equal it. */
export interface MagnitudeCut {
  /** IEEE-754 single pattern without its sign. */
  readonly thresholdBits: number;
  readonly ties: number;
}

/** What a method found out about a matrix while it worked on it; kept in the artifact's record. */
export interface MatrixFacts {
  /** Share of the mean of diag(H) that was added to it: more than asked for when the Hessian could not be factored. */
  readonly dampingRatio?: number | undefined;
  /** Inputs that were zero on every token of the calibration. */
  readonly deadInputCount?: number | undefined;
  /** Inputs whose weights stayed as they were. */
  readonly keptInputCount?: number | undefined;
  /** Whose codes the matrix has, where feedback and llama.cpp's quantizer were both asked. */
  readonly keptCodes?: KeptCodes | undefined;
  readonly heldOutErrors?: HeldOutErrors | undefined;
  /** sum (B - A)^2 / sum A^2, where the method aimed at weights A other than the source's on purpose. */
  readonly aimError?: number | undefined;
}

export type ReportFacts = (facts: MatrixFacts) => void;

/** A matrix in a storage type. */
export interface EncodedMatrix {
  readonly data: Uint8Array;
  /** Why this is what llama.cpp's quantizer makes: its choice was no worse, or the type's codes are not known here. False: the method's own. */
  readonly keptPlain: false | 'no-gain' | 'no-codes';
}

/** What a method wants shared code to do to the whole file. */
export interface MethodPlan {
  /** Carried out by llama.cpp's quantizer. */
  readonly quantize?: QuantizePlan | undefined;
  /** Layers left out; those behind them move up. */
  readonly dropLayers?: readonly number[] | undefined;
}

export interface QuantizePlan {
  /** llama.cpp's file type: `Q4_K_M`. */
  readonly fileType: string;
  /** First match wins; patterns are regular expressions, types ggml's spelling. */
  readonly tensorTypes: readonly { readonly pattern: string; readonly type: string }[];
  readonly pure: boolean;
  readonly keepSplit: boolean;
  readonly imatrixPath?: string | undefined;
}

/** What a plan may look at: the source's shape, never its weights. */
export interface ModelShape {
  readonly architecture: string;
  readonly layerCount: number;
  /** Attention heads that read; undefined when layers differ or the file does not say. */
  readonly headCount?: number | undefined;
}

/** A tensor of a layer that a method may change in place: a matrix (rows, columns) row-major, or a vector as one row. */
export interface LayerTensor extends MatrixShape {
  readonly values: Float32Array;
}

/** By their names without `blk.N.`: `attn_q.weight`. */
export type LayerTensors = ReadonlyMap<string, LayerTensor>;

export interface CompressionMethod<Params = unknown> {
  /** Equals the file's name. */
  readonly id: string;
  readonly family: 'quantize' | 'prune' | 'structure' | 'compensate';
  readonly title: string;
  readonly source: { readonly title: string; readonly url: string };
  readonly summary: string;
  /** Every field carries `meta({ title, unit?, help })`: forms, flags and docs come from it. */
  readonly params: z.ZodType<Params>;
  readonly needs: StatisticsNeed;
  /** Where the parameters decide it: what is needed in place of `needs`. */
  needsFor?(params: Params): StatisticsNeed;
  /** Why these parameters cannot work on a matrix of this shape; undefined when they can. Asked before any work starts. */
  checkShape?(shape: MatrixShape, params: Params): string | undefined;
  /** Pure: the compressed matrix as a new array of the same shape; the given one stays as it is. */
  transform?(matrix: Matrix, statistics: MatrixStatistics, params: Params, report?: ReportFacts): Float32Array;
  /**
   * For methods that compare the weights of a whole layer: what `transform` is told of each matrix, by name; undefined when these parameters
   * need none. May go over the matrices, one at a time in memory, as often as it must.
   */
  surveyLayer?(matrices: () => Iterable<Matrix>, params: Params): ReadonlyMap<string, MatrixStatistics> | undefined;
  /** For methods whose changes to one matrix need changes to others: the layer's matrices and `layerVectors`, changed in place. */
  transformLayer?(
    tensors: LayerTensors,
    statistics: ReadonlyMap<string, MatrixStatistics>,
    params: Params,
    model: ModelShape,
  ): void;
  /** Names without `blk.N.` of what `transformLayer` changes beside matrices: norms and biases. */
  readonly layerVectors?: readonly string[];
  /** Why the method cannot work on such a model; undefined when it can. */
  checkModel?(model: ModelShape): string | undefined;
  plan?(model: ModelShape, params: Params): MethodPlan;
  /** For methods that need the layers' influence: the parameters with the layers chosen by it, least influence first. */
  chooseLayers?(influences: readonly number[], params: Params): Params;
  /** Pure, with `plan` that names the types: the matrix in ggml's type `type`. */
  encode?(
    matrix: Matrix,
    statistics: MatrixStatistics,
    params: Params,
    type: string,
    report?: ReportFacts,
  ): EncodedMatrix;
  /**
   * For methods with `encode`: rows of the embedding in ggml's type `type`. They are looked up and have no inputs to measure; `hessian`
   * (columns, columns) stands for what the layers read of them.
   */
  encodeLookedUp?(
    matrix: Matrix,
    hessian: Float32Array,
    params: Params,
    type: string,
    report?: ReportFacts,
  ): Uint8Array;
}

export function needOf({
  method,
  params,
}: {
  readonly method: CompressionMethod;
  readonly params: unknown;
}): StatisticsNeed {
  return method.needsFor?.(params) ?? method.needs;
}
