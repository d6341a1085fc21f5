// All tensors of a file, virtual, with a filter and sorting.
import { TextInput } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactElement, useMemo, useRef, useState } from 'react';
import { formatSignificant } from '../../shared/score-words.ts';
import type { TensorDetail } from '../../shared/session/model-calls.ts';
import { formatCount, formatPercent } from '../../shared/units.ts';
import { formatFileSize } from './model-words.ts';

const ROW_PX = 26;

type SortKey = 'file' | 'name' | 'type' | 'sizeBytes' | 'sparsityRatio' | 'relativeSquaredError';

const COLUMNS: readonly { readonly key: SortKey | null; readonly title: string; readonly isNumber?: boolean }[] = [
  { key: 'name', title: 'Tensor' },
  { key: null, title: 'Shape' },
  { key: 'type', title: 'Type' },
  { key: 'sizeBytes', title: 'Size', isNumber: true },
  { key: 'sparsityRatio', title: 'Zeros', isNumber: true },
  { key: 'relativeSquaredError', title: 'Error', isNumber: true },
];

function sortTensors(tensors: readonly TensorDetail[], key: SortKey): readonly TensorDetail[] {
  if (key === 'file') return tensors;
  if (key === 'name' || key === 'type') {
    return tensors.toSorted((a, b) => a[key].localeCompare(b[key], 'en', { numeric: true }));
  }
  return tensors.toSorted((a, b) => (b[key] ?? -1) - (a[key] ?? -1));
}

export function TensorTable({ tensors }: { readonly tensors: readonly TensorDetail[] }): ReactElement {
  const [filter, setFilter] = useState('');
  const [sortKey, setSortKey] = useState<SortKey>('file');
  const scroller = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => {
    const wanted = filter.trim().toLowerCase();
    const kept = tensors.filter(({ name, type }) => `${name} ${type}`.toLowerCase().includes(wanted));
    return sortTensors(kept, sortKey);
  }, [tensors, filter, sortKey]);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
  });
  return (
    <div className="column">
      <div className="row">
        <TextInput
          className="grow"
          aria-label="Filter tensors"
          placeholder="Filter by name or type"
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
        <span className="faint xs">
          {formatCount(shown.length)} of {formatCount(tensors.length)}
        </span>
      </div>
      <div
        className="tensor-table"
        ref={scroller}
        role="grid"
        aria-label="Tensors"
        tabIndex={0}
        aria-rowcount={shown.length}
      >
        <div role="row" className="tensor-row tensor-head">
          {COLUMNS.map(({ key, title, isNumber }) => (
            <span key={title} role="columnheader" className={isNumber ? 'number' : undefined}>
              {key === null ? (
                title
              ) : (
                <button
                  type="button"
                  className="plain-button"
                  aria-pressed={sortKey === key}
                  onClick={() => setSortKey(sortKey === key ? 'file' : key)}
                >
                  {title}
                  {sortKey === key ? ' \u2193' : ''}
                </button>
              )}
            </span>
          ))}
        </div>
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const tensor = shown[index]!;
            return (
              <div
                key={tensor.name}
                role="row"
                className="tensor-row"
                style={{ position: 'absolute', top: 0, left: 0, right: 0, transform: `translateY(${start}px)` }}
              >
                <span role="gridcell" className="mono" title={tensor.name}>
                  {tensor.name}
                </span>
                <span role="gridcell">{tensor.shape.join(' \u00d7 ')}</span>
                <span role="gridcell" className="mono">
                  {tensor.type}
                </span>
                <span role="gridcell" className="number" title={`${formatCount(tensor.sizeBytes)} bytes`}>
                  {formatFileSize(tensor.sizeBytes)}
                </span>
                <span role="gridcell" className="number">
                  {tensor.sparsityRatio === undefined ? '\u2013' : formatPercent(tensor.sparsityRatio)}
                </span>
                <span role="gridcell" className="number">
                  {tensor.relativeSquaredError === undefined
                    ? '\u2013'
                    : formatSignificant(tensor.relativeSquaredError)}
                </span>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
