// Tensor kinds by layers: shade = bits, hatch = zeros. A glance at what a file is made of.
import type { ReactElement } from 'react';
import type { TensorDetail } from '../../shared/session/model-calls.ts';
import { formatPercent } from '../../shared/units.ts';
import { bitsToken } from '../ui/LayerGlyph.tsx';
import { formatFileSize } from './model-words.ts';

export type HeatMeasure = 'bits' | 'sparsity' | 'size';

interface HeatCell {
  readonly tensor: TensorDetail;
  /** How many tensors share the cell (experts, weight and bias). */
  readonly count: number;
}

/** kind -> layer -> its largest tensor; kinds that hold no matrix are left out. */
export function heatRows(tensors: readonly TensorDetail[]): Map<string, Map<number, HeatCell>> {
  const rows = new Map<string, Map<number, HeatCell>>();
  for (const tensor of tensors) {
    if (tensor.layer === null || tensor.shape.length < 2) continue;
    const row = rows.get(tensor.kind) ?? new Map<number, HeatCell>();
    const known = row.get(tensor.layer);
    if (known === undefined || tensor.parameterCount > known.tensor.parameterCount) {
      row.set(tensor.layer, { tensor, count: (known?.count ?? 0) + 1 });
    }
    rows.set(tensor.kind, row);
  }
  return rows;
}

function bitsOf({ sizeBytes, parameterCount }: TensorDetail): number {
  return (sizeBytes * 8) / parameterCount;
}

function cellWords({ tensor }: HeatCell): string {
  const zeros = tensor.sparsityRatio === undefined ? '' : `, ${formatPercent(tensor.sparsityRatio)} zeros`;
  return `${tensor.name}, ${tensor.type}, ${formatFileSize(tensor.sizeBytes)}${zeros}`;
}

function cellStyle({ tensor }: HeatCell, measure: HeatMeasure, largestBytes: number) {
  if (measure === 'size') {
    const share = Math.round((tensor.sizeBytes / largestBytes) * 100);
    return { background: `color-mix(in srgb, var(--bits-16) ${share}%, var(--bits-2))` };
  }
  if (measure === 'sparsity') {
    const share = Math.round((1 - (tensor.sparsityRatio ?? 0)) * 100);
    return { background: `color-mix(in srgb, var(--bits-16) ${share}%, var(--bits-2))` };
  }
  const hatch = 'repeating-linear-gradient(135deg, var(--hatch) 0 1px, transparent 1px 5px)';
  const isSparse = (tensor.sparsityRatio ?? 0) > 0.01;
  return { backgroundColor: bitsToken(bitsOf(tensor)), ...(isSparse ? { backgroundImage: hatch } : {}) };
}

export interface HeatStripProps {
  readonly tensors: readonly TensorDetail[];
  readonly layerCount: number;
  readonly measure: HeatMeasure;
  readonly cellHeight?: number;
}

export function HeatStrip({ tensors, layerCount, measure, cellHeight = 12 }: HeatStripProps): ReactElement {
  const rows = heatRows(tensors);
  const largestBytes = Math.max(1, ...tensors.filter(({ layer }) => layer !== null).map(({ sizeBytes }) => sizeBytes));
  return (
    <div
      className="heat"
      role="img"
      aria-label={`${rows.size} kinds of tensors in ${layerCount} layers, shaded by ${measure}`}
      style={{ gridTemplateColumns: `76px repeat(${layerCount}, minmax(2px, 1fr))` }}
    >
      {[...rows].map(([kind, cells]) => [
        <span key={kind} className="heat-name" title={kind}>
          {kind.replace(/\.weight$/, '')}
        </span>,
        ...Array.from({ length: layerCount }, (_, layer) => {
          const cell = cells.get(layer);
          const key = `${kind} ${layer}`;
          if (cell === undefined) return <span key={key} className="heat-cell" style={{ height: cellHeight }} />;
          return (
            <span
              key={key}
              className="heat-cell"
              title={cellWords(cell)}
              style={{ height: cellHeight, ...cellStyle(cell, measure, largestBytes) }}
            />
          );
        }),
      ])}
    </div>
  );
}
