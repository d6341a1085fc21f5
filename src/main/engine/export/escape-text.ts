// Names come from files, recipes and data sets: each output format gets them as plain text, never as markup or formulas.

const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** For text and for quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (letter) => HTML[letter]!);
}

/** For a cell of a Markdown table: markup characters are escaped, line breaks become blanks. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_{}[\]()<>#|!~&]/g, (letter) => `\\${letter}`);
}

/** A spreadsheet takes a cell that starts so for a formula. */
const FORMULA_START = /^[\s]*[=+\-@\t\r]/;

/** One CSV cell (RFC 4180). Text that looks like a formula is led by an apostrophe; numbers are written as they are. */
export function csvCell(value: string | number | boolean | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = FORMULA_START.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
