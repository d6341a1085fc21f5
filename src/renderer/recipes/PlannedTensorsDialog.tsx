// All tensors of a plan as a table with a filter: asked and what will be written.
import { Modal, TextInput } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactElement, useCallback, useState } from 'react';
import type { PlannedTensor } from '../../shared/session/recipe-calls.ts';
import { formatCount } from '../../shared/units.ts';
import { formatFileSize } from '../models/model-words.ts';

const ROW_PX = 26;

interface PlannedTensorsDialogProps {
  readonly tensors: readonly PlannedTensor[];
  readonly onClose: () => void;
}

export function PlannedTensorsDialog({ tensors, onClose }: PlannedTensorsDialogProps): ReactElement {
  const [filter, setFilter] = useState('');
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const wanted = filter.trim().toLowerCase();
  const shown = tensors.filter(({ name, type, askedType }) =>
    `${name} ${type} ${askedType}`.toLowerCase().includes(wanted),
  );
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: useCallback(() => scroller, [scroller]),
    estimateSize: () => ROW_PX,
    overscan: 10,
  });
  return (
    <Modal opened onClose={onClose} title="Tensors of the plan" size={860}>
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
          className="tensor-table planned-table"
          ref={setScroller}
          role="grid"
          aria-label="Tensors of the plan"
          tabIndex={0}
        >
          <div role="row" className="tensor-row tensor-head">
            {['Tensor', 'Shape', 'From', 'Asked', 'Written as', 'Size'].map((title) => (
              <span key={title} role="columnheader">
                {title}
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
                    {tensor.fromType}
                  </span>
                  <span role="gridcell" className="mono">
                    {tensor.askedType}
                  </span>
                  <span role="gridcell" className={tensor.fellBack ? 'mono warn-ink' : 'mono'}>
                    {tensor.isDropped ? 'dropped' : tensor.type}
                    {tensor.fellBack ? ' fell back' : ''}
                  </span>
                  <span role="gridcell" className="number">
                    {tensor.isDropped ? '\u2013' : formatFileSize(tensor.sizeBytes)}
                  </span>
                </div>
              );
            })}
          </div>
        </div>
      </div>
    </Modal>
  );
}
