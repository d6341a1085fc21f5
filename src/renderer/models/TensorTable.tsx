// All tensors of a file, as they were read, with sorting.
import { type ReactElement, useCallback, useState } from 'react';
import { formatSignificant } from '../../shared/score-words.ts';
import type { TensorDetail } from '../../shared/session/model-calls.ts';
import { formatCount, formatPercent } from '../../shared/units.ts';
import { formatFileSize } from './model-words.ts';
import { mono, type TensorColumn, TensorGrid } from './TensorGrid.tsx';

type SortKey = 'name' | 'type' | 'sizeBytes' | 'sparsityRatio' | 'relativeSquaredError';

interface Column extends TensorColumn<TensorDetail> {
  readonly key: SortKey | null;
}

const NONE = '\u2013';

const COLUMNS: readonly Column[] = [
  { key: 'name', title: 'Tensor', cell: ({ name }) => name, hint: ({ name }) => name, className: mono },
  { key: null, title: 'Shape', cell: ({ shape }) => shape.join(' \u00d7 ') },
  { key: 'type', title: 'Type', cell: ({ type }) => type, className: mono },
  {
    key: 'sizeBytes',
    title: 'Size',
    isNumber: true,
    cell: ({ sizeBytes }) => formatFileSize(sizeBytes),
    hint: ({ sizeBytes }) => `${formatCount(sizeBytes)} bytes`,
  },
  {
    key: 'sparsityRatio',
    title: 'Zeros',
    isNumber: true,
    cell: ({ sparsityRatio }) => (sparsityRatio === undefined ? NONE : formatPercent(sparsityRatio)),
  },
  {
    key: 'relativeSquaredError',
    title: 'Error',
    isNumber: true,
    cell: ({ relativeSquaredError: error }) => (error === undefined ? NONE : formatSignificant(error)),
  },
];

function sortTensors(tensors: readonly TensorDetail[], key: SortKey | null): readonly TensorDetail[] {
  if (key === null) return tensors;
  if (key === 'name' || key === 'type') {
    return tensors.toSorted((a, b) => a[key].localeCompare(b[key], 'en', { numeric: true }));
  }
  return tensors.toSorted((a, b) => (b[key] ?? -1) - (a[key] ?? -1));
}

function textOf({ name, type }: TensorDetail): string {
  return `${name} ${type}`;
}

export function TensorTable({ tensors }: { readonly tensors: readonly TensorDetail[] }): ReactElement {
  /** null: in the order of the file. */
  const [sortKey, setSortKey] = useState<SortKey | null>(null);
  const columns = COLUMNS.map((column) =>
    column.key === null
      ? column
      : {
          ...column,
          header: (
            <button
              type="button"
              className="plain-button"
              aria-pressed={sortKey === column.key}
              onClick={() => setSortKey(sortKey === column.key ? null : column.key)}
            >
              {column.title}
              {sortKey === column.key ? ' \u2193' : ''}
            </button>
          ),
        },
  );
  const order = useCallback((shown: readonly TensorDetail[]) => sortTensors(shown, sortKey), [sortKey]);
  return <TensorGrid label="Tensors" tensors={tensors} columns={columns} textOf={textOf} order={order} />;
}
