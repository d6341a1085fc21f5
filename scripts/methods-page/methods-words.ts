// What generate-methods.ts says beyond the registry: when to take which method, and figures that were measured.

export const WHEN: Readonly<Record<string, string>> = {
  quantize: "When: always the first to try. It is llama.cpp's own quantizer, bit for bit.",
  feedback:
    'When: a file below 5 bits must forget as little as possible, and some minutes and a text like that of later use are at hand. Types and size are those of `quantize`.',
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

export interface MeasuredRecipe {
  readonly what: string;
  readonly sizeBytes: number;
  /** To the F16 model, nats a token. */
  readonly klDivergence: number;
  readonly note: string;
}

export const MEASURED_HOW =
  'Mean KL divergence to the F16 model over 60 x 256 tokens of the embedded perplexity text (`whittle compare demo MODEL --ctx 256 --chunks 60`); calibration and importance matrix: 160 x 256 tokens of the embedded calibration text; `feedback` with sequential statistics. The note compares with the line above.';

export const MEASURED: readonly MeasuredRecipe[] = [
  { what: 'quantize Q2_K, importance matrix', sizeBytes: 3_068_320, klDivergence: 0.276, note: '' },
  { what: 'feedback Q2_K', sizeBytes: 3_068_224, klDivergence: 0.108, note: '0.39 times' },
  { what: 'quantize Q3_K_M, importance matrix', sizeBytes: 3_665_312, klDivergence: 0.046, note: '' },
  { what: 'feedback Q3_K_M', sizeBytes: 3_665_216, klDivergence: 0.0248, note: '0.54 times' },
  { what: 'quantize Q4_0, importance matrix', sizeBytes: 4_066_720, klDivergence: 0.033, note: '' },
  { what: 'feedback Q4_0', sizeBytes: 4_066_624, klDivergence: 0.0132, note: '0.40 times' },
  { what: 'quantize Q4_K_M, importance matrix', sizeBytes: 4_201_888, klDivergence: 0.0195, note: '' },
  { what: 'feedback Q4_K_M', sizeBytes: 4_201_792, klDivergence: 0.009, note: '0.46 times' },
];
