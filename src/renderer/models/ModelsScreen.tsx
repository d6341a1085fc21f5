// Models: every version of every model, and what each is worth, in one table.
import { Button, Menu, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ChevronDown, Plus, Search } from 'lucide-react';
import { type ReactElement, useMemo, useRef, useState } from 'react';
import { titleOfTaskId } from '../../shared/score-words.ts';
import { call } from '../api/client.ts';
import { firstRunQuery, modelTreeQuery, tasksQuery } from '../api/queries.ts';
import { useCommands } from '../ui/commands.tsx';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { KeyCap } from '../ui/KeyCap.tsx';
import { ScreenHead } from '../ui/ScreenHead.tsx';
import { saveFile } from '../ui/save-file.ts';
import { usePlaceParam } from '../ui/use-place.ts';
import { useShortcuts } from '../ui/use-shortcuts.ts';
import { FirstRunScreen } from './FirstRunScreen.tsx';
import { ModelInspector } from './ModelInspector.tsx';
import { ModelTable } from './ModelTable.tsx';
import { ModelTableHead } from './ModelTableHead.tsx';
import { buildRows, type ModelRow, type Sorting } from './model-rows.ts';
import { formatFileSize, plural } from './model-words.ts';
import { useAddFiles } from './use-add-files.ts';
import { useBench } from './use-bench.ts';
import './models.css';

export function ModelsScreen(): ReactElement | null {
  const { data: firstRun, isPending: isFirstRunPending } = useQuery(firstRunQuery);
  const { data: models, error, isFetching } = useQuery(modelTreeQuery);
  if (error !== null && models === undefined) {
    return (
      <div className="screen">
        <ScreenHead title="Models" />
        <div style={{ padding: 16 }}>
          <ErrorNote error={error} />
        </div>
      </div>
    );
  }
  const hasOwn = models?.some((node) => !node.isEmbedded) ?? false;
  if (models === undefined || (!hasOwn && isFirstRunPending)) return <ModelsSkeleton />;
  if (!hasOwn && firstRun?.isFirstRun) return <FirstRunScreen />;
  return <ModelsTableScreen isFetching={isFetching} />;
}

function ModelsSkeleton(): ReactElement {
  return (
    <div className="screen" aria-busy="true">
      <ScreenHead title="Models" isBusy />
      <div className="column" style={{ padding: 16, gap: 16 }}>
        {[240, 320, 280, 300].map((width) => (
          <div key={width} className="skeleton" style={{ width }} />
        ))}
      </div>
    </div>
  );
}

