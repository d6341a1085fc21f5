// The sign of a version: graphite block for the original, else its method's marker in its method's colour.
import type { ReactElement } from 'react';
import type { MarkerFill } from '../../shared/series.ts';
import { slotOf } from '../charts/chart-theme.ts';
import { Marker } from '../charts/Marker.tsx';

export interface GlyphProps {
  /** 0 is the dense original. */
  readonly slot: number;
  readonly fill?: MarkerFill;
}

export function Glyph({ slot, fill = 'solid' }: GlyphProps): ReactElement {
  return (
    <svg className="glyph" viewBox="-6 -6 12 12" aria-hidden="true">
      {slot === 0 ? (
        <rect x={-5} y={-3.5} width={10} height={7} fill="var(--dense)" />
      ) : (
        <Marker
          shape={slotOf(slot).marker}
          fill={fill}
          color={`var(--series-${slotOf(slot).slot})`}
          background="var(--surface)"
          x={0}
          y={0}
          scale={1}
        />
      )}
    </svg>
  );
}
