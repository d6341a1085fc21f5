// The SVG of our own charts as a tree: well-formed, without entities of its own, comments or namespaces.
import { WorkbenchError } from '../../../shared/errors.ts';

export interface SvgElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: (SvgElement | string)[];
}

const TOKEN = /<(\/?)([a-zA-Z]+)([^>]*?)(\/?)>|([^<]+)/g;
const ATTRIBUTE = /([\w:-]+)="([^"]*)"/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Throws INTERNAL for what is not one whole element. */
export function readSvg(svg: string): SvgElement {
  const root: SvgElement = { name: '', attributes: {}, children: [] };
  const open = [root];
  for (const [, isEnd, name = '', attributes = '', isEmpty, text] of svg.matchAll(TOKEN)) {
    const parent = open.at(-1) ?? root;
    if (text !== undefined) parent.children.push(decode(text));
    else if (isEnd === '/') open.pop();
    else {
      const element: SvgElement = { name, attributes: readAttributes(attributes), children: [] };
      parent.children.push(element);
      if (isEmpty === '') open.push(element);
    }
  }
  const [picture] = root.children.filter((child) => typeof child !== 'string');
  if (picture === undefined || open.length !== 1) throw new WorkbenchError('INTERNAL', 'The chart is no whole SVG.');
  return picture;
}

function readAttributes(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(ATTRIBUTE)].map(([, name, value]) => [name!, decode(value!)]));
}

function decode(text: string): string {
  return text.replaceAll(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hexadecimal, name: string) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hexadecimal !== undefined) return String.fromCodePoint(Number.parseInt(hexadecimal, 16));
    return ENTITIES[name] ?? whole;
  });
}
