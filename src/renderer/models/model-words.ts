// Words and numbers of a model, the same in table, chips, panes and palette.
import { formatBitsPerWeight } from '../../shared/score-words.ts';
import type { MemoryEstimate, ModelNode } from '../../shared/session/model-calls.ts';
import { formatBytes, formatPercent } from '../../shared/units.ts';

const GIB = 2 ** 30;

/** Files in GB of 10^9 bytes, as Hugging Face counts, two decimals. */
export function formatFileSize(sizeBytes: number): string {
  return sizeBytes >= 1e9 && sizeBytes < 1e11 ? `${(sizeBytes / 1e9).toFixed(2)} GB` : formatBytes(sizeBytes);
}

/** Memory in GiB, as systems count it. */
export function formatMemory(bytes: number): string {
  if (bytes >= 10 * GIB) return `${(bytes / GIB).toFixed(1)} GiB`;
  return bytes >= GIB / 10 ? `${(bytes / GIB).toFixed(2)} GiB` : `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

/** `3.2 of 20.8 GiB`. */
export function formatMemoryOf(bytes: number, ofBytes: number): string {
  if (bytes < GIB / 10 || ofBytes < GIB / 10) return `${formatMemory(bytes)} of ${formatMemory(ofBytes)}`;
  return `${(bytes / GIB).toFixed(1)} of ${(ofBytes / GIB).toFixed(1)} GiB`;
}

/** `4.37 of 214 GB`. */
export function formatFileSizeOf(sizeBytes: number, ofBytes: number): string {
  const [size, unit] = formatFileSize(sizeBytes).split(' ');
  const of = formatFileSize(ofBytes);
  return of.endsWith(` ${unit}`) ? `${size} of ${of}` : `${size} ${unit} of ${of}`;
}

export function typeOf(node: ModelNode): string {
  return node.summary?.fileType ?? '';
}

/** `vicuna-7b-v1.3 · F16` for a base, the recipe's words for a version. */
export function labelOf(node: ModelNode): string {
  if (node.baseId !== null) return node.recipeLabel;
  const type = typeOf(node);
  return type === '' || type === 'unknown' ? node.name : `${node.name} · ${type}`;
}

/** In the tree, where the family already says the name: `F16, dense`. */
export function rowLabelOf(node: ModelNode): string {
  if (node.baseId !== null) return node.recipeLabel;
  const type = typeOf(node);
  return type === '' || type === 'unknown' ? 'dense' : `${type}, dense`;
}

export function fileNameOf(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path;
}

export function sizeWords(node: ModelNode): string {
  const bits = node.summary === null ? '' : ` · ${formatBitsPerWeight(node.summary.bitsPerWeight)} bpw`;
  const sparse =
    node.sparsityRatio === null || node.sparsityRatio < 0.0005 ? '' : ` · ${formatPercent(node.sparsityRatio)} sparse`;
  return `${formatFileSize(node.sizeBytes)}${bits}${sparse}`;
}

export function fitsWords(memory: MemoryEstimate | null): string {
  if (memory === null) return '\u2013';
  if (memory.fits === 'yes') return 'yes';
  return memory.fits === 'tight' ? 'tight' : 'no';
}

export function parameterWords(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(2)} B parameters`;
  return count >= 1e6 ? `${(count / 1e6).toFixed(1)} M parameters` : `${count.toLocaleString('en-US')} parameters`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}
