// Versions that perplexity calls good while a task says otherwise: the point of LLM-KICK (arXiv 2310.01382), looked for in
// the scores at hand.
import { formatDifference } from '../../../shared/score-words.ts';
import { formatPercent } from '../../../shared/units.ts';
import type { ReportTable } from './report-table.ts';

/** Perplexity above dense by less than this share ... */
const SMALL_RISE = 0.15;
/** ... while a proportion fell by more than this, with an interval that lies below 0. */
const LARGE_FALL = 0.1;
const MAX_SENTENCES = 6;

/**
 * One sentence a version with every score that perplexity hides, the largest fall first; one that says so when there is none;
 * nothing where perplexity or tasks were not measured.
 */
export function findPerplexityGaps({ lines, tasks }: ReportTable): string[] {
  let comparedCount = 0;
  const gaps = lines.flatMap(({ recipe, cells }) => {
    const perplexity = cells.find((cell) => cell?.row.metric === 'perplexity')?.row;
    if (!perplexity?.difference) return [];
    const rise = perplexity.difference.value / (perplexity.value - perplexity.difference.value);
    const losses = cells.flatMap((cell, index) => {
      const difference = cell?.row.difference;
      if (cell?.row.unit !== 'ratio' || !difference) return [];
      comparedCount++;
      if (difference.value >= -LARGE_FALL || difference.high >= 0) return [];
      return [{ fall: -difference.value, text: `${tasks[index]?.title} ${formatDifference(difference, 'ratio')}` }];
    });
    if (rise >= SMALL_RISE || losses.length === 0) return [];
    const change = rise < 0 ? `falls by ${formatPercent(-rise)}` : `rises by only ${formatPercent(rise)}`;
    const sorted = losses.toSorted((a, b) => b.fall - a.fall);
    const scores = sorted.map(({ text }) => text).join(', ');
    return [{ fall: sorted[0]?.fall ?? 0, text: `${recipe}: perplexity ${change}, but ${scores} points.` }];
  });
  if (comparedCount === 0) return [];
  if (gaps.length === 0) {
    return ['Nothing here: no version lost more than 10 points of a score while perplexity rose by less than 15 %.'];
  }
  return gaps
    .toSorted((a, b) => b.fall - a.fall)
    .slice(0, MAX_SENTENCES)
    .map(({ text }) => text);
}
