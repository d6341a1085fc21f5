// Numeric axes: round ticks and the mapping from a value to a pixel. Ours, because charts are also drawn where text cannot
// be measured; Recharts is given the same domain and ticks.

export interface Scale {
  /** Ascending. */
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  readonly isLog: boolean;
}

const STEPS = [1, 2, 2.5, 5, 10] as const;

/** The smallest of 1, 2, 2.5, 5 x 10^k that cuts `span` into at most `maxSteps` pieces. */
function niceStep(span: number, maxSteps: number): number {
  const rough = span / maxSteps;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = STEPS.find((candidate) => candidate * power >= rough * (1 - 1e-9)) ?? 10;
  return step * power;
}

/** Multiples of `step` from `low` to `high`, free of rounding noise. */
export function ticksBetween(low: number, high: number, step: number): number[] {
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** An axis from 0 (or below, when a value is negative) to a round number at or above the largest value. */
export function linearScale(values: readonly number[], maxSteps = 5): Scale {
  const finite = values.filter(Number.isFinite);
  const top = Math.max(0, ...finite);
  const bottom = Math.min(0, ...finite);
  const span = top - bottom > 0 ? top - bottom : 1;
  const step = niceStep(span, maxSteps);
  const high = top - bottom > 0 ? Math.ceil(top / step - 1e-9) * step : 1;
  const low = Math.floor(bottom / step + 1e-9) * step;
  return { domain: [low, high], ticks: ticksBetween(low, high, step), isLog: false };
}

/** An axis that ends where the values end, with round ticks inside; widened when they are all equal. */
export function tightScale(values: readonly number[], maxSteps = 8): Scale {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return { domain: [0, 1], ticks: [0, 1], isLog: false };
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const isOne = high - low <= 1e-6 * Math.abs(high);
  const margin = isOne ? Math.max(Math.abs(high) * 0.1, 1e-9) : 0;
  const domain: [number, number] = [low - margin, high + margin];
  for (let steps = maxSteps; ; steps++) {
    const ticks = ticksBetween(domain[0], domain[1], niceStep(domain[1] - domain[0], steps));
    if (ticks.length >= 2) return { domain, ticks, isLog: false };
  }
}

/** Decades, with 2 and 5 between them while there are few. Values at or below 0 have no place on it. */
export function logScale(values: readonly number[]): Scale {
  const positive = values.filter((value) => Number.isFinite(value) && value > 0);
  if (positive.length === 0) return { domain: [1, 10], ticks: [1, 10], isLog: true };
  const from = Math.floor(Math.log10(Math.min(...positive)) + 1e-9);
  const to = Math.ceil(Math.log10(Math.max(...positive)) - 1e-9);
  const all: number[] = [];
  for (let decade = from - 1; decade <= to + 1; decade++) {
    for (const digit of to - from > 3 ? [1] : [1, 2, 5]) all.push(Number((digit * 10 ** decade).toPrecision(6)));
  }
  const low = all.findLast((tick) => tick <= Math.min(...positive)) ?? all[0]!;
  const high = all.find((tick) => tick >= Math.max(...positive) && tick > low) ?? all.at(-1)!;
  return { domain: [low, high], ticks: all.filter((tick) => tick >= low && tick <= high), isLog: true };
}

/** Share of the way along the axis, 0 at the domain's start. Values outside stay outside. */
export function positionOf(scale: Scale, value: number): number {
  const [low, high] = scale.domain;
  if (!scale.isLog) return (value - low) / (high - low);
  return Math.log(Math.max(value, Number.MIN_VALUE) / low) / Math.log(high / low);
}

/** The inverse of positionOf. */
export function valueAt(scale: Scale, position: number): number {
  const [low, high] = scale.domain;
  return scale.isLog ? low * (high / low) ** position : low + position * (high - low);
}
