// A table of tensors with a filter: only the rows in view are drawn, so that thousands cost nothing.
import { TextInput } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactElement, type ReactNode, useCallback, useMemo, useState } from 'react';
import { formatCount } from '../../shared/units.ts';

export interface TensorColumn<Tensor> {
  readonly title: string;
  readonly header?: ReactNode;
  readonly isNumber?: boolean;
  readonly cell: (tensor: Tensor) => ReactNode;
  /** What does not fit is here in full. */
  readonly hint?: (tensor: Tensor) => string | undefined;
  readonly className?: (tensor: Tensor) => string | undefined;
}

interface TensorGridProps<Tensor> {
  readonly label: string;
  readonly tensors: readonly Tensor[];
  readonly columns: readonly TensorColumn<Tensor>[];
  /** What the filter looks in. */
  readonly textOf: (tensor: Tensor) => string;
  readonly order?: (tensors: readonly Tensor[]) => readonly Tensor[];
  readonly className?: string;
}

const ROW_PX = 26;

function sameOrder<Tensor>(tensors: readonly Tensor[]): readonly Tensor[] {
  return tensors;
}

export function TensorGrid<Tensor extends { readonly name: string }>(props: TensorGridProps<Tensor>): ReactElement {
  const { label, tensors, columns, textOf, order = sameOrder, className = '' } = props;
  const [filter, setFilter] = useState('');
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const shown = useMemo(() => {
    const wanted = filter.trim().toLowerCase();
    return order(tensors.filter((tensor) => textOf(tensor).toLowerCase().includes(wanted)));
  }, [tensors, filter, order, textOf]);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: useCallback(() => scroller, [scroller]),
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
        <span className="faint xs" role="status">
          {formatCount(shown.length)} of {formatCount(tensors.length)}
        </span>
      </div>
      <div
        className={`tensor-table ${className}`}
        ref={setScroller}
        role="grid"
        aria-label={label}
        tabIndex={0}
        aria-rowcount={shown.length}
      >
        <div role="row" className="tensor-row tensor-head">
          {columns.map(({ title, header = title, isNumber }) => (
            <span key={title} role="columnheader" className={isNumber ? 'number' : undefined}>
              {header}
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
                {columns.map((column) => (
                  <span
                    key={column.title}
                    role="gridcell"
                    title={column.hint?.(tensor)}
                    className={column.isNumber ? 'number' : column.className?.(tensor)}
                  >
                    {column.cell(tensor)}
                  </span>
                ))}
              </div>
            );
          })}
        </div>
      </div>
      {tensors.length > 0 && shown.length === 0 ? (
        <p className="faint sm">No tensor matches &ldquo;{filter}&rdquo;.</p>
      ) : null}
    </div>
  );
}

export function mono(): string {
  return 'mono';
}
