// What was lost in each category of the questions, worst first.
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { formatDifference, formatScore } from '../../shared/score-words.ts';
import { formatCount } from '../../shared/units.ts';
import { categoriesQuery } from '../api/queries.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { VerdictMark } from '../ui/VerdictMark.tsx';

export function CategoryTable({ scoreId, unit }: { readonly scoreId: string; readonly unit: string }): ReactElement {
  const { data, error } = useQuery(categoriesQuery(scoreId));
  if (error !== null) return <ErrorNote error={error} />;
  const categories = (data?.categories ?? []).toSorted((a, b) => a.difference.value - b.difference.value);
  if (data !== undefined && categories.length === 0)
    return <p className="panel-empty faint">This task has no categories.</p>;
  return (
    <table className="table">
      <thead>
        <tr>
          <th>Category</th>
          <th className="number">dense</th>
          <th className="number">Score</th>
          <th className="number">vs dense</th>
          <th>Verdict</th>
          <th className="number">n</th>
        </tr>
      </thead>
      <tbody>
        {categories.map(({ group, denseValue, value, difference, verdict, itemCount }) => (
          <tr key={group}>
            <td className="ellipsis" style={{ maxWidth: 180 }} title={group}>
              {group}
            </td>
            <td className="number faint">{formatScore(denseValue, unit)}</td>
            <td className="number">{formatScore(value, unit)}</td>
            <td className="number">{formatDifference(difference, unit)}</td>
            <td>{verdict === null ? '\u2013' : <VerdictMark verdict={verdict} />}</td>
            <td className="number faint">{formatCount(itemCount)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
