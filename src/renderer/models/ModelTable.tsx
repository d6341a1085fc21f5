// The tree of models as one virtual grid: only visible rows are in the page, however many there are. All by keyboard.
import { useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactElement, type ReactNode, useCallback, useEffect, useRef } from 'react';
import { jobsQuery } from '../api/queries.ts';
import { dragModel, ModelTableRow } from './ModelTableRow.tsx';
import type { ModelRow } from './model-rows.ts';
import { rowLabelOf } from './model-words.ts';

export interface ModelTableProps {
  readonly rows: readonly ModelRow[];
  readonly head: ReactNode;
  readonly foot: ReactNode;
  readonly isGrouped: boolean;
  readonly activeId: string | undefined;
  readonly onActivate: (row: ModelRow) => void;
  readonly onOpen: (row: ModelRow) => void;
  readonly isOnBench: (id: string) => boolean;
  readonly onToggleBench: (id: string) => void;
  readonly onToggleFamily: (familyId: string) => void;
}

const ROW_PX = { family: 32, model: 28, ghost: 28, problem: 36 } as const;

function rowHeight(kind: ModelRow['kind']): number {
  return ROW_PX[kind] + (document.documentElement.dataset['density'] === 'comfortable' ? 6 : 0);
}

function wordsOf(row: ModelRow): string {
  return row.kind === 'model' ? rowLabelOf(row.node) : row.kind === 'family' ? row.base.name : '';
}

function nextIndex(key: string, index: number, rows: readonly ModelRow[]): number | undefined {
  if (key === 'ArrowDown') return Math.min(rows.length - 1, index + 1);
  if (key === 'ArrowUp') return Math.max(0, index - 1);
  if (key === 'PageDown') return Math.min(rows.length - 1, index + 15);
  if (key === 'PageUp') return Math.max(0, index - 15);
  if (key === 'Home') return 0;
  if (key === 'End') return rows.length - 1;
  return undefined;
}

export function ModelTable(props: ModelTableProps): ReactElement {
  const { rows, activeId, onActivate, onOpen, onToggleBench, onToggleFamily } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const toggleBench = useCallback((id: string) => latest.current.onToggleBench(id), []);
  const toggleFamily = useCallback((id: string) => latest.current.onToggleFamily(id), []);
  const { data: jobs = [] } = useQuery(jobsQuery);
  const running = jobs.find((job) => job.state === 'running' && job.kind === 'kick');
  const activeIndex = rows.findIndex((row) => row.id === activeId);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => rowHeight(rows[index]!.kind),
    getItemKey: (index) => rows[index]!.id,
    overscan: 12,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another kind at the same place have another height
  useEffect(() => virtual.measure(), [rows]);

  const moveTo = (index: number) => {
    const row = rows[index];
    if (row === undefined) return;
    virtual.scrollToIndex(index);
    onActivate(row);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget && !(event.target as Element).closest('[role=treegrid]')) return;
    const next = nextIndex(event.key, activeIndex, rows);
    const row = rows[activeIndex];
    if (next !== undefined) {
      event.preventDefault();
      moveTo(next);
    } else if (row?.kind === 'model' && event.key === ' ') {
      event.preventDefault();
      onToggleBench(row.node.id);
    } else if (row?.kind === 'family' && ['ArrowLeft', 'ArrowRight', ' '].includes(event.key)) {
      event.preventDefault();
      if (event.key === ' ' || row.isOpen === (event.key === 'ArrowLeft')) onToggleFamily(row.base.familyId);
    } else if (row !== undefined && event.key === 'Enter') {
      event.preventDefault();
      onOpen(row);
    }
  };

  return (
    <div className="model-table" ref={scroller}>
      <div
        role="treegrid"
        aria-label="Models"
        aria-rowcount={rows.length}
        tabIndex={0}
        aria-activedescendant={activeIndex < 0 ? undefined : `model-row-${activeIndex}`}
        onKeyDown={onKeyDown}
        className="model-grid"
      >
        {props.head}
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map(({ index, key, start, size }) => {
            const row = rows[index]!;
            const id = row.kind === 'model' ? row.node.id : '';
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the grid handles the keys of its rows
              <div
                key={key}
                id={`model-row-${index}`}
                role="row"
                aria-rowindex={index + 1}
                aria-level={row.kind === 'family' ? 1 : row.kind === 'model' ? row.depth + 2 : 2}
                aria-selected={row.id === activeId}
                aria-expanded={row.kind === 'family' ? row.isOpen : undefined}
                aria-label={wordsOf(row) || undefined}
                data-kind={row.kind}
                data-dimmed={row.kind === 'model' && row.node.state !== 'ready' ? true : undefined}
                className="model-row"
                style={{ transform: `translateY(${start}px)`, height: size }}
                draggable={row.kind === 'model'}
                onDragStart={(event) => dragModel(event, row)}
                onClick={() => onActivate(row)}
                onDoubleClick={() => onOpen(row)}
              >
                <ModelTableRow
                  row={row}
                  isGrouped={props.isGrouped}
                  isOnBench={props.isOnBench(id)}
                  job={running?.models.includes(id) ? running : undefined}
                  onToggleBench={toggleBench}
                  onToggleFamily={toggleFamily}
                />
              </div>
            );
          })}
        </div>
      </div>
      {props.foot}
    </div>
  );
}
