// Quantizes a GGUF through llama_model_quantize: the same code, and so the same bytes, as llama-quantize of this release.
import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import koffi from 'koffi';
import { WorkbenchError } from '../../../shared/errors.ts';
import { findFileType } from '../../../shared/ggml-types.ts';
import { GGML_TYPE, type NativeFunctions } from './abi.generated.ts';
import { ggmlTypeId, rowSizeBytes } from './ggml-convert.ts';
import { nativeFunctions } from './libraries.ts';
import { NativeArena } from './native-arena.ts';
import { lastNativeLogLines, withNativeLog } from './native-log.ts';
import type { StructValue } from './native-types.ts';
import {
  parseFailureLine,
  parseFallbackLine,
  parseTensorLine,
  type QuantizeTensorLine,
  type TypeFallback,
} from './quantize-log.ts';

export interface QuantizeOptions {
  readonly input: string;
  /** llama-quantize's name: `Q4_K_M`, `IQ2_XXS`, `F16`. */
  readonly fileType: string;
  readonly threads?: number;
  /** Weight name -> mean square of each input column; experts one after the other. */
  readonly imatrix?: ReadonlyMap<string, Float32Array>;
  /** First match wins; patterns are regular expressions over tensor names, in lower case as llama-quantize takes them. */
  readonly tensorTypes?: readonly { readonly pattern: string; readonly type: string }[];
  /** Every tensor in the base type. */
  readonly pure?: boolean;
  readonly keepSplit?: boolean;
  readonly allowRequantize?: boolean;
  /** False leaves output.weight as it is. */
  readonly quantizeOutputTensor?: boolean;
  readonly outputTensorType?: string;
  readonly tokenEmbeddingType?: string;
  /** Layers to leave out; the others move up. */
  readonly pruneLayers?: readonly number[];
  /** Most tensor bytes in memory at once. */
  readonly maxBufferBytes?: number;
  /** Added to the source's metadata as strings; at most 127 bytes each, key and text. */
  readonly metadata?: ReadonlyMap<string, string>;
}

export interface QuantizeRunOptions extends QuantizeOptions {
  readonly output: string;
  /** Called when a tensor is done, from inside the native call. */
  readonly onTensor?: (tensor: QuantizeTensorLine) => void;
  readonly onLogLine?: (line: string) => void;
}

interface PlannedTensor {
  readonly name: string;
  /** ggml order without trailing ones. */
  readonly shape: readonly number[];
  readonly fromType: string;
  readonly toType: string;
  readonly sizeBytes: number;
}

export interface QuantizePlan {
  /** In the order of the output file. */
  readonly tensors: readonly PlannedTensor[];
  /** All tensors together, without header and padding. */
  readonly tensorBytes: number;
  /** Tensors whose row width does not fit the wanted type, and what they get instead. */
  readonly fallbacks: readonly TypeFallback[];
}

/** llama.cpp's default of 8 GiB would let one tensor outgrow the machine. */
const MAX_BUFFER_BYTES = 256 * 1024 * 1024;
const FULL_DISK_BYTES = 16 * 1024 * 1024;

/** Writes `output`; existing files are overwritten, a failed run leaves a half file for the caller to remove. */
export function quantizeFile(options: QuantizeRunOptions): void {
  run(options, options.output, false, (line) => {
    options.onLogLine?.(line);
    const tensor = parseTensorLine(line);
    if (tensor !== undefined) options.onTensor?.(tensor);
  });
}

/** What `quantizeFile` would write, computed by llama.cpp itself (dry run); nothing is written. */
export function planQuantize(options: QuantizeOptions): QuantizePlan {
  const tensors: PlannedTensor[] = [];
  const fallbacks: TypeFallback[] = [];
  run(options, '', true, (line) => {
    const tensor = parseTensorLine(line);
    if (tensor !== undefined) tensors.push(plannedTensor(tensor));
    const fallback = parseFallbackLine(line);
    if (fallback !== undefined) fallbacks.push(fallback);
  });
  return { tensors, tensorBytes: tensors.reduce((sum, tensor) => sum + tensor.sizeBytes, 0), fallbacks };
}

function plannedTensor({ name, shape, fromType, toType = fromType }: QuantizeTensorLine): PlannedTensor {
  const [columns = 1, ...rest] = shape;
  const rows = rest.reduce((product, length) => product * length, 1);
  const used = shape.findLastIndex((length) => length > 1) + 1;
  return {
    name,
    shape: shape.slice(0, Math.max(1, used)),
    fromType,
    toType,
    sizeBytes: rowSizeBytes(toType, columns) * rows,
  };
}

function run(options: QuantizeOptions, output: string, isDryRun: boolean, onLine: (line: string) => void): void {
  if (!existsSync(options.input)) {
    throw new WorkbenchError('FILE_NOT_FOUND', `There is no file ${options.input}.`, { path: options.input });
  }
  const f = nativeFunctions();
  const arena = new NativeArena();
  try {
    const params = { ...quantizeParams(f, options, arena), dry_run: isDryRun };
    const native = arena.structs('llama_model_quantize_params', [params]);
    const status = withNativeLog(onLine, () => f.llama_model_quantize(options.input, output, native));
    if (status !== 0) throw failure(options, output);
  } finally {
    arena.free();
  }
}

