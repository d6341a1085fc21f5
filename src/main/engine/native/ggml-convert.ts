// Tensor data <-> float32 through ggml's own code: what is read here is what llama.cpp would compute with.
import koffi from 'koffi';
import { WorkbenchError } from '../../../shared/errors.ts';
import { GGML_TYPE } from './abi.generated.ts';
import { nativeFunctions } from './libraries.ts';

/** Types that hold numbers other than weights, or only exist between two steps of a matmul; ggml cannot write them. */
const UNWRITABLE = new Set(['Q8_1', 'Q8_K', 'I8', 'I16', 'I32', 'I64', 'F64', 'COUNT']);

type ToFloat = (source: Uint8Array, target: Float32Array, valueCount: number) => void;
const converters = new Map<string, ToFloat>();

export function ggmlTypeId(type: string): number {
  const id = Object.entries(GGML_TYPE).find(([name]) => name === type)?.[1];
  if (id === undefined || id === GGML_TYPE.COUNT) {
    throw new WorkbenchError('UNKNOWN_TYPE', `ggml of this release has no type '${type}'.`, { type });
  }
  return id;
}

/** Bytes of a row of `rowWidth` values. Throws BAD_INPUT when the width is not a whole number of blocks. */
export function rowSizeBytes(type: string, rowWidth: number): number {
  const f = nativeFunctions();
  const id = ggmlTypeId(type);
  const blockSize = f.ggml_blck_size(id);
  if (blockSize === 0 || rowWidth % blockSize !== 0) {
    throw new WorkbenchError(
      'BAD_INPUT',
      `Rows of ${rowWidth} values cannot be ${type}: it stores blocks of ${blockSize}.`,
      {
        type,
        rowWidth,
        blockSize,
      },
    );
  }
  return f.ggml_row_size(id, rowWidth);
}

/** `data` holds `valueCount` values of `type` in ggml's layout; the result is exact (every type's values fit float32). */
export function dequantize(type: string, data: Uint8Array, valueCount: number): Float32Array {
  const target = new Float32Array(valueCount);
  dequantizeInto(type, data, target);
  return target;
}

/** As `dequantize`, into memory of the caller; its length is the number of values. */
function dequantizeInto(type: string, data: Uint8Array, target: Float32Array): void {
  const sizeBytes = rowSizeBytes(type, target.length);
  if (data.byteLength < sizeBytes) {
    throw new WorkbenchError(
      'BAD_INPUT',
      `${target.length} values of ${type} need ${sizeBytes} bytes, got ${data.byteLength}.`,
      {
        type,
        sizeBytes,
      },
    );
  }
  converterOf(type)(data, target, target.length);
}

function converterOf(type: string): ToFloat {
  let converter = converters.get(type);
  if (converter === undefined) {
    converter = makeConverter(type);
    converters.set(type, converter);
  }
  return converter;
}

function makeConverter(type: string): ToFloat {
  const f = nativeFunctions();
  if (type === 'F32')
    return (source, target, count) =>
      new Uint8Array(target.buffer, target.byteOffset, count * 4).set(source.subarray(0, count * 4));
  if (type === 'F16') return f16ToFloat;
  if (type === 'BF16') return f.ggml_bf16_to_fp32_row;
  const traits: Readonly<Record<string, unknown>> = koffi.decode(
    f.ggml_get_type_traits(ggmlTypeId(type)),
    'ggml_type_traits',
  );
  const pointer = traits['to_float'];
  if (typeof pointer !== 'bigint') {
    throw new WorkbenchError('UNKNOWN_TYPE', `Values of type ${type} cannot be turned into float32.`, { type });
  }
  return koffi.decode(pointer, 'ggml_to_float_t');
}

/** V8 converts float16 with vector instructions, ggml's portable base library does not; both are exact. */
function f16ToFloat(source: Uint8Array, target: Float32Array, count: number): void {
  if (source.byteOffset % 2 === 0) target.set(new Float16Array(source.buffer, source.byteOffset, count));
  else target.set(new Float16Array(source.slice(0, count * 2).buffer));
}

/**
 * `values` is (rows, rowWidth) row-major; the result is the tensor data of `type`, equal to what llama-quantize writes.
 * `imatrix` is (rowWidth): the importance of each column. Throws IMATRIX_NEEDED for types that cannot do without.
 */
export function quantizeRows(type: string, values: Float32Array, rowWidth: number, imatrix?: Float32Array): Uint8Array {
  const f = nativeFunctions();
  const id = ggmlTypeId(type);
  if (UNWRITABLE.has(type))
    throw new WorkbenchError('UNKNOWN_TYPE', `Tensors of type ${type} cannot be written.`, { type });
  const rowBytes = rowSizeBytes(type, rowWidth);
  const rowCount = values.length / rowWidth;
  if (!Number.isInteger(rowCount)) {
    throw new WorkbenchError('BAD_INPUT', `${values.length} values are not whole rows of ${rowWidth}.`, { rowWidth });
  }
  if (imatrix !== undefined && imatrix.length !== rowWidth) {
    throw new WorkbenchError('BAD_INPUT', `The imatrix has ${imatrix.length} columns, the rows have ${rowWidth}.`, {
      rowWidth,
    });
  }
  if (imatrix === undefined && f.ggml_quantize_requires_imatrix(id)) {
    throw new WorkbenchError('IMATRIX_NEEDED', `${type} cannot be written without an imatrix.`, { type });
  }
  const data = new Uint8Array(rowBytes * rowCount);
  if (rowCount > 0) f.ggml_quantize_chunk(id, values, data, 0, rowCount, rowWidth, imatrix ?? null);
  return data;
}
