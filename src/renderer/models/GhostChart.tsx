// Where the first chart will be: axes and the shape of a loss, with no numbers, because none are known yet.
import type { ReactElement } from 'react';

export function GhostChart(): ReactElement {
  return (
    <div className="ghost-chart">
      <svg viewBox="0 0 480 130" preserveAspectRatio="none" aria-hidden="true">
        <rect x="20" y="34" width="440" height="5" fill="var(--dense-soft)" />
        <path d="M20 34H460" stroke="var(--dense)" strokeWidth="2" opacity=".6" vectorEffect="non-scaling-stroke" />
        <path
          d="M70 34L190 37L310 56L430 96"
          fill="none"
          stroke="var(--series-4)"
          strokeWidth="2"
          strokeDasharray="3 4"
          opacity=".6"
          vectorEffect="non-scaling-stroke"
        />
        <path d="M20 116H460" stroke="var(--chart-axis)" vectorEffect="non-scaling-stroke" />
      </svg>
      <span className="faint xs">the shape to expect: your chart appears here</span>
    </div>
  );
}
