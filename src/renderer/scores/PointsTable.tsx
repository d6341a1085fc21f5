// Every point of the chart as a row; a click chooses, Enter or a double click opens its record.
import type { ReactElement } from 'react';
import { formatBitsPerWeight, formatDifference, formatWithInterval } from '../../shared/score-words.ts';
import { formatCount, formatPercent } from '../../shared/units.ts';
import { formatFileSize } from '../models/model-words.ts';
import { Glyph } from '../ui/Glyph.tsx';
import { MiddleText } from '../ui/MiddleText.tsx';
import type { ScoreTableProps } from './VerdictTable.tsx';

export function PointsTable({ chart, chosenId, onChoose, onOpen }: ScoreTableProps): ReactElement {
  return (
    <table className="table">
      <thead>
        <tr>
          <th>Version</th>
          <th className="number">Size</th>
          <th className="number">bpw</th>
          <th className="number">Sparsity</th>
          <th className="number">Score</th>
          <th className="number">vs dense</th>
          <th className="number">n</th>
        </tr>
      </thead>
      <tbody>
        {chart.rows.map((row) => (
          <tr key={row.scoreId} data-selected={row.scoreId === chosenId || undefined}>
            <td>
              <button
                type="button"
                className="plain-button row"
                style={{ maxWidth: 200 }}
                onClick={() => (row.scoreId === chosenId ? onOpen(row.scoreId) : onChoose(row.scoreId))}
                onDoubleClick={() => onOpen(row.scoreId)}
              >
                <Glyph slot={row.isDense ? 0 : row.slot} />
                <MiddleText text={row.recipe} />
              </button>
            </td>
            <td className="number">{formatFileSize(row.sizeBytes)}</td>
            <td className="number">{formatBitsPerWeight(row.bitsPerWeight)}</td>
            <td className="number">{formatPercent(row.sparsityRatio)}</td>
            <td className="number">
              {formatWithInterval(row.value, { low: row.confidenceLow, high: row.confidenceHigh }, row.unit)}
            </td>
            <td className="number">
              {row.difference === null ? '\u2013' : formatDifference(row.difference, row.unit)}
            </td>
            <td className="number faint">{formatCount(row.itemCount)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
