// Score and verdict of every version of the chart: methods by amounts where the axis has few steps, else one row a version.
import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import type { Verdict } from '../../shared/comparison.ts';
import { formatScore } from '../../shared/score-words.ts';
import type { ScoreChart, ScoreRow } from '../../shared/session/score-calls.ts';
import { formatPercent } from '../../shared/units.ts';
import { formatFileSize } from '../models/model-words.ts';
import { Glyph } from '../ui/Glyph.tsx';
import { MiddleText } from '../ui/MiddleText.tsx';
import { Note } from '../ui/Note.tsx';
import { goTo } from '../ui/use-place.ts';
import { VerdictMark, VerdictSign } from '../ui/VerdictMark.tsx';
import { chartStops } from './chart-points.ts';

export interface ScoreTableProps {
  readonly chart: ScoreChart;
  readonly chosenId: string | undefined;
  readonly onChoose: (scoreId: string) => void;
  readonly onOpen: (scoreId: string) => void;
}

const MAX_COLUMNS = 7;

const VERDICT_WORDS: readonly (readonly [Verdict, string])[] = [
  ['matches', 'matches: whole interval within 5 % of dense'],
  ['unclear', 'unclear'],
  ['loses', 'loses'],
];

function AskMore({ row }: { readonly row: ScoreRow }): ReactElement | null {
  if (row.verdict !== 'unclear' || row.questionsToSettle === null) return null;
  const limit = row.itemCount + row.questionsToSettle;
  return (
    <Button size="compact-xs" onClick={() => goTo('kick', { tab: 'new', tasks: row.task, limit: String(limit) })}>
      Ask {row.questionsToSettle.toLocaleString('en-US')} more
    </Button>
  );
}

function Matrix({ chart, chosenId, onChoose, onOpen }: ScoreTableProps): ReactElement {
  const { series, dense, unit } = chart.chart;
  const stops = chartStops(chart);
  const xs = [...new Set(stops.map((stop) => stop.series.points[stop.pointIndex]!.x))].sort((a, b) => a - b);
  const chosenX = stops.find(({ row }) => row?.scoreId === chosenId);
  const x = chosenX === undefined ? undefined : chosenX.series.points[chosenX.pointIndex]!.x;
  return (
    <table className="table">
      <thead>
        <tr>
          <th>Method</th>
          <th className="number hide-narrow">dense</th>
          {xs.map((value) => (
            <th key={value} className="number" data-cursor={value === x || undefined}>
              {formatPercent(value, 0)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {series.map((one, index) => (
          <tr key={one.id}>
            <td>
              <span className="row" title={one.label}>
                <Glyph slot={one.slot} fill={one.fill} />
                <span className="ellipsis" style={{ maxWidth: 150 }}>
                  {one.label}
                </span>
              </span>
            </td>
            <td className="number faint hide-narrow">{dense === null ? '\u2013' : formatScore(dense.value, unit)}</td>
            {xs.map((value) => {
              const stop = stops.find(
                (other) => other.seriesIndex === index && other.series.points[other.pointIndex]!.x === value,
              );
              const row = stop?.row;
              if (row === undefined)
                return (
                  <td key={value} className="number faint" data-cursor={value === x || undefined}>
                    {'\u2013'}
                  </td>
                );
              return (
                <td
                  key={value}
                  className="number"
                  data-cursor={value === x || undefined}
                  data-chosen={row.scoreId === chosenId || undefined}
                >
                  <button
                    type="button"
                    className="plain-button score-button"
                    aria-label={`${row.recipe}: ${formatScore(row.value, unit)}, ${row.verdict ?? 'no verdict'}`}
                    onClick={() => onChoose(row.scoreId)}
                    onDoubleClick={() => onOpen(row.scoreId)}
                  >
                    {formatScore(row.value, unit)}
                    {row.verdict === null ? null : <VerdictSign verdict={row.verdict} />}
                  </button>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function List({ chart, chosenId, onChoose, onOpen }: ScoreTableProps): ReactElement {
  const rows = chart.rows.filter(({ isDense }) => !isDense);
  return (
    <table className="table">
      <thead>
        <tr>
          <th>Version</th>
          <th className="number hide-narrow">Size</th>
          <th className="number">Score</th>
          <th>Verdict</th>
          <th>
            <span className="hidden-text">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr
            key={row.scoreId}
            data-selected={row.scoreId === chosenId || undefined}
            onDoubleClick={() => onOpen(row.scoreId)}
          >
            <td className="verdict-name">
              <button type="button" className="plain-button row" onClick={() => onChoose(row.scoreId)}>
                <Glyph slot={row.slot} />
                <MiddleText text={row.recipe} tailLength={5} />
              </button>
            </td>
            <td className="number hide-narrow">{formatFileSize(row.sizeBytes)}</td>
            <td className="number">{formatScore(row.value, row.unit)}</td>
            <td>
              {row.verdict === null ? (
                <span className="faint">{row.isImported ? 'imported' : '\u2013'}</span>
              ) : (
                <VerdictMark verdict={row.verdict} />
              )}
            </td>
            <td className="number nowrap">
              <AskMore row={row} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function VerdictTable(props: ScoreTableProps): ReactElement {
  const { chart } = props;
  const xs = new Set(chart.chart.series.flatMap(({ points }) => points.map(({ x }) => x)));
  const isMatrix = chart.chart.axis === 'sparsityRatio' && xs.size <= MAX_COLUMNS;
  const chosen = chart.rows.find((row) => row.scoreId === props.chosenId);
  return (
    <div>
      {isMatrix ? <Matrix {...props} /> : <List {...props} />}
      <div className="verdict-legend">
        {VERDICT_WORDS.map(([verdict, words]) => (
          <span key={verdict} className="nowrap">
            <VerdictSign verdict={verdict} /> {words}
          </span>
        ))}
        {isMatrix && chosen !== undefined ? <AskMore row={chosen} /> : null}
      </div>
      <div className="column panel-notes">
        {chart.notes.map((note) => (
          <Note key={note} kind="info">
            {note}
          </Note>
        ))}
      </div>
    </div>
  );
}
