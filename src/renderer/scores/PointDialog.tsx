// The record behind a point: how it was asked, of which file, and every answer.
import { Button, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { Fragment, type ReactElement, useState } from 'react';
import { formatBitsPerWeight, formatDifference, formatWithInterval, shortHash } from '../../shared/score-words.ts';
import type { SessionOutput } from '../../shared/session-contract.ts';
import { formatCount, formatDuration, formatPercent } from '../../shared/units.ts';
import { call } from '../api/client.ts';
import { samplesQuery, scoreQuery } from '../api/queries.ts';
import { formatFileSize } from '../models/model-words.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { questionOf } from '../ui/question-words.ts';
import { saveFile } from '../ui/save-file.ts';
import { goTo } from '../ui/use-place.ts';

const PAGE = 50;

function factsOf({ row, record }: SessionOutput<'getScore'>): (readonly [string, string])[] {
  const interval = { low: record.confidenceLow, high: record.confidenceHigh };
  return [
    ['Score', `${formatWithInterval(record.value, interval, record.unit)} (${record.metric})`],
    [
      'vs dense',
      row.difference === null
        ? 'none'
        : `${formatDifference(row.difference, row.unit)}, ${row.difference.paired ? 'paired by question' : 'not paired'}`,
    ],
    [
      'Questions',
      `${formatCount(record.itemCount)} asked, ${formatCount(record.answeredCount)} answered, ${formatCount(record.failedCount)} failed`,
    ],
    [
      'Task',
      `${record.task}, version ${record.taskVersion}, ${record.protocol} protocol${record.shots === undefined ? '' : `, ${record.shots} shots`}`,
    ],
    ['Seed', `${record.seed}, greedy`],
    [
      'File',
      `${formatFileSize(row.sizeBytes)}, ${formatBitsPerWeight(row.bitsPerWeight)} bpw, ${formatPercent(row.sparsityRatio)} zeros`,
    ],
    ['Model sha256', shortHash(record.modelSha256)],
    ['Data sha256', shortHash(record.dataSha256)],
    ['Engine', `Whittle ${record.engineVersion}, llama.cpp ${record.llamaCppVersion}`],
    ['Took', formatDuration(record.elapsedMs)],
  ];
}

function Samples({ scoreId }: { readonly scoreId: string }): ReactElement {
  const [offset, setOffset] = useState(0);
  const { data, error } = useQuery(samplesQuery(scoreId, offset, PAGE));
  if (error !== null) return <ErrorNote error={error} />;
  const total = data?.totalCount ?? 0;
  return (
    <div className="column">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section className="samples scroll" aria-label="Questions and answers" tabIndex={0}>
        <table className="table">
          <thead>
            <tr>
              <th>Question</th>
              <th>Answer</th>
              <th>Right</th>
              <th className="number">Score</th>
            </tr>
          </thead>
          <tbody>
            {(data?.samples ?? []).map((sample) => (
              <tr key={sample.index}>
                <td className="ellipsis" style={{ maxWidth: 320 }} title={sample.prompt}>
                  {questionOf(sample.prompt)}
                </td>
                <td className="ellipsis" style={{ maxWidth: 180 }} title={sample.answer}>
                  {sample.answer}
                </td>
                <td className="ellipsis" style={{ maxWidth: 140 }} title={sample.expected.join(' or ')}>
                  {sample.expected[0]}
                </td>
                <td className="number">{sample.score === null ? 'failed' : sample.score.toFixed(2)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <div className="row">
        <span className="faint xs grow">
          {formatCount(Math.min(total, offset + 1))} to {formatCount(Math.min(total, offset + PAGE))} of{' '}
          {formatCount(total)}
        </span>
        <Button disabled={offset === 0} onClick={() => setOffset(Math.max(0, offset - PAGE))}>
          Before
        </Button>
        <Button disabled={offset + PAGE >= total} onClick={() => setOffset(offset + PAGE)}>
          Next
        </Button>
      </div>
    </div>
  );
}

export function PointDialog({
  scoreId,
  onClose,
}: {
  readonly scoreId: string;
  readonly onClose: () => void;
}): ReactElement {
  const { data, error } = useQuery(scoreQuery(scoreId));
  const modelId = data?.row.modelId ?? null;
  return (
    <Modal
      opened
      onClose={onClose}
      title={data === undefined ? 'Score' : `${data.row.recipe}, ${data.row.task}`}
      size={820}
    >
      <div className="column" style={{ gap: 12 }}>
        {error === null ? null : <ErrorNote error={error} />}
        {data === undefined ? null : (
          <>
            <dl className="key-values">
              {factsOf(data).map(([name, value]) => (
                <Fragment key={name}>
                  <dt>{name}</dt>
                  <dd className="selectable" title={value}>
                    {value}
                  </dd>
                </Fragment>
              ))}
            </dl>
            <div className="row">
              {modelId === null ? null : (
                <Button onClick={() => goTo('models', { model: modelId })}>Show in Models</Button>
              )}
              {modelId === null || !data.hasSamples ? null : (
                <Button
                  leftSection={<Download className="icon-small" aria-hidden="true" />}
                  onClick={() => void saveFile(call('exportSamples', { model: modelId, task: data.row.task }))}
                >
                  Export answers as JSONL
                </Button>
              )}
            </div>
            {data.hasSamples ? (
              <Samples scoreId={scoreId} />
            ) : (
              <p className="faint sm">The answers of this score were not kept.</p>
            )}
          </>
        )}
      </div>
    </Modal>
  );
}
