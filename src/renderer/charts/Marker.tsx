// The eight marker shapes of the series slots, solid, hollow or half filled, around the origin and about 9 px wide.
import type { ReactElement } from 'react';
import type { MarkerFill, MarkerShape } from '../../shared/series.ts';

interface Outline {
  readonly whole: string;
  /** The left half of the same shape. */
  readonly left: string;
}

export const MARKER_OUTLINES: Readonly<Record<MarkerShape, Outline>> = {
  circle: { whole: 'M0-4.3A4.3 4.3 0 0 1 0 4.3A4.3 4.3 0 0 1 0-4.3Z', left: 'M0-4.3A4.3 4.3 0 0 0 0 4.3Z' },
  triangleUp: { whole: 'M0-5.2L5 3.8H-5Z', left: 'M0-5.2V3.8H-5Z' },
  square: { whole: 'M-4-4H4V4H-4Z', left: 'M-4-4H0V4H-4Z' },
  diamond: { whole: 'M0-5.4L5.4 0L0 5.4L-5.4 0Z', left: 'M0-5.4V5.4L-5.4 0Z' },
  triangleDown: { whole: 'M0 5.2L5-3.8H-5Z', left: 'M0 5.2V-3.8H-5Z' },
  plus: {
    whole: 'M-1.8-5H1.8V-1.8H5V1.8H1.8V5H-1.8V1.8H-5V-1.8H-1.8Z',
    left: 'M0-5H-1.8V-1.8H-5V1.8H-1.8V5H0Z',
  },
  hexagon: { whole: 'M-4.8 0L-2.4-4.2H2.4L4.8 0L2.4 4.2H-2.4Z', left: 'M0-4.2H-2.4L-4.8 0L-2.4 4.2H0Z' },
  cross: {
    whole: 'M0-2.4L2.6-5L5-2.6L2.4 0L5 2.6L2.6 5L0 2.4L-2.6 5L-5 2.6L-2.4 0L-5-2.6L-2.6-5Z',
    left: 'M0-2.4L-2.6-5L-5-2.6L-2.4 0L-5 2.6L-2.6 5L0 2.4Z',
  },
};

export interface MarkerProps {
  readonly shape: MarkerShape;
  readonly fill: MarkerFill;
  readonly color: string;
  /** Separates the marker from lines below it. */
  readonly background: string;
  readonly x: number;
  readonly y: number;
  readonly scale?: number;
}

export function Marker({ shape, fill, color, background, x, y, scale = 1.35 }: MarkerProps): ReactElement {
  const { whole, left } = MARKER_OUTLINES[shape];
  const place = `translate(${round(x)} ${round(y)}) scale(${scale})`;
  if (fill === 'solid') return <path transform={place} d={whole} fill={color} stroke={background} strokeWidth={1.2} />;
  return (
    <g transform={place}>
      <path d={whole} fill={background} stroke={color} strokeWidth={1.6} />
      {fill === 'half' ? <path d={left} fill={color} /> : null}
    </g>
  );
}

/** Two decimals are finer than any screen and keep files small. */
export function round(pixels: number): number {
  return Math.round(pixels * 100) / 100;
}
