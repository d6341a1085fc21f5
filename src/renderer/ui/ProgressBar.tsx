// A bar with a spoken value; without a total it says only that something moves.
import type { ReactElement } from 'react';

export interface ProgressBarProps {
  readonly label: string;
  readonly done: number;
  readonly total?: number | undefined;
  readonly width?: number;
}

export function ProgressBar({ label, done, total, width }: ProgressBarProps): ReactElement {
  const percent = total === undefined || total <= 0 ? undefined : Math.min(100, Math.max(0, (done / total) * 100));
  return (
    <div
      className="bar"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(percent === undefined ? {} : { 'aria-valuenow': Math.round(percent) })}
      style={width === undefined ? undefined : { width }}
    >
      {percent === undefined ? (
        <span className="bar-fill bar-unknown" />
      ) : (
        <span className="bar-fill" style={{ width: `${percent}%` }} />
      )}
    </div>
  );
}
