// Sixteen bars that show a file at a glance: height = bits of the layers there, filled share = weights that are not zero.
import type { ReactElement } from 'react';

const BARS = 16;
const HEIGHT = 14;

export interface LayerShape {
  readonly bitsPerWeight: number;
  readonly sparsityRatio: number;
}

/** The token whose shade stands for so many bits. */
export function bitsToken(bitsPerWeight: number): string {
  const steps = [2, 3, 4, 5, 6, 8];
  const step = steps.find((bits) => bitsPerWeight < bits + (bits === 8 ? 1.5 : 0.75));
  return `var(--bits-${step ?? 16})`;
}

/** More layers than bars: each bar is the mean of its share; fewer: bars repeat. */
export function sampleLayers(layers: readonly LayerShape[], bars = BARS): LayerShape[] {
  if (layers.length === 0) return [];
  return Array.from({ length: bars }, (_, bar) => {
    const start = Math.floor((bar * layers.length) / bars);
    const end = Math.max(start + 1, Math.floor(((bar + 1) * layers.length) / bars));
    const part = layers.slice(start, end);
    const mean = (pick: (layer: LayerShape) => number) =>
      part.reduce((sum, layer) => sum + pick(layer), 0) / part.length;
    return { bitsPerWeight: mean((l) => l.bitsPerWeight), sparsityRatio: mean((l) => l.sparsityRatio) };
  });
}

export function LayerGlyph({ layers }: { readonly layers: readonly LayerShape[] }): ReactElement {
  return (
    <svg width={47} height={HEIGHT} viewBox={`0 0 47 ${HEIGHT}`} aria-hidden="true" style={{ display: 'block' }}>
      {sampleLayers(layers).map(({ bitsPerWeight, sparsityRatio }, bar) => {
        const height = Math.max(2, Math.min(1, Math.sqrt(bitsPerWeight / 16)) * HEIGHT);
        const kept = height * (1 - sparsityRatio);
        const x = bar * 3;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
          <g key={bar}>
            <rect x={x} y={HEIGHT - height} width={2} height={height} fill="var(--bits-3)" />
            <rect x={x} y={HEIGHT - kept} width={2} height={kept} fill={bitsToken(bitsPerWeight)} />
          </g>
        );
      })}
    </svg>
  );
}