function quantizeParams(f: NativeFunctions, options: QuantizeOptions, arena: NativeArena): StructValue {
  const { outputTensorType, tokenEmbeddingType, imatrix, tensorTypes = [], pruneLayers = [], metadata } = options;
  return {
    ...f.llama_model_quantize_default_params(),
    ftype: fileTypeId(options.fileType),
    nthread: options.threads ?? 1,
    allow_requantize: options.allowRequantize ?? false,
    quantize_output_tensor: options.quantizeOutputTensor ?? true,
    pure: options.pure ?? false,
    keep_split: options.keepSplit ?? false,
    output_tensor_type: outputTensorType === undefined ? GGML_TYPE.COUNT : ggmlTypeId(outputTensorType),
    token_embedding_type: tokenEmbeddingType === undefined ? GGML_TYPE.COUNT : ggmlTypeId(tokenEmbeddingType),
    max_buf_size: options.maxBufferBytes ?? MAX_BUFFER_BYTES,
    kv_overrides: metadata === undefined || metadata.size === 0 ? null : arena.bytes(overrideTable(metadata)),
    imatrix: imatrix === undefined ? null : imatrixTable(imatrix, arena),
    tt_overrides: tensorTypes.length === 0 ? null : tensorTypeTable(tensorTypes, arena),
    prune_layers:
      pruneLayers.length === 0 ? null : arena.bytes(Int32Array.from([...pruneLayers].sort((a, b) => a - b).concat(-1))),
  };
}

function fileTypeId(name: string): number {
  const type = findFileType(name);
  if (type === undefined)
    throw new WorkbenchError('UNKNOWN_TYPE', `llama.cpp of this release has no file type '${name}'.`, { name });
  return type.id;
}

/**
 * llama_model_kv_override: a tag, a key of 128 bytes, and a union of 128 bytes that is aligned to 8. The generator of the ABI knows no
 * unions. https://github.com/ggml-org/llama.cpp/blob/v0.5.0/include/llama.h
 */
const OVERRIDE = { sizeBytes: 264, keyOffset: 4, textOffset: 136, mostTextBytes: 127, stringTag: 3 } as const;

/** Terminated by an entry without a key. */
function overrideTable(metadata: ReadonlyMap<string, string>): Buffer {
  const table = Buffer.alloc(OVERRIDE.sizeBytes * (metadata.size + 1));
  for (const [index, [key, text]] of [...metadata].entries()) {
    const start = index * OVERRIDE.sizeBytes;
    if (Math.max(Buffer.byteLength(key), Buffer.byteLength(text)) > OVERRIDE.mostTextBytes) {
      throw new WorkbenchError('INTERNAL', `The metadata ${key} is too long for llama.cpp to take.`);
    }
    table.writeInt32LE(OVERRIDE.stringTag, start);
    table.write(key, start + OVERRIDE.keyOffset);
    table.write(text, start + OVERRIDE.textOffset);
  }
  return table;
}

/** Terminated by an entry without a name. llama.cpp copies the values before it starts. */
function imatrixTable(imatrix: ReadonlyMap<string, Float32Array>, arena: NativeArena): bigint {
  const entries = [...imatrix].map(([name, values]) => ({
    name: arena.text(name),
    data: koffi.address(values),
    size: values.length,
  }));
  return arena.structs('llama_model_imatrix_data', [...entries, { name: null, data: null, size: 0 }]);
}

function tensorTypeTable(
  tensorTypes: readonly { readonly pattern: string; readonly type: string }[],
  arena: NativeArena,
): bigint {
  const entries = tensorTypes.map(({ pattern, type }) => ({
    pattern: arena.text(pattern.toLowerCase()),
    type: ggmlTypeId(type),
  }));
  return arena.structs('llama_model_tensor_override', [...entries, { pattern: null, type: GGML_TYPE.COUNT }]);
}

function failure({ input, fileType }: QuantizeOptions, output: string): WorkbenchError {
  const log = lastNativeLogLines(10);
  const reason = log.map(parseFailureLine).findLast((text) => text !== undefined) ?? 'llama.cpp gave no reason';
  const details = { input, output, reason, log };
  if (/requantizing from type/.test(reason)) {
    return new WorkbenchError(
      'QUANTIZED_SOURCE',
      `${input} is already quantized (${reason}). Take an F16 or F32 source, or allow requantizing.`,
      details,
    );
  }
  if (/importance matrix|imatrix!/.test(reason)) {
    return new WorkbenchError(
      'IMATRIX_NEEDED',
      `${fileType} needs an imatrix. Measure one on the source model first.`,
      details,
    );
  }
  if (/iostream|ios_base/.test(reason)) {
    return isFull(dirname(output))
      ? new WorkbenchError('NO_SPACE', `The disk of ${output} is full. Make room and run it again.`, details)
      : new WorkbenchError(
          'NOT_WRITABLE',
          `${output} could not be written. Check that its folder exists and may be written.`,
          details,
        );
  }
  return new WorkbenchError(
    'NATIVE_FAILED',
    `llama.cpp could not quantize ${input} to ${fileType}: ${reason}.`,
    details,
  );
}

function isFull(folder: string): boolean {
  if (!existsSync(folder)) return false;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < FULL_DISK_BYTES;
}
