// A score chart that fills its box. Charts are laid out in the sizes of an exported picture; the window shows them smaller.
import { useElementSize } from '@mantine/hooks';
import type { ReactElement, ReactNode } from 'react';
import type { ScoreChartData } from '../../shared/comparison.ts';
import { ScoreChart } from '../charts/ScoreChart.tsx';

interface ScaledChartProps {
  readonly data: ScoreChartData;
  readonly variant: 'plain' | 'small';
  readonly scale: number;
  /** Over the chart, in its own pixels. */
  readonly overlay?: (width: number, height: number) => ReactNode;
}

const MIN_PX = 40;

export function ScaledChart({ data, variant, scale, overlay }: ScaledChartProps): ReactElement {
  const { ref, width: boxWidth, height: boxHeight } = useElementSize();
  const width = Math.floor(boxWidth / scale);
  const height = Math.floor(boxHeight / scale);
  return (
    <div ref={ref} className="scaled-chart">
      {width > MIN_PX && height > MIN_PX ? (
        <div style={{ width, height, transform: `scale(${scale})`, transformOrigin: '0 0', position: 'absolute' }}>
          <ScoreChart data={data} theme="page" variant={variant} width={width} height={height} />
          {overlay?.(width, height)}
        </div>
      ) : null}
    </div>
  );
}
