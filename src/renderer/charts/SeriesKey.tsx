// The marker of a series alone, for table rows and chips.
import type { ReactElement } from 'react';
import type { ChartSeries } from '../../shared/comparison.ts';
import { CHART_THEMES, slotOf, type ThemeName } from './chart-theme.ts';
import { Marker } from './Marker.tsx';

export interface SeriesKeyProps {
  readonly series: Pick<ChartSeries, 'slot' | 'fill'>;
  readonly theme?: ThemeName;
}

export function SeriesKey({ series, theme: themeName = 'page' }: SeriesKeyProps): ReactElement {
  const theme = CHART_THEMES[themeName];
  const { marker } = slotOf(series.slot);
  return (
    <svg width={14} height={14} viewBox="-7 -7 14 14" aria-hidden="true">
      <Marker
        shape={marker}
        fill={series.fill}
        color={theme.series(series.slot)}
        background={theme.background}
        x={0}
        y={0}
        scale={1.1}
      />
    </svg>
  );
}
