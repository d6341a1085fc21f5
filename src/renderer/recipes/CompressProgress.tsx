// The newest compression of this model: how far it is, or what was asked and what came out.
import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { type CompressResult, feedbackCount } from '../../shared/artifact.ts';
import type { Job } from '../../shared/job.ts';
import { formatBitsPerWeight } from '../../shared/score-words.ts';
import { formatPercent } from '../../shared/units.ts';
import { call } from '../api/client.ts';
import { jobsQuery } from '../api/queries.ts';
import { progressWords, remainingWords, speedWords } from '../jobs/job-words.ts';
import { fileNameOf, formatFileSize, formatMemory } from '../models/model-words.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Note } from '../ui/Note.tsx';
import { showError } from '../ui/notices.tsx';
import { ProgressBar } from '../ui/ProgressBar.tsx';
import { goTo } from '../ui/use-place.ts';

function isResult(output: unknown): output is CompressResult {
  return typeof output === 'object' && output !== null && 'artifact' in output;
}

function Running({ job }: { readonly job: Job }): ReactElement {
  const cancel = useMutation({ mutationFn: () => call('cancelJob', { jobId: job.id }), onError: showError });
  const { progress } = job;
  const speed = speedWords(job);
  const memory = job.memoryBytes === undefined ? '' : formatMemory(job.memoryBytes);
  return (
    <section className="preview-job column" aria-label="Running compression">
      <div className="row">
        <h3 className="grow ellipsis" title={job.title}>
          {job.title}
        </h3>
        <Button size="compact-xs" loading={cancel.isPending} onClick={() => cancel.mutate()}>
          Stop
        </Button>
      </div>
      <ProgressBar label={job.title} done={progress?.done ?? 0} total={progress?.total} />
      <div className="xs muted ellipsis" title={progress?.stage}>
        {progress?.stage ?? progressWords(job)}
      </div>
      <div className="xs faint">
        {[speed, memory, job.remainingMs === undefined ? '' : remainingWords(job.remainingMs)]
          .filter(Boolean)
          .join(' \u00b7 ')}
      </div>
    </section>
  );
}

function askedSparsity(result: CompressResult): number | undefined {
  const asked = result.recipe.steps.map(({ params }) => params['sparsity']).find((value) => typeof value === 'number');
  return typeof asked === 'number' ? asked : undefined;
}

function Finished({ result }: { readonly result: CompressResult }): ReactElement {
  const { artifact, warnings } = result;
  const asked = askedSparsity(result);
  const got = artifact.sparsityRatio;
  const feedback = feedbackCount(artifact.tensors);
  const isOff = asked !== undefined && got !== null && Math.abs(asked - got) > 0.005;
  return (
    <section className="preview-job column" aria-label="Finished compression">
      <h3>Written and checked</h3>
      <div className="mono xs ellipsis" title={artifact.path}>
        {fileNameOf(artifact.path)}
      </div>
      <dl className="preview-lines">
        <div className="preview-line">
          <dt>Size</dt>
          <dd>
            {formatFileSize(artifact.sizeBytes)}, {formatBitsPerWeight(artifact.bitsPerWeight)} bpw
          </dd>
        </div>
        {asked === undefined || got === null ? null : (
          <div className="preview-line">
            <dt>Sparsity asked | got</dt>
            <dd className={isOff ? 'warn-ink' : undefined}>
              {formatPercent(asked)} | {formatPercent(got)}
            </dd>
          </div>
        )}
        {feedback === undefined ? null : (
          <div className="preview-line">
            <dt title="The others are as llama.cpp writes them: on text held back, feedback did not help there.">
              With feedback
            </dt>
            <dd>
              {feedback.kept} of {feedback.of} matrices
            </dd>
          </div>
        )}
      </dl>
      {warnings.map((warning) => (
        <Note key={warning} kind="warn">
          {warning}
        </Note>
      ))}
      <div className="row">
        <Button onClick={() => goTo('models')}>Show in Models</Button>
        <Button onClick={() => goTo('chat')}>Chat</Button>
      </div>
    </section>
  );
}

export function CompressProgress({ model }: { readonly model: string }): ReactElement | null {
  const { data: jobs = [] } = useQuery(jobsQuery);
  const own = jobs.filter((job) => job.kind === 'compress' && job.models.includes(model));
  const active = own.find((job) => job.state === 'running') ?? own.find((job) => job.state === 'queued');
  if (active !== undefined) return <Running job={active} />;
  const last = own.toSorted((a, b) => b.createdAt - a.createdAt)[0];
  if (last === undefined) return null;
  if (last.state === 'cancelled') return <p className="faint xs">Stopped. Nothing was written.</p>;
  if (last.state === 'failed') {
    return (
      <ErrorNote
        error={last.error ?? 'The job failed.'}
        action={{ label: 'Try again', run: () => void call('retryJob', { jobId: last.id }).catch(showError) }}
      />
    );
  }
  return isResult(last.output) ? <Finished result={last.output} /> : null;
}
