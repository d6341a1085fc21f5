// The SVG that React made, as a file of its own: namespace and typeface added; what only a live page needs is taken out.
import { embeddedFontFaces } from './font-files.ts';

export interface StandaloneOptions {
  /** Makes ids unique in a page that shows many charts. */
  readonly idPrefix: string;
  /** A stack: the first that the viewer has is used. */
  readonly fontFamily: string;
}

/** What Recharts leaves on elements though SVG has no such attributes, or only a live page has a use for them. */
const PAGE_ATTRIBUTES =
  / (?:class|style|data-recharts-[\w-]+|tabindex|aria-[\w-]+|radius|angle|orientation|offset)="[^"]*"/g;
const LINE_ONLY = / [xy][12]="[^"]*"/g;
const NOT_ON_LINES = / (?:x|y|width|height)="[^"]*"/g;

/** Attributes are changed inside tags only: the text of a label is never touched. */
function cleanTag(tag: string, names: ReadonlyMap<string, string>): string {
  return tag
    .replaceAll(PAGE_ATTRIBUTES, '')
    .replaceAll(tag.startsWith('<line ') ? NOT_ON_LINES : LINE_ONLY, '')
    .replace(/ id="([^"]*)"/, (_, id: string) => (names.has(id) ? ` id="${names.get(id)}"` : ''))
    .replaceAll(/url\(#([^)]*)\)/g, (_, id: string) => `url(#${names.get(id) ?? id})`)
    .replaceAll(/(\d+\.\d{3,})/g, (number) => String(Number(Number(number).toFixed(2))));
}

/** Ids count up from one render to the next: those in use are named anew, so equal charts give equal files. */
function newNames(svg: string, idPrefix: string): Map<string, string> {
  const used = new Set([...svg.matchAll(/url\(#([^)]*)\)/g)].map((match) => match[1]!));
  return new Map([...used].map((id, index) => [id, `${idPrefix}${index + 1}`]));
}

/** HTML's spelling of blanks is unknown to XML, and control characters are forbidden there. */
function toXml(html: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it takes out
  const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
  return html.replaceAll('&nbsp;', '\u00a0').toWellFormed().replaceAll(forbidden, '');
}

const EMPTY = /<g>\s*<\/g>|<clipPath>.*?<\/clipPath>|<defs>\s*<\/defs>/g;

function withoutEmptyGroups(svg: string): string {
  let cleaned = svg;
  for (let before = ''; before !== cleaned; ) {
    before = cleaned;
    cleaned = cleaned.replaceAll(EMPTY, '');
  }
  return cleaned;
}

export function standaloneSvg(svg: string, { idPrefix, fontFamily }: StandaloneOptions): string {
  const xml = toXml(svg);
  const names = newNames(xml, idPrefix);
  return withoutEmptyGroups(xml.replaceAll(/<[a-zA-Z][^>]*>/g, (tag) => cleanTag(tag, names))).replace(
    /^<svg /,
    () => `<svg xmlns="http://www.w3.org/2000/svg" font-family="${fontFamily}" `,
  );
}

/** A picture drawn for a page, with the page's colour variables replaced by what they stand for. */
export function withColors(svg: string, variables: ReadonlyMap<string, string>): string {
  return svg.replaceAll(/<[a-zA-Z][^>]*>/g, (tag) =>
    tag.replaceAll(/var\((--[\w-]+)\)/g, (use, name: string) => variables.get(name) ?? use),
  );
}

/** About 33 kB more; without it the picture falls back to the viewer's fonts. */
export function withEmbeddedFont(svg: string): string {
  return svg.replace(/^<svg [^>]*>/, (open) => `${open}<style>${embeddedFontFaces()}</style>`);
}
