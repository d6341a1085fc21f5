// What this computer can do, from its memory: a model at 4 bits takes about 0.6 bytes a weight, and room for the conversation.
import type { Machine } from '../../shared/session/machine-calls.ts';

const BYTES_PER_WEIGHT = 0.62;
/** Of the memory that may hold the weights; the rest is for context, work buffers and everything else that runs. */
const USABLE_SHARE = 0.75;

export function largestParameterCount(memoryBytes: number): number {
  return (memoryBytes * USABLE_SHARE) / BYTES_PER_WEIGHT;
}

function billions(count: number): string {
  const value = count / 1e9;
  return value >= 10 ? String(Math.floor(value)) : value.toFixed(1);
}

export function fitsMachineWords({ device, memoryTotalBytes }: Machine): string {
  const onGpu = device.memoryBytes !== null;
  const size = billions(largestParameterCount(device.memoryBytes ?? memoryTotalBytes));
  const where = onGpu ? 'on the GPU' : 'in its memory';
  return `This computer chats with models up to about ${size} B at 4 bits ${where}, and compresses anything that fits on the disk.`;
}
