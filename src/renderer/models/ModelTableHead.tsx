// Head of the model table: every column sorts; the score column chooses its task.
import { Menu } from '@mantine/core';
import { ArrowDown, ArrowUp, ChevronDown } from 'lucide-react';
import type { ReactElement } from 'react';
import type { Sorting, SortKey } from './model-rows.ts';

export interface TaskChoice {
  readonly id: string;
  readonly title: string;
}

export interface ModelTableHeadProps {
  readonly sorting: Sorting | null;
  readonly onSort: (sorting: Sorting | null) => void;
  readonly tasks: readonly TaskChoice[];
  readonly task: TaskChoice | undefined;
  readonly onTask: (id: string) => void;
}

interface Column {
  readonly key: SortKey | null;
  readonly title: string;
  readonly className?: string;
}

const BEFORE_SCORE: readonly Column[] = [
  { key: 'name', title: 'Version' },
  { key: null, title: 'Layers', className: 'cell-layers' },
  { key: 'type', title: 'Type' },
  { key: 'size', title: 'Size', className: 'number' },
  { key: 'bpw', title: 'bpw', className: 'number cell-bits' },
  { key: 'sparsity', title: 'Sparsity', className: 'number' },
];
const AFTER_SCORE: readonly Column[] = [
  { key: 'difference', title: 'vs dense', className: 'number' },
  { key: null, title: 'Verdict' },
  { key: 'fits', title: 'Fits', className: 'cell-fits' },
];

/** First click sorts up, the second down, the third not at all. */
function nextSorting(key: SortKey, sorting: Sorting | null): Sorting | null {
  if (sorting?.key !== key) return { key, isDescending: key === 'score' || key === 'difference' };
  const firstIsDescending = key === 'score' || key === 'difference';
  return sorting.isDescending === firstIsDescending ? { key, isDescending: !firstIsDescending } : null;
}

export function ModelTableHead({ sorting, onSort, tasks, task, onTask }: ModelTableHeadProps): ReactElement {
  const Arrow = sorting?.isDescending ? ArrowDown : ArrowUp;
  const sortButton = (key: SortKey, title: string) => (
    <button type="button" className="plain-button row head-button" onClick={() => onSort(nextSorting(key, sorting))}>
      {title}
      {sorting?.key === key ? <Arrow className="icon-small" aria-hidden="true" /> : null}
    </button>
  );
  const cell = ({ key, title, className }: Column) => (
    <div
      key={title}
      role="columnheader"
      className={className}
      aria-sort={
        sorting !== null && sorting.key === key ? (sorting.isDescending ? 'descending' : 'ascending') : undefined
      }
    >
      {key === null ? title : sortButton(key, title)}
    </div>
  );
  return (
    <div role="row" className="model-row model-head">
      {BEFORE_SCORE.map(cell)}
      <div role="columnheader" className="row" style={{ gap: 2 }}>
        <span className="ellipsis">{sortButton('score', task?.title ?? 'Score')}</span>
        {tasks.length < 2 ? null : (
          <Menu position="bottom-start">
            <Menu.Target>
              <button type="button" className="plain-button row" aria-label="Choose the task of this column">
                <ChevronDown className="icon-small" aria-hidden="true" />
              </button>
            </Menu.Target>
            <Menu.Dropdown>
              {tasks.map(({ id, title }) => (
                <Menu.Item key={id} onClick={() => onTask(id)}>
                  {title}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
      {AFTER_SCORE.map(cell)}
    </div>
  );
}
