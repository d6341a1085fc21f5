// Statistics of the dense model, kept by layer: a second method, or a second sparsity, on the same model and text does not measure again.
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { MatrixStatistics } from '../compress/method.ts';
import type { GgufFile } from '../gguf/read-gguf.ts';
import { openForWriting, writeFully } from '../gguf/write-file.ts';
import { isLayerMatrix } from '../models/layer-matrices.ts';

/** Larger ones are measured again: reading gigabytes is not much faster. */
const MOST_BYTES = 1024 * 1024 * 1024;

const FIELDS = ['columnMeanSquares', 'columnMaxima', 'hessian', 'heldOutHessian'] as const;
const SQUARE_FIELDS: ReadonlySet<string> = new Set(['hessian', 'heldOutHessian']);
type Field = (typeof FIELDS)[number];

/** By matrix name: which array of the file each field is. */
const indexSchema = z.strictObject({
  arrays: z.array(z.strictObject({ columns: z.int().min(1), isSquare: z.boolean() })),
  matrices: z.record(z.string(), z.partialRecord(z.enum(FIELDS), z.int().min(0))),
});

export class KeptStatistics {
  readonly #folder: string;
  readonly #isWritable: boolean;

  /** `facts` name the model, the text and everything else that the numbers depend on. */
  constructor(cacheFolder: string, facts: object, source: GgufFile) {
    const name = createHash('sha256').update(JSON.stringify(facts)).digest('hex');
    this.#folder = join(cacheFolder, 'layer-statistics', name);
    this.#isWritable = estimatedBytes(source) <= MOST_BYTES;
  }

  #path(layer: number): string {
    return join(this.#folder, `layer-${layer}`);
  }

  has(layerCount: number): boolean {
    return Array.from({ length: layerCount }, (_, layer) => this.#path(layer)).every((path) => existsSync(path));
  }

  /** Matrices with the same inputs get the same arrays again. */
  load(layer: number): Map<string, MatrixStatistics> {
    const bytes = readFileSync(this.#path(layer));
    const indexBytes = bytes.readUInt32LE(0);
    const { arrays, matrices } = indexSchema.parse(JSON.parse(bytes.toString('utf8', 4, 4 + indexBytes)));
    let position = 4 + indexBytes;
    const values = arrays.map(({ columns, isSquare }) => {
      const count = isSquare ? (columns * (columns + 1)) / 2 : columns;
      const stored = new Float32Array(
        bytes.buffer.slice(bytes.byteOffset + position, bytes.byteOffset + position + 4 * count),
      );
      position += 4 * count;
      return isSquare ? unpack(stored, columns) : stored;
    });
    const known = new Map<string, MatrixStatistics>();
    return new Map(
      Object.entries(matrices).map(([name, fields]) => {
        const key = JSON.stringify(fields);
        const entries = Object.entries(fields).map(([field, index]) => [field, values[index ?? 0]]);
        const statistics: MatrixStatistics = known.get(key) ?? Object.fromEntries(entries);
        known.set(key, statistics);
        return [name, statistics];
      }),
    );
  }

  /** Does nothing when the whole model's would be too much. */
  save(layer: number, statistics: ReadonlyMap<string, MatrixStatistics>): void {
    if (!this.#isWritable) return;
    const arrays: Float32Array[] = [];
    const squares = new Set<Float32Array>();
    const matrices: Record<string, Partial<Record<Field, number>>> = {};
    for (const [name, own] of statistics) {
      const fields: Partial<Record<Field, number>> = {};
      for (const field of FIELDS) {
        const array = own[field];
        if (array === undefined) continue;
        if (!arrays.includes(array)) arrays.push(array);
        if (SQUARE_FIELDS.has(field)) squares.add(array);
        fields[field] = arrays.indexOf(array);
      }
      matrices[name] = fields;
    }
    const described = arrays.map((array) => ({
      columns: squares.has(array) ? Math.sqrt(array.length) : array.length,
      isSquare: squares.has(array),
    }));
    this.#write(layer, Buffer.from(JSON.stringify({ arrays: described, matrices })), arrays, squares);
  }

  #write(layer: number, index: Buffer, arrays: readonly Float32Array[], squares: ReadonlySet<Float32Array>): void {
    mkdirSync(this.#folder, { recursive: true });
    const path = `${this.#path(layer)}.${process.pid}.partial`;
    const head = Buffer.alloc(4);
    head.writeUInt32LE(index.length);
    const fd = openForWriting(path);
    try {
      writeFully(path, fd, Buffer.concat([head, index]));
      for (const array of arrays) {
        const stored = squares.has(array) ? pack(array) : array;
        writeFully(path, fd, new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength));
      }
    } finally {
      closeSync(fd);
    }
    renameSync(path, this.#path(layer));
  }
}

/** The upper triangle, row by row. */
function pack(square: Float32Array): Float32Array {
  const columns = Math.sqrt(square.length);
  const packed = new Float32Array((columns * (columns + 1)) / 2);
  for (let row = 0, at = 0; row < columns; at += columns - row, row++) {
    packed.set(square.subarray(row * columns + row, (row + 1) * columns), at);
  }
  return packed;
}

function unpack(packed: Float32Array, columns: number): Float32Array {
  const square = new Float32Array(columns * columns);
  for (let row = 0, at = 0; row < columns; row++) {
    for (let column = row; column < columns; column++, at++) {
      square[row * columns + column] = packed[at]!;
      square[column * columns + row] = packed[at]!;
    }
  }
  return square;
}

/** Were every matrix to have inputs of its own. */
function estimatedBytes({ tensors }: GgufFile): number {
  return tensors.filter(isLayerMatrix).reduce((sum, { shape: [columns = 0] }) => sum + 2 * columns * columns, 0);
}
