// What generate-methods.ts says beyond the registry: when to take which method, and figures that were measured.

export const WHEN: Readonly<Record<string, string>> = {
  quantize: "When: always the first to try. It is llama.cpp's own quantizer, bit for bit.",
  feedback:
    "When: a file below 5 bits must forget as little as possible, and some minutes and a text like that of later use are at hand. Types and size are those of `quantize`. An eighth of the calibration is held back: a matrix that feedback does not help there keeps what llama.cpp's quantizer writes, and the record (`--json`) has both errors by tensor.",
  gptq: "When: the paper's 2 to 8 bits are to be compared, whatever a file can store. The result is simulated: the file keeps its type and size.",
  rtn: 'When: a baseline for `gptq` on the same grids is wanted. With 8 bits, symmetric, whole rows and an outlier threshold of 6 it stands for LLM.int8(), but for the activations.',
  magnitude:
    'When: a baseline without any data is wanted; with a random choice, a control below which no method may fall.',
  wanda: 'When: zeros are to be chosen by what the inputs make of them, in the time of one reading.',
  sparsegpt: 'When: the best quality at a given share of zeros is wanted; the weights that stay are changed.',
  awq: 'When: a recipe quantizes next, to a type that keeps no importance of its own, such as Q4_0 without a matrix.',
  'drop-layers':
    'When: the file and the time per token must fall together and a loss can be borne. `whittle layers MODEL` lists what each layer does; compare before and after.',
};

export interface MeasuredType {
  readonly type: string;
  readonly sizeMegabytes: number;
  /** Mean KL divergence to the F16 model, nats a token. */
  readonly llama: number;
  readonly feedback: number;
}

export const MEASURED_HOW =
  'What a file of the same size and types still differs from the F16 model by: mean KL divergence on the second half of the embedded perplexity text, chunks of 256 tokens. `quantize` had the importance matrix of the very samples that `feedback` read (160 x 256 tokens of the embedded calibration text, dense statistics; sequential ones change little). Feedback gains little on this model, and Q2_K loses by it; so does IQ3_M (1.04 times). Every matrix comes out nearer on text held back, but most of the loss is that of the token embedding, which feedback leaves to `quantize`: with `--tensor-type token_embd=Q8_0` Q2_K stands at 0.136 and with feedback at 0.122 (0.89 times; `whittle compare` over the whole text, where plain Q2_K has 1.172). The first embedded model (6.4 million parameters, 2,147 facts), which was less full, had 0.37 times at Q2_K, 0.50 at Q3_K_M, 0.41 at Q4_0 and 0.49 at Q4_K_M. So measure both on your model (`whittle compare`) before you choose. `npm run bench -- --only feedback` measures these types again, and the others.';

export const MEASURED: readonly MeasuredType[] = [
  { type: 'Q2_K', sizeMegabytes: 3.35, llama: 1.15918, feedback: 1.28004 },
  { type: 'IQ3_XXS', sizeMegabytes: 3.37, llama: 0.56437, feedback: 0.55936 },
  { type: 'Q3_K_M', sizeMegabytes: 4.02, llama: 0.44135, feedback: 0.42241 },
  { type: 'Q4_0', sizeMegabytes: 4.57, llama: 0.30401, feedback: 0.27808 },
  { type: 'Q4_K_M', sizeMegabytes: 4.69, llama: 0.0886, feedback: 0.08496 },
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
