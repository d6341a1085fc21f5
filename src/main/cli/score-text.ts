// Scores as people read them: proportions in percent, anything else as it is.

/** 0.908 of unit ratio -> `90.8`; a perplexity of 21.5 -> `21.50`. */
export function formatScore(value: number, unit: string): string {
  return unit === 'ratio' ? (value * 100).toFixed(1) : value.toFixed(2);
}

/** `[86.5, 93.8]`. */
export function formatInterval(low: number, high: number, unit: string): string {
  return `[${formatScore(low, unit)}, ${formatScore(high, unit)}]`;
}

/** With its sign: `-3.2`. */
export function formatDifference(value: number, unit: string): string {
  const text = formatScore(value, unit);
  return value > 0 ? `+${text}` : text;
}
