// Importance matrices as llama.cpp keeps them: a GGUF with, for every weight matrix, the sums of its squared inputs and how many there
// were. Written by measure-imatrix.ts or llama-imatrix, read by the quantizer. Format: tools/imatrix of llama.cpp v0.5.0.
import { WorkbenchError } from '../../../shared/errors.ts';
import { GgufValue } from '../gguf/gguf-value.ts';
import { type GgufFile, type GgufTensor, readGguf } from '../gguf/read-gguf.ts';
import { openTensorData } from '../gguf/tensor-data.ts';
import { GgufWriter } from '../gguf/write-gguf.ts';

/** Sums over the tokens that a weight matrix, or one of its experts, has seen. */
export interface InputSums {
  /** (experts, columns): sum of x^2. One row for a matrix without experts; for a stack of matrices (one a head) their rows in one. */
  readonly sums: Float64Array;
  /** (experts): tokens. */
  readonly counts: Float64Array;
}

export interface Imatrix {
  /** By weight name. */
  readonly entries: ReadonlyMap<string, InputSums>;
  /** Names of the texts it was measured on. */
  readonly datasets: readonly string[];
  readonly chunkCount: number;
  /** Tokens. */
  readonly chunkSize: number;
}

const SUMS = '.in_sum2';
const COUNTS = '.counts';

/** Writes and syncs; the caller names a partial file and renames it. */
export function writeImatrix(path: string, imatrix: Imatrix): void {
  const names = [...imatrix.entries.keys()].sort();
  const tensors = names.flatMap((name) => {
    const { sums, counts } = imatrix.entries.get(name)!;
    return [
      { name: name + SUMS, values: sums, shape: [sums.length / counts.length, counts.length] },
      { name: name + COUNTS, values: counts, shape: [1, counts.length] },
    ];
  });
  const metadata = new Map([
    ['general.type', GgufValue.string('imatrix')],
    ['imatrix.datasets', GgufValue.strings(imatrix.datasets)],
    ['imatrix.chunk_count', GgufValue.uint32(imatrix.chunkCount)],
    ['imatrix.chunk_size', GgufValue.uint32(imatrix.chunkSize)],
  ]);
  const writer = GgufWriter.create(path, {
    metadata,
    tensors: tensors.map(({ name, shape }) => ({ name, shape, type: 'F32' })),
  });
  try {
    for (const { name, values } of tensors) writer.writeTensor(name, new Uint8Array(Float32Array.from(values).buffer));
    writer.finish();
  } catch (error) {
    writer.discard();
    throw error;
  }
}

/** Throws BAD_DATA when the file is a GGUF but no importance matrix, or holds numbers that are none. */
export function readImatrix(path: string): Imatrix {
  const file = readGguf(path);
  const type = file.metadata.get('general.type')?.asString();
  if (type !== 'imatrix') throw badImatrix(path, `its general.type is ${type ?? 'missing'}, not imatrix`);
  return {
    entries: readEntries(file),
    datasets: file.metadata.get('imatrix.datasets')?.asStrings() ?? [],
    chunkCount: file.metadata.get('imatrix.chunk_count')?.asNumber() ?? 0,
    chunkSize: file.metadata.get('imatrix.chunk_size')?.asNumber() ?? 0,
  };
}

function readEntries(file: GgufFile): Map<string, InputSums> {
  const byName = new Map(file.tensors.map((tensor) => [tensor.name, tensor]));
  const data = openTensorData(file);
  const read = (tensor: GgufTensor): Float64Array => {
    if (tensor.type !== 'F32') throw badImatrix(file.path, `${tensor.name} is ${tensor.type} instead of F32`);
    const values = Float64Array.from(new Float32Array(data.read(tensor).buffer));
    if (values.every(Number.isFinite)) return values;
    throw badImatrix(file.path, `${tensor.name} holds values that are no finite numbers`);
  };
  try {
    const entries = new Map<string, InputSums>();
    for (const tensor of file.tensors) {
      if (!tensor.name.endsWith(SUMS)) continue;
      const name = tensor.name.slice(0, -SUMS.length);
      const countTensor = byName.get(name + COUNTS);
      if (countTensor === undefined) throw badImatrix(file.path, `${name} has sums but no counts`);
      const [sums, counts] = [read(tensor), read(countTensor)];
      if (sums.length % counts.length !== 0)
        throw badImatrix(file.path, `${name} has ${counts.length} counts for ${sums.length} sums`);
      entries.set(name, { sums, counts });
    }
    if (entries.size === 0) throw badImatrix(file.path, 'it holds no sums of squared inputs');
    return entries;
  } finally {
    data.close();
  }
}

function badImatrix(path: string, reason: string): WorkbenchError {
  const message = `${path} cannot be used as an importance matrix: ${reason}. Make one with \`whittle imatrix\`.`;
  return new WorkbenchError('BAD_DATA', message, { path, reason });
}

/**
 * (experts * columns): mean of x^2 per column, in single precision as llama-quantize computes it. An expert that saw no token
 * gets ones: all its columns weigh the same.
 */
export function meanSquares({ sums, counts }: InputSums): Float32Array {
  const columns = sums.length / counts.length;
  return Float32Array.from(sums, (sum, index) => {
    const count = counts[Math.floor(index / columns)]!;
    return count > 0 ? Math.fround(Math.fround(sum) / count) : 1;
  });
}
