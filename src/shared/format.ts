// Numbers and names as people read them, the same in window, report, charts and terminal.
// Scores and sparsities one decimal in percent, bits per weight two, divergences three significant digits; real minus sign.
import type { Difference, Interval } from './comparison.ts';

const MINUS = '\u2212';

export function withRealMinus(text: string): string {
  return text.startsWith('-') ? MINUS + text.slice(1) : text;
}

/** Three significant digits without an exponent for readable sizes: 0.00136, 12.3, 1,234. */
export function formatSignificant(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e7 || (size > 0 && size < 1e-5)) return withRealMinus(value.toExponential(2));
  if (size >= 1000) return withRealMinus(Math.round(value).toLocaleString('en-US'));
  return withRealMinus(Number(value.toPrecision(3)).toLocaleString('en-US', { maximumSignificantDigits: 3 }));
}

/** A score alone, in percent for proportions, without the sign: `44.7`. */
export function formatScore(value: number, unit: string): string {
  return unit === 'ratio' ? withRealMinus((value * 100).toFixed(1)) : formatSignificant(value);
}

/** `44.7 ± 3.1`: half the width of the interval, which need not be symmetric. */
export function formatWithInterval(value: number, interval: Interval, unit: string): string {
  const half = (interval.high - interval.low) / 2;
  if (unit === 'ratio') return `${formatScore(value, unit)} ± ${formatScore(half, unit)}`;
  const digits = /\.(\d+)/.exec(formatSignificant(value))?.[1]?.length ?? 0;
  const rounded = half.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${formatSignificant(value)} ± ${Number(rounded.replaceAll(',', '')) === 0 ? formatSignificant(half) : rounded}`;
}

/** `−20.8 ± 3.1`, `+0.4 ± 1.2`. */
export function formatDifference(difference: Difference, unit: string): string {
  const text = formatWithInterval(difference.value, difference, unit);
  return difference.value > 0 ? `+${text}` : text;
}

export function formatPercent(ratio: number, digits = 1): string {
  return `${withRealMinus((ratio * 100).toFixed(digits))} %`;
}

export function formatBitsPerWeight(bits: number): string {
  return bits.toFixed(2);
}

/** Files in GB of 10^9 bytes, as Hugging Face counts; smaller ones in MB and kB. */
export function formatFileSize(sizeBytes: number): string {
  if (sizeBytes >= 1e9) return `${(sizeBytes / 1e9).toFixed(2)} GB`;
  if (sizeBytes >= 1e6) return `${(sizeBytes / 1e6).toFixed(1)} MB`;
  if (sizeBytes >= 1e3) return `${(sizeBytes / 1e3).toFixed(1)} kB`;
  return `${sizeBytes} B`;
}

export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

export function shortHash(sha256: string): string {
  return sha256.slice(0, 12);
}

/** Long names are cut in the middle: their ends tell versions apart. */
export function cutMiddle(text: string, maxLength: number): string {
  const letters = [...text];
  if (letters.length <= maxLength) return text;
  const tail = Math.ceil((maxLength - 1) * 0.55);
  const head = Math.max(1, maxLength - 1 - tail);
  return `${letters.slice(0, head).join('')}\u2026${letters.slice(letters.length - tail).join('')}`;
}

/** `factoid-qa` -> `Factoid QA`; a task's own title is better where it is at hand. */
export function titleOfTaskId(task: string): string {
  const words = task.replace(/-qa$/, ' QA');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
