// Turns the texts of flags into numbers and lists, or says what is wrong with them.
import { WorkbenchError } from '../../shared/errors.ts';

function badFlag(flag: string, text: string, wanted: string): WorkbenchError {
  return new WorkbenchError('BAD_USAGE', `${flag} wants ${wanted}, not \`${text}\``, { flag, value: text });
}

function parseWholeNumber(flag: string, text: string, minimum: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value) || value < minimum) {
    throw badFlag(flag, text, minimum === 0 ? 'a whole number, 0 or more' : `a whole number of at least ${minimum}`);
  }
  return value;
}

export function parseCount(flag: string): (text: string) => number {
  return (text) => parseWholeNumber(flag, text, 1);
}

export function parseSeed(text: string): number {
  return parseWholeNumber('--seed', text, 0);
}

export function parseWhole(flag: string): (text: string) => number {
  return (text) => parseWholeNumber(flag, text, 0);
}

/** Any number in decimal notation; its range is the business of the method's schema. */
export function parseNumber(flag: string): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(value)) throw badFlag(flag, text, 'a number');
    return value;
  };
}

/** `a,b,c`; the flag may be given several times. */
export function parseList(text: string, previous: readonly string[] = []): string[] {
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  return [...previous, ...items];
}

export function parseListOf(
  flag: string,
  parse: (flag: string) => (text: string) => number,
): (text: string, previous?: readonly number[]) => number[] {
  return (text, previous = []) => [...previous, ...parseList(text).map(parse(flag))];
}

/** A flag that may be given several times. */
export function collect(text: string, previous: readonly string[] = []): string[] {
  return [...previous, text];
}
