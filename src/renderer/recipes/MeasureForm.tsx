// Measuring what inputs are strong: an importance matrix for the types that need one. Statistics of pruning are part of its step.
import { Button, NumberInput, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { Job } from '../../shared/job.ts';
import { call } from '../api/client.ts';
import { jobsQuery } from '../api/queries.ts';
import { progressWords } from '../jobs/job-words.ts';
import { fileNameOf } from '../models/model-words.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { useFilePicker } from '../ui/FilePicker.tsx';
import { Note } from '../ui/Note.tsx';
import { ProgressBar } from '../ui/ProgressBar.tsx';

export interface MeasureFormProps {
  readonly model: string;
  readonly modelName: string;
  /** Where the plan would write its file. */
  readonly suggestedPath: string | undefined;
  readonly imatrix: string | undefined;
  readonly canUse: boolean;
  readonly onUse: (path: string | undefined) => void;
}

function pathOf(job: Job): string | undefined {
  const { input } = job;
  if (typeof input !== 'object' || input === null || !('outputPath' in input)) return undefined;
  return String(input.outputPath);
}

/** Where the newest finished measurement of this model lies. */
export function newestImatrix(jobs: readonly Job[], model: string): string | undefined {
  const done = jobs.filter((job) => job.kind === 'imatrix' && job.state === 'done' && job.models.includes(model));
  const newest = done.toSorted((a, b) => b.createdAt - a.createdAt)[0];
  return newest === undefined ? undefined : pathOf(newest);
}

function besideOf(path: string, name: string): string {
  const slash = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return `${path.slice(0, slash + 1)}${name}.imatrix.gguf`;
}

export function MeasureForm(props: MeasureFormProps): ReactElement {
  const { model, modelName, suggestedPath, imatrix, onUse } = props;
  const pick = useFilePicker();
  const [text, setText] = useState('');
  const [chunkCount, setChunkCount] = useState<number | ''>('');
  const { data: jobs = [] } = useQuery(jobsQuery);
  const own = jobs.filter((job) => job.kind === 'imatrix' && job.models.includes(model));
  const active = own.find((job) => job.state === 'running' || job.state === 'queued');
  const measured = newestImatrix(jobs, model);
  const outputPath = suggestedPath === undefined ? undefined : besideOf(suggestedPath, modelName);
  const start = useMutation({
    mutationFn: () =>
      call('startJob', {
        kind: 'imatrix',
        input: {
          model,
          outputPath,
          force: true,
          ...(text === '' ? {} : { textPath: text }),
          ...(chunkCount === '' ? {} : { chunkCount }),
        },
      }),
  });
  const choose = async () => {
    const [path] = await pick({ title: 'Calibration text', kind: 'text', multiple: false });
    if (path !== undefined) setText(path);
  };
  return (
    <section aria-label="Measure" className="column" style={{ gap: 12 }}>
      <h2>Measure</h2>
      <p className="sm muted prose">
        The model reads a text once, and for each input of each matrix its strength is kept. Types of 3 bits and less
        need this importance matrix; larger types gain from it. Pruning methods measure by themselves, in their own
        step.
      </p>
      {imatrix === undefined ? null : (
        <Note kind="info" actions={<Button onClick={() => onUse(undefined)}>Take it out of the recipe</Button>}>
          The recipe uses <span className="mono">{fileNameOf(imatrix)}</span>.
        </Note>
      )}
      <div className="step-form">
        <div className="row row-end">
          <TextInput
            className="grow"
            label="Calibration text"
            placeholder="included text"
            readOnly
            value={text === '' ? '' : fileNameOf(text)}
            title={text}
          />
          <div className="row field-buttons">
            <Button onClick={() => void choose()}>Choose…</Button>
          </div>
        </div>
        <NumberInput
          label="Pieces of 512 tokens"
          placeholder="all of the text"
          min={1}
          value={chunkCount}
          onChange={(next) => setChunkCount(next === '' ? '' : Number(next))}
        />
      </div>
      {start.error === null ? null : <ErrorNote error={start.error} />}
      {active === undefined ? null : (
        <div className="column">
          <ProgressBar label="Measuring" done={active.progress?.done ?? 0} total={active.progress?.total} />
          <span className="xs muted">{progressWords(active)}</span>
        </div>
      )}
      <div className="row row-wrap">
        <Button
          variant="filled"
          disabled={outputPath === undefined || active !== undefined}
          loading={start.isPending}
          onClick={() => start.mutate()}
        >
          Measure
        </Button>
        {measured === undefined || measured === imatrix ? null : (
          <Button disabled={!props.canUse} onClick={() => onUse(measured)}>
            Use {fileNameOf(measured)}
          </Button>
        )}
        <Button
          variant="subtle"
          disabled={!props.canUse}
          onClick={async () => {
            const [path] = await pick({ title: 'Importance matrix', kind: 'any', multiple: false });
            if (path !== undefined) onUse(path);
          }}
        >
          Use a file…
        </Button>
        {props.canUse ? null : <span className="faint xs">Add a quantize step to use it.</span>}
      </div>
    </section>
  );
}
