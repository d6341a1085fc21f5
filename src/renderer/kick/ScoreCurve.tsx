// A score while it is measured: its curve, the interval that shrinks, and the chance line.
import { useElementSize } from '@mantine/hooks';
import type { ReactElement } from 'react';
import { formatScore } from '../../shared/score-words.ts';
import { formatCount } from '../../shared/units.ts';
import { slotOf } from '../charts/chart-theme.ts';
import type { BenchVersion } from '../models/use-bench.ts';
import type { CurvePoint } from './use-kick-runs.ts';

export interface CurveLine {
  readonly look: BenchVersion | undefined;
  readonly name: string;
  readonly points: readonly CurvePoint[];
}

interface ScoreCurveProps {
  readonly title: string;
  readonly lines: readonly CurveLine[];
  readonly unit: string;
  readonly totalCount: number;
  readonly chanceValue: number | null;
}

const LEFT = 44;
const RIGHT = 150;
const TOP = 8;
const BOTTOM = 36;

/** Round bounds around all intervals and the chance line, so that a shrinking interval can be seen. */
export function boundsOf(values: readonly number[]): readonly [number, number] {
  if (values.length === 0) return [0, 1];
  const low = Math.min(...values);
  const high = Math.max(...values);
  const step = high - low > 0.4 ? 0.2 : 0.1;
  const scale = high > 1.5 ? high : 1;
  const bottom = Math.max(0, Math.floor(low / scale / step) * step * scale);
  return [bottom, Math.max(bottom + step * scale, Math.ceil(high / scale / step) * step * scale)];
}

export function ScoreCurve({ title, lines, unit, totalCount, chanceValue }: ScoreCurveProps): ReactElement {
  const { ref, width, height } = useElementSize();
  const drawn = lines.filter(({ points }) => points.length > 0);
  const values = drawn.flatMap(({ points }) => points.flatMap(({ low, high }) => [low, high]));
  const [bottom, top] = boundsOf(values.length === 0 || chanceValue === null ? values : [...values, chanceValue]);
  const plotWidth = Math.max(10, width - LEFT - RIGHT);
  const plotHeight = Math.max(10, height - TOP - BOTTOM);
  const x = (count: number) => LEFT + (plotWidth * count) / Math.max(1, totalCount);
  const y = (value: number) => TOP + plotHeight * (1 - (value - bottom) / (top - bottom || 1));
  const ticks = Array.from({ length: 5 }, (_, place) => bottom + ((top - bottom) * place) / 4);
  const path = (points: readonly CurvePoint[], pick: (point: CurvePoint) => number) =>
    points.map((point) => `${x(point.count).toFixed(1)} ${y(pick(point)).toFixed(1)}`).join('L');
  return (
    <figure className="score-curve" ref={ref}>
      <svg width={width} height={height} role="img" aria-label={title}>
        {ticks.map((tick, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a tick is its place
          <g key={place}>
            <path d={`M${LEFT} ${y(tick)}h${plotWidth}`} stroke="var(--chart-grid)" />
            <text x={LEFT - 8} y={y(tick) + 4} textAnchor="end">
              {formatScore(tick, unit).replace(/\.0$/, '')}
              {unit === 'ratio' ? ' %' : ''}
            </text>
          </g>
        ))}
        {[0, 0.25, 0.5, 0.75, 1].map((share) => (
          <text key={share} x={x(totalCount * share)} y={TOP + plotHeight + 16} textAnchor="middle">
            {formatCount(Math.round(totalCount * share))}
          </text>
        ))}
        <text x={LEFT + plotWidth / 2} y={height - 4} textAnchor="middle">
          Questions asked
        </text>
        {chanceValue === null ? null : (
          <g>
            <path
              d={`M${LEFT} ${y(chanceValue)}h${plotWidth}`}
              stroke="var(--chance)"
              strokeWidth={1.5}
              strokeDasharray="2 4"
            />
            <text x={LEFT + 4} y={y(chanceValue) + 12} fill="var(--chance)">
              chance {formatScore(chanceValue, unit)} %
            </text>
          </g>
        )}
        {drawn.length > 0 ? null : (
          <text x={LEFT + plotWidth / 2} y={TOP + plotHeight / 2} textAnchor="middle">
            The curve begins with the first answers.
          </text>
        )}
        {drawn.map(({ look, name, points }) => {
          const slot = look?.slot ?? 8;
          const color = slot === 0 ? 'var(--dense)' : `var(--series-${slot})`;
          const last = points.at(-1)!;
          const back = points.toReversed();
          return (
            <g key={name}>
              <path
                d={`M${path(points, ({ high }) => high)}L${path(back, ({ low }) => low)}Z`}
                fill={color}
                opacity={0.15}
              />
              <path
                d={`M${path(points, ({ value }) => value)}`}
                fill="none"
                stroke={color}
                strokeWidth={2}
                strokeDasharray={slot === 0 ? 'none' : slotOf(slot).dash}
              />
              <path d={`M${x(last.count)} ${y(last.low)}V${y(last.high)}`} stroke={color} strokeWidth={1.5} />
              <circle cx={x(last.count)} cy={y(last.value)} r={3} fill={color} />
              <text x={x(last.count) + 8} y={y(last.value) + 4} className="curve-name">
                {slot === 0 ? 'dense' : (look?.label.slice(0, 16) ?? name)} {formatScore(last.value, unit)}
              </text>
            </g>
          );
        })}
      </svg>
    </figure>
  );
}
