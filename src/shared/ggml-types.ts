// The storage types of tensors (ggml_type) and of whole files (llama_ftype) as llama.cpp v0.5.0 knows them. Facts, no code of theirs:
// https://github.com/ggml-org/llama.cpp/blob/v0.5.0/ggml/include/ggml.h, ggml/src/ggml-common.h, include/llama.h,
// src/llama-quant.cpp and tools/quantize/quantize.cpp. Native tests compare both tables with the libraries themselves.

export interface GgmlType {
  readonly id: number;
  /** As in the enum: `Q4_K`; the library prints it as `q4_K`. */
  readonly name: string;
  /** Values per block; a row is a whole number of blocks. */
  readonly blockSize: number;
  readonly blockBytes: number;
  /** Whether blocks are codes that must be dequantized to be read as numbers. */
  readonly quantized: boolean;
}

export interface FileType {
  readonly id: number;
  /** As llama-quantize takes it: `Q4_K_M`. */
  readonly name: string;
  readonly title: string;
  /** Type of most matrices; the mix may use others for some. */
  readonly baseType: string;
  /**
   * What llama-quantize's help states; where the help gives a file size instead, the bits per weight that its README measured on
   * Llama-3.1-8B or that this size makes for it. Small models differ: the embeddings weigh more.
   */
  readonly bitsPerWeight: number;
  /**
   * `required`: llama_model_quantize refuses without one. `recommended`: it writes the file, but at so few bits the loss is
   * much smaller with one.
   */
  readonly imatrix: 'required' | 'recommended' | 'optional';
  /** False for types that this release reads but cannot write. */
  readonly writable: boolean;
  /** Whether the mix puts some tensors in IQ3_S, which this release spoils where 32 weights in a row are zero. */
  readonly mayUseIq3s: boolean;
}

type GgmlRow = readonly [id: number, name: string, blockSize: number, blockBytes: number];

const PLAIN_TYPES: readonly GgmlRow[] = [
  [0, 'F32', 1, 4],
  [1, 'F16', 1, 2],
  [24, 'I8', 1, 1],
  [25, 'I16', 1, 2],
  [26, 'I32', 1, 4],
  [27, 'I64', 1, 8],
  [28, 'F64', 1, 8],
  [30, 'BF16', 1, 2],
];

const QUANTIZED_TYPES: readonly GgmlRow[] = [
  [2, 'Q4_0', 32, 18],
  [3, 'Q4_1', 32, 20],
  [6, 'Q5_0', 32, 22],
  [7, 'Q5_1', 32, 24],
  [8, 'Q8_0', 32, 34],
  [9, 'Q8_1', 32, 36],
  [10, 'Q2_K', 256, 84],
  [11, 'Q3_K', 256, 110],
  [12, 'Q4_K', 256, 144],
  [13, 'Q5_K', 256, 176],
  [14, 'Q6_K', 256, 210],
  [15, 'Q8_K', 256, 292],
  [16, 'IQ2_XXS', 256, 66],
  [17, 'IQ2_XS', 256, 74],
  [18, 'IQ3_XXS', 256, 98],
  [19, 'IQ1_S', 256, 50],
  [20, 'IQ4_NL', 32, 18],
  [21, 'IQ3_S', 256, 110],
  [22, 'IQ2_S', 256, 82],
  [23, 'IQ4_XS', 256, 136],
  [29, 'IQ1_M', 256, 56],
  [34, 'TQ1_0', 256, 54],
  [35, 'TQ2_0', 256, 66],
  [39, 'MXFP4', 32, 17],
  [40, 'NVFP4', 64, 36],
  [41, 'Q1_0', 128, 18],
  [42, 'Q2_0', 64, 18],
];

function toGgmlType([id, name, blockSize, blockBytes]: GgmlRow, quantized: boolean): GgmlType {
  return { id, name, blockSize, blockBytes, quantized };
}

