// How many chips of the bench fit beside each other. Pure.
import { textWidth } from '../charts/text-width.ts';
import type { BenchVersion } from './use-bench.ts';

const CHIP_EXTRA_PX = 38;
const MAX_CHIP_PX = 260;
/** What `+2` takes. */
const MORE_PX = 36;

function chipWidth({ label }: BenchVersion): number {
  return Math.min(MAX_CHIP_PX, textWidth(label, 12.5) + CHIP_EXTRA_PX);
}

/** As many chips as fit into the room, at least one. */
export function countFitting(versions: readonly BenchVersion[], widthPx: number): number {
  let left = widthPx;
  for (const [index, version] of versions.entries()) {
    left -= chipWidth(version);
    if (left < (index === versions.length - 1 ? 0 : MORE_PX)) return Math.max(1, index);
  }
  return versions.length;
}
