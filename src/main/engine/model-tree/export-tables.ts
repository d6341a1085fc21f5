// Tables of models and tensors as files.
import type { ModelNode, TensorDetail } from '../../../shared/session/model-calls.ts';

export function exportModelTable(models: readonly ModelNode[], format: 'csv' | 'json'): string {
  const rows = models.map((model) => ({
    id: model.id,
    name: model.name,
    base: model.baseId ?? '',
    recipe: model.recipeLabel,
    type: model.summary?.fileType ?? '',
    architecture: model.summary?.architecture ?? '',
    parameters: model.summary?.parameterCount ?? '',
    size_bytes: model.sizeBytes,
    bits_per_weight: model.summary?.bitsPerWeight ?? '',
    sparsity_ratio: model.sparsityRatio ?? '',
    tags: model.tags.join(' '),
    sha256: model.sha256 ?? '',
  }));
  return format === 'json' ? `${JSON.stringify(rows, null, 2)}\n` : toCsv(rows);
}

export function exportTensorTable(tensors: readonly TensorDetail[]): string {
  return toCsv(
    tensors.map(({ name, layer, type, shape, sizeBytes, sparsityRatio, relativeSquaredError }) => ({
      name,
      layer: layer ?? '',
      type,
      shape: shape.join('x'),
      size_bytes: sizeBytes,
      sparsity_ratio: sparsityRatio ?? '',
      relative_squared_error: relativeSquaredError ?? '',
    })),
  );
}

/** RFC 4180. A cell that a spreadsheet would take for a formula gets an apostrophe. */
export function toCsv(rows: readonly Readonly<Record<string, string | number>>[]): string {
  const head = Object.keys(rows[0] ?? {});
  return [head, ...rows.map((row) => head.map((key) => row[key] ?? ''))]
    .map((cells) => `${cells.map(cell).join(',')}\r\n`)
    .join('');
}

function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