/** In order of id. */
export const GGML_TYPES: readonly GgmlType[] = [
  ...PLAIN_TYPES.map((row) => toGgmlType(row, false)),
  ...QUANTIZED_TYPES.map((row) => toGgmlType(row, true)),
].sort((a, b) => a.id - b.id);

/** Types of old files that llama.cpp no longer reads: ids and the names they had. */
export const REMOVED_GGML_TYPES: ReadonlyMap<number, string> = new Map([
  [4, 'Q4_2'],
  [5, 'Q4_3'],
  [31, 'Q4_0_4_4'],
  [32, 'Q4_0_4_8'],
  [33, 'Q4_0_8_8'],
  [36, 'IQ4_NL_4_4'],
  [37, 'IQ4_NL_4_8'],
  [38, 'IQ4_NL_8_8'],
]);

const TYPE_BY_ID: ReadonlyMap<number, GgmlType> = new Map(GGML_TYPES.map((type) => [type.id, type]));
const TYPE_BY_NAME: ReadonlyMap<string, GgmlType> = new Map(GGML_TYPES.map((type) => [type.name, type]));

export function ggmlTypeById(id: number): GgmlType | undefined {
  return TYPE_BY_ID.get(id);
}

/** Case does not matter: `q4_K`, `Q4_K`. */
export function findGgmlType(name: string): GgmlType | undefined {
  return TYPE_BY_NAME.get(name.toUpperCase());
}

/** Whether values of a type (any case) are codes that must be dequantized; false for unknown names. */
export function isQuantizedType(name: string): boolean {
  return findGgmlType(name)?.quantized ?? false;
}

/** Bytes of `valueCount` values; undefined when they are no whole number of blocks. */
export function ggmlSizeBytes(type: GgmlType, valueCount: number): number | undefined {
  return valueCount % type.blockSize === 0 ? (valueCount / type.blockSize) * type.blockBytes : undefined;
}

type Imatrix = FileType['imatrix'];
type FileRow = readonly [id: number, name: string, title: string, baseType: string, bits: number, imatrix: Imatrix];