function ModelsTableScreen({ isFetching }: { readonly isFetching: boolean }): ReactElement {
  const bench = useBench();
  const { models } = bench;
  const { openFiles, openFolder } = useAddFiles();
  const { data: tasks = [] } = useQuery(tasksQuery);
  const [filter, setFilter] = useState('');
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const [isGrouped, setGrouped] = useState(true);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [selectedId, select] = usePlaceParam('model');
  const [taskId, setTask] = usePlaceParam('task');
  const [hasInspector, setInspector] = useState(true);
  const filterField = useRef<HTMLInputElement>(null);

  const rank = (id: string) => tasks.findIndex((one) => one.id === id);
  const scored = [...new Set(models.flatMap((node) => node.scores.map((score) => score.task)))].sort(
    (a, b) => rank(a) - rank(b),
  );
  const taskChoices = scored.map((id) => ({
    id,
    title: tasks.find((task) => task.id === id)?.title ?? titleOfTaskId(id),
  }));
  const task = taskChoices.find(({ id }) => id === taskId) ?? taskChoices[0];
  const rows = useMemo(
    () => buildRows({ models, task: task?.id, filter, sorting, isGrouped, closed }),
    [models, task?.id, filter, sorting, isGrouped, closed],
  );
  const selected = models.find((node) => node.id === selectedId);
  const isModelRow = (row: ModelRow) => row.kind === 'model' && row.node.id === selectedId;
  const [activeId, setActiveId] = useState<string | undefined>(selectedId);
  const active =
    rows.find((row) => row.id === activeId) ?? rows.find(isModelRow) ?? rows.find(({ kind }) => kind === 'model');

  const activate = (row: ModelRow) => {
    setActiveId(row.id);
    if (row.kind === 'model' || row.kind === 'problem') select(row.node.id);
  };
  const toggleFamily = (id: string) =>
    setClosed((old) => (old.has(id) ? new Set([...old].filter((other) => other !== id)) : new Set([...old, id])));

  useShortcuts({
    i: () => setInspector((shown) => !shown),
    b: () => active?.kind === 'model' && bench.toggle(active.node.id),
    'mod+f': () => filterField.current?.focus(),
  });
  useCommands('models', [
    {
      id: 'export-models-csv',
      title: 'Export model table as CSV',
      group: 'action',
      run: () => void saveFile(call('exportModelTable', { format: 'csv' })),
    },
    {
      id: 'export-models-json',
      title: 'Export model table as JSON',
      group: 'action',
      run: () => void saveFile(call('exportModelTable', { format: 'json' })),
    },
    {
      id: 'toggle-inspector',
      title: hasInspector ? 'Hide inspector' : 'Show inspector',
      group: 'action',
      keys: 'i',
      run: () => setInspector(!hasInspector),
    },
  ]);

  const families = new Set(models.map(({ familyId }) => familyId)).size;
  const totalBytes = models.reduce((sum, node) => sum + node.sizeBytes, 0);
  const counts = `${plural(families, 'family', 'families')}, ${plural(models.length, 'file')}, ${formatFileSize(totalBytes)}`;
  const hasNoMatch = rows.length === 0 && filter.trim() !== '';
  return (
    <div className="screen">
      <ScreenHead title="Models" isBusy={isFetching}>
        <span className="faint sm ellipsis hide-narrow">{counts}</span>
        <TextInput
          ref={filterField}
          w={200}
          ml={8}
          aria-label="Filter models"
          placeholder="Filter by name, type, tag"
          leftSection={<Search className="icon-small" aria-hidden="true" />}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Escape' && setFilter('')}
        />
        <span className="grow" />
        <Menu>
          <Menu.Target>
            <Button variant="subtle" rightSection={<ChevronDown className="icon-small" aria-hidden="true" />}>
              Group: {isGrouped ? 'family' : 'none'}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => setGrouped(true)}>By family</Menu.Item>
            <Menu.Item onClick={() => setGrouped(false)}>None: one ranking</Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <Button className="hide-narrow" onClick={() => void openFolder()}>
          Open folder…
        </Button>
        <Button variant="filled" rightSection={<KeyCap keys="mod+o" />} onClick={() => void openFiles()}>
          Open…
        </Button>
      </ScreenHead>
      <div className="screen-body">
        {hasNoMatch ? (
          <div className="empty-middle">
            <p>No version matches "{filter}".</p>
            <Button onClick={() => setFilter('')}>Clear filter</Button>
          </div>
        ) : (
          <ModelTable
            rows={rows}
            head={
              <ModelTableHead sorting={sorting} onSort={setSorting} tasks={taskChoices} task={task} onTask={setTask} />
            }
            foot={
              <div className="drop-hint">
                <Plus className="icon" aria-hidden="true" />
                <span className="ellipsis">
                  Drop GGUF files or model folders anywhere in the window. Files stay where they are.
                </span>
              </div>
            }
            isGrouped={isGrouped}
            activeId={active?.id}
            onActivate={activate}
            onOpen={(row) => {
              activate(row);
              setInspector(true);
            }}
            isOnBench={bench.has}
            onToggleBench={bench.toggle}
            onToggleFamily={toggleFamily}
          />
        )}
        {hasInspector && selected !== undefined ? <ModelInspector key={selected.id} node={selected} /> : null}
      </div>
    </div>
  );
}
