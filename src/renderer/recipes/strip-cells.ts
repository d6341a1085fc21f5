// The tensor strip: planned tensors -> rows of kinds by columns of layers, and the recipe that a choice in it makes. Pure.
import type { PlannedTensor } from '../../shared/session/recipe-calls.ts';

export interface StripRow {
  readonly kind: string;
  /** By layer; undefined where the layer has no such tensor. */
  readonly cells: readonly (PlannedTensor | undefined)[];
}

export interface CellPlace {
  readonly row: number;
  readonly layer: number;
}

/** Matrices only: norms and biases stay as they are. */
export function stripRows(tensors: readonly PlannedTensor[]): StripRow[] {
  const rows = new Map<string, (PlannedTensor | undefined)[]>();
  let layerCount = 0;
  for (const tensor of tensors) {
    if (tensor.layer === null || tensor.shape.length < 2) continue;
    layerCount = Math.max(layerCount, tensor.layer + 1);
    const cells = rows.get(tensor.kind) ?? [];
    cells[tensor.layer] = tensor;
    rows.set(tensor.kind, cells);
  }
  return [...rows].map(([kind, cells]) => ({
    kind,
    cells: Array.from({ length: layerCount }, (_, layer) => cells[layer]),
  }));
}

/** All cells of the rectangle between two. */
export function cellsBetween(from: CellPlace, to: CellPlace, rows: readonly StripRow[]): PlannedTensor[] {
  const [top, bottom] = [Math.min(from.row, to.row), Math.max(from.row, to.row)];
  const [left, right] = [Math.min(from.layer, to.layer), Math.max(from.layer, to.layer)];
  return rows
    .slice(top, bottom + 1)
    .flatMap(({ cells }) => cells.slice(left, right + 1).filter((cell) => cell !== undefined));
}

export function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** `REGEX=TYPE` for exactly these tensors, one a kind. */
export function typePatterns(tensors: readonly PlannedTensor[], type: string): string[] {
  const layersByKind = new Map<string, number[]>();
  for (const { kind, writtenLayer } of tensors) {
    if (writtenLayer === null) continue;
    layersByKind.set(kind, [...(layersByKind.get(kind) ?? []), writtenLayer]);
  }
  return [...layersByKind].map(([kind, layers]) => {
    const numbers = layers.length === 1 ? String(layers[0]) : `(${layers.join('|')})`;
    return `^blk\\.${numbers}\\.${escapePattern(kind)}$=${type}`;
  });
}

/** The newest choice comes first, because the first match wins; what it replaces whole is left out. */
export function withTypePatterns(old: unknown, added: readonly string[]): string[] {
  const before = Array.isArray(old) ? old.map(String) : [];
  const patternOf = (text: string) => text.slice(0, text.lastIndexOf('='));
  const replaced = new Set(added.map(patternOf));
  return [...added, ...before.filter((text) => !replaced.has(patternOf(text)))];
}

export function cellWords(tensor: PlannedTensor): string {
  const name = `${tensor.name}, ${tensor.shape.join(' \u00d7 ')}`;
  if (tensor.isDropped) return `${name}, dropped`;
  const size = `${(tensor.sizeBytes / 1e6).toFixed(2)} MB`;
  const state = tensor.isPruned ? ', pruned' : '';
  const fell = tensor.fellBack ? `, asked ${tensor.askedType}, fell back` : '';
  return `${name}, ${tensor.type}${state}${fell}, ${size}`;
}