const FILE_ROWS: readonly FileRow[] = [
  [0, 'F32', '32-bit floats', 'F32', 32, 'optional'],
  [1, 'F16', '16-bit floats', 'F16', 16, 'optional'],
  [32, 'BF16', '16-bit floats with the range of 32-bit ones', 'BF16', 16, 'optional'],
  [7, 'Q8_0', '8 bits, next to lossless', 'Q8_0', 8.5008, 'optional'],
  [18, 'Q6_K', '6-bit K-quant', 'Q6_K', 6.5633, 'optional'],
  [9, 'Q5_1', '5 bits with a minimum', 'Q5_1', 6.04, 'optional'],
  [17, 'Q5_K_M', '5-bit K-quant, medium mix', 'Q5_K', 5.7036, 'optional'],
  [8, 'Q5_0', '5 bits', 'Q5_0', 5.57, 'optional'],
  [16, 'Q5_K_S', '5-bit K-quant, small mix', 'Q5_K', 5.5704, 'optional'],
  [3, 'Q4_1', '4 bits with a minimum', 'Q4_1', 5.11, 'optional'],
  [15, 'Q4_K_M', '4-bit K-quant, medium mix', 'Q4_K', 4.8944, 'optional'],
  [14, 'Q4_K_S', '4-bit K-quant, small mix', 'Q4_K', 4.6672, 'optional'],
  [2, 'Q4_0', '4 bits', 'Q4_0', 4.64, 'optional'],
  [25, 'IQ4_NL', '4 bits on a non-linear grid', 'IQ4_NL', 4.5, 'recommended'],
  [30, 'IQ4_XS', '4 bits on a non-linear grid, large blocks', 'IQ4_XS', 4.25, 'recommended'],
  [38, 'MXFP4_MOE', 'experts in 4-bit floats, the rest in Q8_0', 'MXFP4', 4.25, 'optional'],
  [13, 'Q3_K_L', '3-bit K-quant, large mix', 'Q3_K', 4.2979, 'optional'],
  [12, 'Q3_K_M', '3-bit K-quant, medium mix', 'Q3_K', 3.996, 'optional'],
  [27, 'IQ3_M', '3-bit codebook, medium mix', 'IQ3_S', 3.66, 'recommended'],
  [11, 'Q3_K_S', '3-bit K-quant, small mix', 'Q3_K', 3.6429, 'optional'],
  [26, 'IQ3_S', '3-bit codebook', 'IQ3_S', 3.44, 'recommended'],
  [22, 'IQ3_XS', '3-bit codebook, small mix', 'IQ3_S', 3.3, 'required'],
  [10, 'Q2_K', '2-bit K-quant, attention and output in more', 'Q2_K', 3.1593, 'recommended'],
  [23, 'IQ3_XXS', '3-bit codebook, smallest mix', 'IQ3_XXS', 3.06, 'required'],
  [21, 'Q2_K_S', '2-bit K-quant throughout', 'Q2_K', 2.9697, 'required'],
  [29, 'IQ2_M', '2-bit codebook, medium mix', 'IQ2_S', 2.7, 'required'],
  [28, 'IQ2_S', '2-bit codebook, small mix', 'IQ2_XS', 2.5, 'required'],
  [20, 'IQ2_XS', '2-bit codebook', 'IQ2_XS', 2.31, 'required'],
  [41, 'Q2_0', '2 bits, groups of 64', 'Q2_0', 2.25, 'optional'],
  [19, 'IQ2_XXS', '2-bit codebook, smallest mix', 'IQ2_XXS', 2.06, 'required'],
  [37, 'TQ2_0', 'ternary weights in 2 bits; for models trained so', 'TQ2_0', 2.06, 'optional'],
  [31, 'IQ1_M', '1-bit codebook, medium mix', 'IQ1_M', 1.75, 'required'],
  [36, 'TQ1_0', 'ternary weights packed; for models trained so', 'TQ1_0', 1.69, 'optional'],
  [24, 'IQ1_S', '1-bit codebook', 'IQ1_S', 1.56, 'required'],
  [40, 'Q1_0', 'one bit; for models trained so', 'Q1_0', 1.125, 'optional'],
  [39, 'NVFP4', '4-bit floats of NVIDIA; read only', 'NVFP4', 4.5, 'optional'],
];

const READ_ONLY: ReadonlySet<string> = new Set(['NVFP4']);
const USE_IQ3S: ReadonlySet<string> = new Set(['IQ3_M', 'IQ3_S', 'IQ3_XS', 'IQ3_XXS', 'IQ2_M', 'IQ2_S']);

/** From most to least bits. */
export const FILE_TYPES: readonly FileType[] = FILE_ROWS.map(([id, name, title, baseType, bitsPerWeight, imatrix]) => ({
  id,
  name,
  title,
  baseType,
  bitsPerWeight,
  imatrix,
  writable: !READ_ONLY.has(name),
  mayUseIq3s: USE_IQ3S.has(name),
}));

const FILE_TYPE_ALIASES: ReadonlyMap<string, string> = new Map([
  ['Q3_K', 'Q3_K_M'],
  ['Q4_K', 'Q4_K_M'],
  ['Q5_K', 'Q5_K_M'],
]);
const FILE_TYPE_BY_NAME: ReadonlyMap<string, FileType> = new Map(FILE_TYPES.map((type) => [type.name, type]));
const FILE_TYPE_BY_ID: ReadonlyMap<number, FileType> = new Map(FILE_TYPES.map((type) => [type.id, type]));

/** Case does not matter; llama-quantize's aliases are known (`q4_k` is `Q4_K_M`). */
export function findFileType(name: string): FileType | undefined {
  const upper = name.toUpperCase();
  return FILE_TYPE_BY_NAME.get(FILE_TYPE_ALIASES.get(upper) ?? upper);
}

/** `general.file_type` of a file, also when llama.cpp marked it as guessed (bit 1024). */
export function fileTypeById(id: number): FileType | undefined {
  return FILE_TYPE_BY_ID.get(id & ~1024);
}
