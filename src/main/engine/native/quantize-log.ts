// Reads what llama_model_quantize says in its log: its only report of progress, of the plan in a dry run, and of why it failed.

export interface QuantizeTensorLine {
  readonly index: number;
  readonly total: number;
  readonly name: string;
  /** ggml order, four dimensions. */
  readonly shape: readonly number[];
  readonly fromType: string;
  /** What it will be or is being turned into; undefined when it stays or the line does not say yet. */
  readonly toType?: string;
}

/** `[  12/ 272]   blk.0.ffn_up.weight - [  576,  1536,     1,     1], type =    f16, size =     1.69 MiB ->     0.47 MiB (q4_K)` */
const TENSOR_LINE = /^\[\s*(\d+)\/\s*(\d+)\]\s+(\S+)\s+-\s+\[([^\]]*)\],\s*type =\s*(\w+),\s*(.*)$/;

export function parseTensorLine(line: string): QuantizeTensorLine | undefined {
  const match = TENSOR_LINE.exec(line);
  if (match === null) return undefined;
  const [, index = '', total = '', name = '', shape = '', type = '', rest = ''] = match;
  const toType = /\((\w+)\)\s*$/.exec(rest)?.[1] ?? /^converting to (\w+)/.exec(rest)?.[1];
  return {
    index: Number(index),
    total: Number(total),
    name,
    shape: shape.split(',').map(Number),
    fromType: type.toUpperCase(),
    ...(toType === undefined ? {} : { toType: toType.toUpperCase() }),
  };
}

export interface TypeFallback {
  readonly name: string;
  readonly columns: number;
  readonly wantedType: string;
  readonly usedType: string;
}

/** `warning: blk.0.ffn_up.weight - ncols 576 not divisible by 256 (required for type q4_K) -> falling back to q5_0` */
const FALLBACK_LINE =
  /^warning: (\S+)\s+- ncols\s+(\d+) not divisible by\s+\d+ \(required for type\s+(\w+)\).*-> falling back to\s+(\w+)/;

export function parseFallbackLine(line: string): TypeFallback | undefined {
  const match = FALLBACK_LINE.exec(line);
  if (match === null) return undefined;
  const [, name = '', columns = '', wanted = '', used = ''] = match;
  return { name, columns: Number(columns), wantedType: wanted.toUpperCase(), usedType: used.toUpperCase() };
}

/** `llama_model_quantize: failed to quantize: REASON` */
export function parseFailureLine(line: string): string | undefined {
  return /failed to quantize: (.*)$/.exec(line)?.[1];
}
