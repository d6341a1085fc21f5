// What generate-methods.ts says beyond the registry: when to take which method, and figures that were measured.

export const WHEN: Readonly<Record<string, string>> = {
  quantize: "When: always the first to try. It is llama.cpp's own quantizer, bit for bit.",
  feedback:
    "When: a file below 5 bits must forget as little as possible, and some minutes and a text like that of later use are at hand (`--stats dense` takes less than half the time and gains less). Types and size are those of `quantize`. An eighth of the calibration is held back: a matrix that feedback does not help there keeps what llama.cpp's quantizer writes, and the record (`--json`) has both errors by tensor. The rows of the embedding are judged by what the layers read of them; one that is the output too stays as llama.cpp's quantizer writes it.",
  gptq: "When: the paper's 2 to 8 bits are to be compared, whatever a file can store. The result is simulated: the file keeps its type and size. Take `--stats sequential`, as the paper does, or `--act-order`: with dense statistics and the inputs in their own order 3 bits were worse than plain rounding on SmolLM2 (`docs/benchmark.md`).",
  rtn: 'When: a baseline for `gptq` on the same grids is wanted. With 8 bits, symmetric, whole rows and an outlier threshold of 6 it stands for LLM.int8(), but for the activations.',
  magnitude:
    'When: a baseline without any data is wanted; with a random choice, a control below which no method may fall.',
  wanda: 'When: zeros are to be chosen by what the inputs make of them, in the time of one reading.',
  sparsegpt:
    'When: the best quality at a given share of zeros is wanted; the weights that stay are changed. Take `--stats sequential`, as the paper does: with dense statistics Wanda was better on SmolLM2 at 50 % (`docs/benchmark.md`).',
  awq: 'When: a recipe quantizes next, to a type that keeps no importance of its own, such as Q4_0 without a matrix.',
  'drop-layers':
    'When: the file and the time per token must fall together and a loss can be borne. `whittle layers MODEL` lists what each layer does; compare before and after.',
};

export interface MeasuredType {
  readonly type: string;
  readonly sizeMegabytes: number;
  /** Mean KL divergence to the F16 model, nats a token. */
  readonly llama: number;
  /** With statistics of the untouched model alone. */
  readonly dense: number;
  readonly feedback: number;
}

export const MEASURED_HOW =
  'What a file of the same size and types still differs from the F16 model by: mean KL divergence on the second half of the embedded perplexity text, chunks of 256 tokens. `quantize` had the importance matrix of the very samples that `feedback` read (160 x 256 tokens of the embedded calibration text). The ratios of the other types: IQ1_S 0.53, IQ1_M 0.45, IQ2_XXS 0.42, IQ2_XS 0.42, IQ2_S 0.40, IQ2_M 0.43, IQ3_S 0.38, IQ3_M 0.57, IQ4_XS 0.51, IQ4_NL 0.50, Q4_1 0.60, Q5_0 0.46, Q5_1 0.65, Q5_K_M 0.72, Q6_K 0.73, Q8_0 0.78. With asymmetric statistics (the default) the untouched model is read beside the compressed one: each matrix aims at weights that also make good a part (`correction`) of what the matrices before it, and the embedding, have done to its inputs and to the stream that it adds to. That takes twice the time of sequential statistics. The rows of the embedding itself are judged by what the layers read of them. On SmolLM2-135M-Instruct, a real model, Q2_K has 0.67 times the divergence, Q3_K_M 0.77, Q4_0 0.66 and Q4_K_M 0.67 (wikitext-2, calibration 32 x 512 tokens of C4). How much is gained depends on the model, so measure both on yours (`whittle compare`) before you choose. `npm run bench -- --only feedback` measures these types again, and the others.';

export const MEASURED: readonly MeasuredType[] = [
  { type: 'Q2_K', sizeMegabytes: 3.35, llama: 0.71197, dense: 0.42492, feedback: 0.27072 },
  { type: 'IQ3_XXS', sizeMegabytes: 3.37, llama: 0.32739, dense: 0.31304, feedback: 0.17547 },
  { type: 'Q3_K_M', sizeMegabytes: 4.02, llama: 0.16243, dense: 0.13308, feedback: 0.08997 },
  { type: 'Q4_0', sizeMegabytes: 4.57, llama: 0.09873, dense: 0.05798, feedback: 0.04037 },
  { type: 'Q4_K_M', sizeMegabytes: 4.69, llama: 0.03744, dense: 0.03086, feedback: 0.02454 },
];

export const LONG_ROWS_HOW =
  'Types with codebooks (IQ1 to IQ3) take feedback eight columns at a time, units in the order of falling diag(H); feedback from block to block only, in storage order, had made matrices worse. One matrix of a real model with rows of 1,536 inputs (`blk.2.ffn_down` of SmolLM2-135M-Instruct, its first 128 outputs; 14,336 tokens of C4 for the Hessian, 2,048 others held back): squared error of the outputs, beside that of `quantize` with the same importances. Error on the calibration itself flatters; only the held-out column counts.';

export interface MeasuredMatrix {
  readonly type: string;
  /** Squared error of the outputs over that of llama.cpp's quantizer. */
  readonly calibration: number;
  readonly heldOut: number;
}

export const LONG_ROWS: readonly MeasuredMatrix[] = [
  { type: 'IQ3_S', calibration: 0.53, heldOut: 0.675 },
  { type: 'IQ3_XXS', calibration: 0.649, heldOut: 0.809 },
  { type: 'IQ2_S', calibration: 0.658, heldOut: 0.818 },
  { type: 'IQ2_XS', calibration: 0.668, heldOut: 0.818 },
  { type: 'IQ2_XXS', calibration: 0.655, heldOut: 0.796 },
  { type: 'IQ1_M', calibration: 0.669, heldOut: 0.797 },
  { type: 'IQ1_S', calibration: 0.708, heldOut: 0.848 },
];
