// The SVG that React made, as a file of its own: namespaces, size, typeface; what only a live page needs is taken out.
import { embeddedFontFaces } from './font-files.ts';

export interface StandaloneOptions {
  /** Makes ids unique in a page that shows many charts. */
  readonly idPrefix: string;
  /** A stack: the first that the viewer has is used. */
  readonly fontFamily: string;
}

const UNUSED_ATTRIBUTES = / (?:class|style|data-recharts-[\w-]+|tabindex|aria-[\w-]+|radius|y1|y2|x1|x2)="[^"]*"/g;
const EMPTY_GROUP = /<g>\s*<\/g>/g;

/** Attributes are read inside tags only: the text of a label is never touched. */
function cleanTag(tag: string, idPrefix: string): string {
  const keepsCoordinates = tag.startsWith('<line ');
  return tag
    .replaceAll(UNUSED_ATTRIBUTES, (attribute) => (keepsCoordinates && /^ [xy][12]=/.test(attribute) ? attribute : ''))
    .replace(/ id="([^"]*)"/, (_, id: string) => ` id="${idPrefix}${id}"`)
    .replaceAll(/url\(#([^)]*)\)/g, (_, id: string) => `url(#${idPrefix}${id})`)
    .replaceAll(/(\d+\.\d{3,})/g, (number) => String(Number(Number(number).toFixed(2))));
}

/** HTML's spelling of blanks is unknown to XML, and control characters are forbidden there. */
function toXml(html: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it takes out
  const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
  return html.replaceAll('&nbsp;', '\u00a0').toWellFormed().replaceAll(forbidden, '');
}

export function standaloneSvg(svg: string, { idPrefix, fontFamily }: StandaloneOptions): string {
  let cleaned = toXml(svg).replaceAll(/<[a-zA-Z][^>]*>/g, (tag) => cleanTag(tag, idPrefix));
  for (let before = ''; before !== cleaned; ) {
    before = cleaned;
    cleaned = cleaned.replaceAll(EMPTY_GROUP, '');
  }
  return cleaned.replace(/^<svg /, () => `<svg xmlns="http://www.w3.org/2000/svg" font-family="${fontFamily}" `);
}

/** About 33 kB more; without it the picture falls back to the viewer's fonts. */
export function withEmbeddedFont(svg: string): string {
  return svg.replace(/^<svg [^>]*>/, (open) => `${open}<style>${embeddedFontFaces()}</style>`);
}
