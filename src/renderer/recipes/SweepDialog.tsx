// A sweep: one file per point of a list, each asked the same questions, a chart at the end.
import { Button, Modal, MultiSelect, NumberInput, SegmentedControl, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { Recipe } from '../../shared/recipe.ts';
import { call } from '../api/client.ts';
import { sweepPreviewQuery, tasksQuery, typesQuery } from '../api/queries.ts';
import { aboutWords } from '../jobs/job-words.ts';
import { formatFileSize, plural } from '../models/model-words.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Note } from '../ui/Note.tsx';
import { goTo } from '../ui/use-place.ts';
import { parseSweepValues, sweepRecipes } from './sweep-recipes.ts';

interface SweepDialogProps {
  readonly model: string;
  readonly recipe: Recipe;
  readonly onClose: () => void;
}

function firstValues(recipe: Recipe): string {
  const prunes = recipe.steps.some(({ params }) => params['sparsity'] !== undefined || params['pattern'] !== undefined);
  return prunes ? '10 20 30 40 50 %' : 'Q8_0 Q6_K Q5_K_M Q4_K_M Q3_K_M Q2_K';
}

export function SweepDialog({ model, recipe, onClose }: SweepDialogProps): ReactElement {
  const { data: types = [] } = useQuery(typesQuery);
  const { data: tasks = [] } = useQuery(tasksQuery);
  const [values, setValues] = useState(() => firstValues(recipe));
  const [chosenTasks, setTasks] = useState<string[] | null>(null);
  const [limit, setLimit] = useState(400);
  const [keeps, setKeeps] = useState<'files' | 'scores'>('scores');
  const parsed = parseSweepValues(values, new Set(types.map(({ id }) => id)));
  const recipes = sweepRecipes(recipe, parsed);
  const free = tasks.filter((task) => task['needsJudge'] !== true);
  const wantedTasks = chosenTasks ?? free.map(({ id }) => id);
  const { data: preview, error } = useQuery({
    ...sweepPreviewQuery({ model, recipes, tasks: wantedTasks, limit }),
    enabled: recipe.steps.length > 0,
  });
  const start = useMutation({
    mutationFn: () =>
      call('startJob', {
        kind: 'sweep',
        input: { models: [model], grid: { recipes }, tasks: wantedTasks, limit, keepFiles: keeps === 'files' },
      }),
    onSuccess: () => {
      onClose();
      goTo('scores');
    },
  });
  const most = Math.max(0, ...(preview?.points ?? []).map(({ sizeBytes }) => sizeBytes));
  const disk = keeps === 'files' ? (preview?.totalSizeBytes ?? 0) : most;
  return (
    <Modal opened onClose={onClose} title="Sweep: one version per point, then a chart" size={560}>
      <div className="column" style={{ gap: 12 }}>
        <TextInput
          data-autofocus
          label="Points"
          description="Sparsities in percent, patterns such as 2:4, or types; the rest of the recipe stays."
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          error={parsed.unknown.length > 0 ? `Not understood: ${parsed.unknown.join(', ')}` : undefined}
          value={values}
          onChange={(event) => setValues(event.currentTarget.value)}
        />
        <MultiSelect
          size="xs"
          label="Ask"
          data={free.map(({ id, title }) => ({ value: id, label: title }))}
          value={wantedTasks}
          onChange={setTasks}
        />
        <div className="row row-end" style={{ gap: 12 }}>
          <NumberInput
            label="Questions per task"
            min={1}
            value={limit}
            onChange={(next) => setLimit(Math.max(1, Number(next) || 1))}
          />
          <SegmentedControl
            aria-label="What is kept"
            value={keeps}
            onChange={(next) => setKeeps(next as 'files' | 'scores')}
            data={[
              { value: 'scores', label: 'Keep scores only' },
              { value: 'files', label: 'Keep files' },
            ]}
          />
        </div>
        {error === null ? null : <ErrorNote error={error} />}
        {start.error === null ? null : <ErrorNote error={start.error} />}
        {preview === undefined ? null : (
          <>
            <ul className="sweep-points" aria-label="Points of the sweep">
              {preview.points.map(({ label, sizeBytes, bitsPerWeight }, place) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: points have no other name than their place
                <li key={place} className="row sm">
                  <span className="grow ellipsis" title={label}>
                    {label}
                  </span>
                  <span className="faint">{bitsPerWeight.toFixed(2)} bpw</span>
                  <span className="number" style={{ width: 80 }}>
                    {formatFileSize(sizeBytes)}
                  </span>
                </li>
              ))}
            </ul>
            <p className="sm muted">
              {plural(preview.points.length, 'version')} beside dense, {formatFileSize(disk)} of disk
              {preview.estimatedMs === null ? '' : `, ${aboutWords(preview.estimatedMs)}`}.
            </p>
          </>
        )}
        {parsed.patterns.length > 0 ? (
          <Note kind="info">
            N:M runs no faster here: llama.cpp has no sparse kernels. Use it to study the pattern.
          </Note>
        ) : null}
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="filled"
            disabled={recipes.length === 0 || wantedTasks.length === 0 || parsed.unknown.length > 0}
            loading={start.isPending}
            onClick={() => start.mutate()}
          >
            Sweep and score
          </Button>
        </div>
      </div>
    </Modal>
  );
}
