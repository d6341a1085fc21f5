// The bytes of tensors, one tensor or a piece of one at a time, so that memory is bounded by the largest tensor and never by the file.
import { WorkbenchError } from '../../../shared/errors.ts';
import { closeFile, type OpenFile, openForReading, readFully } from './read-file.ts';
import type { GgufFile, GgufTensor } from './read-gguf.ts';

/** A copy in memory that is on the way to the disk; larger pieces are not faster. */
const DEFAULT_CHUNK_BYTES = 4 * 1024 * 1024;

export interface TensorData {
  /** All bytes of a tensor in memory of its own (byteOffset 0), so that it can be viewed as Float32Array and the like. */
  readonly read: (tensor: GgufTensor) => Buffer;
  /** The same into memory that the caller keeps for many tensors; returns the part that was filled. */
  readonly readInto: (tensor: GgufTensor, target: Buffer) => Buffer;
  /** Bytes `start` to `start + length` of a tensor. */
  readonly readRange: (tensor: GgufTensor, start: number, length: number) => Buffer;
  /**
   * The tensor in order, in pieces of at most `chunkBytes` bytes and a whole number of `unitBytes` (rows, blocks). Every piece uses the
   * same memory: it is valid until the next one.
   */
  readonly chunks: (tensor: GgufTensor, unitBytes?: number, chunkBytes?: number) => Generator<Buffer>;
  readonly close: () => void;
}

/** Files are opened when a tensor of theirs is first asked for. Close it when done. */
export function openTensorData(file: GgufFile): TensorData {
  const open = new Map<number, OpenFile>();

  function shardOf(tensor: GgufTensor): OpenFile {
    const known = open.get(tensor.shard);
    if (known !== undefined) return known;
    const shard = file.shards[tensor.shard];
    if (shard === undefined) throw new WorkbenchError('INTERNAL', `Tensor ${tensor.name} is not of ${file.path}.`);
    const opened = openForReading(shard.path);
    open.set(tensor.shard, opened);
    return opened;
  }

  function readRangeInto(tensor: GgufTensor, start: number, target: Buffer): Buffer {
    if (start < 0 || start + target.length > tensor.sizeBytes) {
      throw new RangeError(`${tensor.name} has ${tensor.sizeBytes} bytes, not ${start + target.length}`);
    }
    readFully(shardOf(tensor), target, tensor.offset + start);
    return target;
  }

  function* chunks(tensor: GgufTensor, unitBytes = 1, chunkBytes = DEFAULT_CHUNK_BYTES): Generator<Buffer> {
    const pieceBytes = Math.min(tensor.sizeBytes, Math.max(unitBytes, chunkBytes - (chunkBytes % unitBytes)));
    const memory = Buffer.allocUnsafeSlow(pieceBytes);
    for (let start = 0; start < tensor.sizeBytes; start += pieceBytes) {
      yield readRangeInto(tensor, start, memory.subarray(0, Math.min(pieceBytes, tensor.sizeBytes - start)));
    }
  }

  return {
    read: (tensor) => readRangeInto(tensor, 0, Buffer.allocUnsafeSlow(tensor.sizeBytes)),
    readInto: (tensor, target) => readRangeInto(tensor, 0, target.subarray(0, tensor.sizeBytes)),
    readRange: (tensor, start, length) => readRangeInto(tensor, start, Buffer.allocUnsafeSlow(length)),
    chunks,
    close: () => {
      for (const opened of open.values()) closeFile(opened);
      open.clear();
    },
  };
}
