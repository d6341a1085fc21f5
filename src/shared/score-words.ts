// Scores and names as people read them, the same in window, report, charts and terminal (sizes and shares: units.ts).
// Scores one decimal in percent, bits per weight two, divergences three significant digits; real minus sign.
import type { Difference, Interval } from './comparison.ts';

const MINUS = '\u2212';

function withRealMinus(text: string): string {
  return text.startsWith('-') ? MINUS + text.slice(1) : text;
}

/** Three significant digits without an exponent for readable sizes: 0.00136, 12.3, 84.0, 1,234. */
export function formatSignificant(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e7 || (size > 0 && size < 1e-5)) return withRealMinus(value.toExponential(2));
  if (size >= 1000) return withRealMinus(Math.round(value).toLocaleString('en-US'));
  return withRealMinus(value.toLocaleString('en-US', { minimumSignificantDigits: 3, maximumSignificantDigits: 3 }));
}

function fixed(value: number, digits: number): string {
  const text = value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return withRealMinus(text).replace(/^\u2212(?=[0.,]*$)/, '');
}

/** A score alone, in percent for proportions, without the sign: `44.7`. */
export function formatScore(value: number, unit: string): string {
  return unit === 'ratio' ? fixed(value * 100, 1) : formatSignificant(value);
}

/** `44.7 ± 3.1`: half the width of the interval, which need not be symmetric. */
export function formatWithInterval(value: number, interval: Interval, unit: string): string {
  const half = (interval.high - interval.low) / 2;
  if (unit === 'ratio') return `${formatScore(value, unit)} ± ${formatScore(half, unit)}`;
  if (!(half > 0)) return `${formatSignificant(value)} ± 0`;
  // As in science: two significant digits of the interval say how many digits of the value mean anything.
  const digits = Math.min(8, Math.max(0, 1 - Math.floor(Math.log10(half))));
  return `${fixed(value, digits)} ± ${fixed(half, digits)}`;
}

/** `−20.8 ± 3.1`, `+0.4 ± 1.2`. */
export function formatDifference(difference: Difference, unit: string): string {
  const text = formatWithInterval(difference.value, difference, unit);
  return difference.value > 0 ? `+${text}` : text;
}

export function formatBitsPerWeight(bits: number): string {
  return bits.toFixed(2);
}

export function shortHash(sha256: string): string {
  return sha256.slice(0, 12);
}

/** `factoid-qa` -> `Factoid QA`; a task's own title is better where it is at hand. */
export function titleOfTaskId(task: string): string {
  const words = task.replace(/-qa$/, ' QA');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** How a task was asked; `shots` is null where there are none to choose. */
export interface AskedTask {
  readonly task: string;
  readonly shots?: number | null | undefined;
  readonly protocol: string;
}

/** Names the tasks of one comparison: with the shots where a task was asked with several numbers of them, with the protocol likewise. */
export function taskNamer(asked: readonly AskedTask[], titleOf: (task: string) => string): (row: AskedTask) => string {
  return (row) => {
    const others = asked.filter(({ task }) => task === row.task);
    const shots = row.shots ?? null;
    const parts = [titleOf(row.task)];
    if (shots !== null && others.some((other) => (other.shots ?? null) !== shots)) parts.push(`${shots} shots`);
    if (others.some(({ protocol }) => protocol !== row.protocol)) parts.push(row.protocol);
    return parts.join(', ');
  };
}
