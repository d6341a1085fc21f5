// What generate-methods.ts says beyond the registry: when to take which method, and figures that were measured.

export const WHEN: Readonly<Record<string, string>> = {
  quantize: "When: always the first to try. It is llama.cpp's own quantizer, bit for bit.",
  feedback:
    "When: a file below 5 bits must forget as little as possible, and some minutes and a text like that of later use are at hand. Types and size are those of `quantize`. An eighth of the calibration is held back: a matrix that feedback does not help there keeps what llama.cpp's quantizer writes, and the record (`--json`) has both errors by tensor. The rows of the embedding are judged by what the layers read of them; one that is the output too stays as llama.cpp's quantizer writes it.",
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
  'What a file of the same size and types still differs from the F16 model by: mean KL divergence on the second half of the embedded perplexity text, chunks of 256 tokens. `quantize` had the importance matrix of the very samples that `feedback` read (160 x 256 tokens of the embedded calibration text, dense statistics; sequential ones change little). Of the other types IQ3_S has 0.64 times the divergence, Q5_0 0.53, IQ4_XS 0.70, Q5_K_M 0.75, IQ4_NL 0.78, Q4_1 0.82, IQ3_M 0.93, and even Q8_0 0.87. What is left at Q2_K is mostly the embedding, whose rows are looked up: with `--tensor-type token_embd=Q8_0` the file of `quantize` falls from 0.679 to 0.227 (`whittle compare` over the whole text). Feedback judges these rows by what the layers read of them. How much it gains depends on the model: most where a few inputs are much stronger than the others, little where all are alike, and an earlier embedded model, whose strong channels lay in the embedding alone, lost by it at Q2_K (1.10 times). So measure both on your model (`whittle compare`) before you choose. `npm run bench -- --only feedback` measures these types again, and the others.';

export const MEASURED: readonly MeasuredType[] = [
  { type: 'Q2_K', sizeMegabytes: 3.35, llama: 0.75964, feedback: 0.47544 },
  { type: 'IQ3_XXS', sizeMegabytes: 3.37, llama: 0.44554, feedback: 0.30612 },
  { type: 'Q3_K_M', sizeMegabytes: 4.02, llama: 0.18088, feedback: 0.15269 },
  { type: 'Q4_0', sizeMegabytes: 4.57, llama: 0.10972, feedback: 0.0725 },
  { type: 'Q4_K_M', sizeMegabytes: 4.69, llama: 0.04204, feedback: 0.03341 },
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
