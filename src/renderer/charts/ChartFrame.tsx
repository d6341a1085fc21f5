// What stands around the plot, inside the picture: title, axis title, names at the lines' ends, legend, caption.
import type { ReactElement } from 'react';
import type { ScoreChartData } from '../../shared/comparison.ts';
import { formatCount } from '../../shared/units.ts';
import { AXIS_TITLES } from './axis-words.ts';
import { FONT, type TextLine } from './chart-measures.ts';
import { type ChartTheme, slotOf } from './chart-theme.ts';
import type { ChartLayout } from './layout-chart.ts';
import { LEGEND_KEY_WIDTH, type LegendItem } from './layout-legend.ts';
import { Marker, round } from './Marker.tsx';

interface FrameProps {
  readonly data: ScoreChartData;
  readonly layout: ChartLayout;
  readonly theme: ChartTheme;
}

interface LinesProps {
  readonly lines: readonly TextLine[];
  readonly size: number;
  readonly color: string;
  readonly weight?: number;
  /** Colour around the letters that keeps grid lines off them. */
  readonly halo?: string;
}

export function TextLines({ lines, size, color, weight = 400, halo }: LinesProps): ReactElement {
  const outline =
    halo === undefined ? {} : { stroke: halo, strokeWidth: 3, paintOrder: 'stroke', strokeLinejoin: 'round' as const };
  return (
    <>
      {lines.map(({ x, y, text }) => (
        <text
          key={`${y} ${x} ${text}`}
          x={round(x)}
          y={round(y)}
          fontSize={size}
          fontWeight={weight}
          fill={color}
          {...outline}
        >
          {text}
        </text>
      ))}
    </>
  );
}

function LegendKey({ item, y, theme }: { readonly item: LegendItem; readonly y: number; readonly theme: ChartTheme }) {
  const { x } = item;
  const end = x + LEGEND_KEY_WIDTH;
  if (item.kind === 'dense') {
    return (
      <>
        <rect x={x} y={y - 8} width={LEGEND_KEY_WIDTH} height={16} fill={theme.dense} fillOpacity={theme.bandOpacity} />
        <path d={`M${x} ${y - 8}H${end}`} stroke={theme.dense} strokeWidth={2.5} />
      </>
    );
  }
  if (item.kind === 'chance') {
    return <path d={`M${x} ${y}H${end}`} stroke={theme.chance} strokeWidth={1.5} strokeDasharray="3 3" />;
  }
  const { slot, fill, joined } = item.series;
  const look = slotOf(slot);
  const color = theme.series(slot);
  return (
    <>
      {joined ? (
        <path d={`M${x} ${y}H${end}`} stroke={color} strokeWidth={2.5} strokeDasharray={look.dash} fill="none" />
      ) : null}
      <Marker
        shape={look.marker}
        fill={fill}
        color={color}
        background={theme.background}
        x={x + 18}
        y={y}
        scale={1.2}
      />
    </>
  );
}

interface LegendProps {
  readonly layout: Pick<ChartLayout, 'legend'>;
  readonly theme: ChartTheme;
}

export function ChartLegend({ layout, theme }: LegendProps): ReactElement {
  return (
    <g data-part="legend">
      {layout.legend.map(({ y, items }) =>
        items.map((item) => (
          <g key={`${item.kind} ${item.text} ${item.x}`}>
            <LegendKey item={item} y={y} theme={theme} />
            <text x={round(item.x + LEGEND_KEY_WIDTH + 8)} y={y + 5} fontSize={FONT.legend} fill={theme.ink2}>
              {item.text}
            </text>
          </g>
        )),
      )}
    </g>
  );
}

export function EndLabels({ layout, theme }: Omit<FrameProps, 'data'>): ReactElement {
  return (
    <g data-part="end-labels" fontSize={FONT.label}>
      {layout.endLabels.map(({ kind, x, y, name, value, slot, leader }) => {
        const color = kind === 'series' ? theme.series(slot) : kind === 'chance' ? theme.chance : theme.dense;
        return (
          <g key={`${kind} ${name} ${y}`}>
            {leader === null ? null : (
              <path
                d={`M${round(leader.x1)} ${round(leader.y1)}L${round(leader.x2)} ${round(leader.y2)}`}
                stroke={color}
                strokeWidth={1}
                strokeOpacity={0.55}
                fill="none"
              />
            )}
            <text x={round(x)} y={round(y + 5)} fill={kind === 'chance' ? theme.chance : theme.ink}>
              <tspan fontWeight={600}>{name}</tspan> {value}
            </text>
          </g>
        );
      })}
    </g>
  );
}

/** Title, subtitle, axis title and caption of a full chart; name and n of a small one. */
export function ChartTexts({ data, layout, theme }: FrameProps): ReactElement {
  const { size, axisTitle } = layout;
  if (size.variant === 'small') {
    return (
      <g data-part="texts">
        <TextLines lines={layout.titleLines} size={FONT.subtitle} color={theme.ink} weight={600} />
        <text x={size.width - 12} y={22} textAnchor="end" fontSize={FONT.small} fill={theme.ink2}>
          {`n ${formatCount(data.itemCount.max)}`}
        </text>
      </g>
    );
  }
  return (
    <g data-part="texts">
      <TextLines lines={layout.titleLines} size={FONT.title} color={theme.ink} weight={600} />
      <TextLines lines={layout.subtitleLines} size={FONT.subtitle} color={theme.ink2} />
      {axisTitle === null ? null : (
        <text
          x={round(axisTitle.x)}
          y={round(axisTitle.y)}
          textAnchor="middle"
          fontSize={FONT.subtitle}
          fill={theme.ink2}
        >
          {AXIS_TITLES[data.axis]}
        </text>
      )}
      <TextLines lines={layout.captionLines} size={FONT.caption} color={theme.ink3} />
    </g>
  );
}
