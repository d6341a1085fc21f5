// A chart's SVG as a PDF of one page of its size: lines stay lines, and text is text in the embedded typeface. Knows what our charts are
// drawn with and refuses anything else, so that nothing is left out unseen.
import PDFDocument from 'pdfkit';
import { WorkbenchError } from '../../../shared/errors.ts';
import { readTrueTypeFont } from './font-files.ts';
import { readSvg, type SvgElement } from './read-svg.ts';

type Document = InstanceType<typeof PDFDocument>;
type Style = Readonly<Record<string, string>>;

const INHERITED: ReadonlySet<string> = new Set([
  'fill',
  'fill-opacity',
  'font-size',
  'font-weight',
  'stroke',
  'stroke-dasharray',
  'stroke-linejoin',
  'stroke-opacity',
  'stroke-width',
  'text-anchor',
]);
const UNSEEN: ReadonlySet<string> = new Set(['title', 'desc', 'style', 'defs']);
const REGULAR = 'regular';
const STRONG = 'strong';

export async function svgAsPdf(svg: string, title: string): Promise<Buffer> {
  const picture = readSvg(svg);
  const size: [number, number] = [numberOf(picture.attributes, 'width'), numberOf(picture.attributes, 'height')];
  const document = new PDFDocument({
    size,
    margin: 0,
    pdfVersion: '1.7',
    info: { Title: title, Producer: 'Whittle', Creator: 'Whittle' },
    // Else the library reads a typeface of its own that nothing uses.
    ...({ font: null } as object),
  });
  const parts: Buffer[] = [];
  document.on('data', (part: Buffer) => parts.push(part));
  const ended = new Promise<void>((resolve) => document.on('end', resolve));
  document.registerFont(REGULAR, readTrueTypeFont(400));
  document.registerFont(STRONG, readTrueTypeFont(600));
  drawChildren(document, picture, { fill: '#000000' });
  document.end();
  await ended;
  return Buffer.concat(parts);
}

function drawChildren(document: Document, { children }: SvgElement, style: Style): void {
  for (const child of children) if (typeof child !== 'string') drawElement(document, child, style);
}

function drawElement(document: Document, element: SvgElement, outer: Style): void {
  const { name, attributes } = element;
  if (UNSEEN.has(name)) return;
  const own = styleOf(attributes, outer);
  // A line has no inside, whatever its fill says.
  const style = name === 'line' ? { ...own, fill: 'none' } : own;
  document.save();
  move(document, attributes['transform']);
  if (name === 'g') drawChildren(document, element, style);
  else if (name === 'text') drawText(document, element, style);
  else drawShape(document, element, style);
  document.restore();
}

/** Colours come before the shape: PDF allows nothing between a path and its painting. */
function drawShape(document: Document, { name, attributes }: SvgElement, style: Style): void {
  setPaint(document, style);
  switch (name) {
    case 'rect':
      document.rect(...numbersOf(attributes, ['x', 'y', 'width', 'height']));
      break;
    case 'line':
      document.moveTo(...numbersOf(attributes, ['x1', 'y1'])).lineTo(...numbersOf(attributes, ['x2', 'y2']));
      break;
    case 'circle':
      document.circle(...numbersOf(attributes, ['cx', 'cy', 'r']));
      break;
    case 'path':
      document.path(attributes['d'] ?? '');
      break;
    default:
      throw new WorkbenchError('INTERNAL', `A chart has <${name}>, which its PDF does not know.`, { name });
  }
  const [isFilled, isStroked] = [isSeen(style['fill']), isSeen(style['stroke'])];
  if (isFilled && isStroked) document.fillAndStroke();
  else if (isFilled) document.fill();
  else if (isStroked) document.stroke();
  else document.addContent('n');
}

function styleOf(attributes: Style, outer: Style): Style {
  const own = Object.entries(attributes).filter(([name]) => INHERITED.has(name));
  return { ...outer, ...Object.fromEntries(own) };
}

/** Our charts move and scale only. */
function move(document: Document, transform: string | undefined): void {
  for (const [, name, values = ''] of (transform ?? '').matchAll(/(\w+)\(([^)]*)\)/g)) {
    const [first = 0, second] = values.split(/[ ,]+/).map(Number);
    if (name === 'translate') document.translate(first, second ?? 0);
    else if (name === 'scale') document.scale(first, second ?? first);
    else throw new WorkbenchError('INTERNAL', `A chart is transformed by ${name}, which its PDF does not know.`);
  }
}

function setPaint(document: Document, style: Style): void {
  const { fill, stroke } = style;
  if (isSeen(fill)) document.fillColor(fill).fillOpacity(numberOf(style, 'fill-opacity', 1));
  if (!isSeen(stroke)) return;
  document.strokeColor(stroke).strokeOpacity(numberOf(style, 'stroke-opacity', 1));
  document
    .lineWidth(numberOf(style, 'stroke-width', 1))
    .lineJoin(style['stroke-linejoin'] === 'round' ? 'round' : 'miter');
  const dashes = (style['stroke-dasharray'] ?? '')
    .split(/[ ,]+/)
    .map(Number)
    .filter((length) => length > 0);
  if (dashes.length > 0) document.addContent(`[${dashes.join(' ')}] 0 d`);
}

function isSeen(color: string | undefined): color is string {
  return color !== undefined && color !== 'none' && color !== 'transparent';
}

interface TextRun {
  readonly text: string;
  readonly font: string;
}

/** A halo is drawn below the letters: the same text twice, as the picture has it. */
function drawText(document: Document, element: SvgElement, style: Style): void {
  const runs = textRuns(element, style);
  document.fontSize(numberOf(style, 'font-size', 16));
  const widths = runs.map(({ text, font }) => document.font(font).widthOfString(text));
  const width = widths.reduce((sum, part) => sum + part, 0);
  const anchor = { middle: width / 2, end: width }[style['text-anchor'] ?? ''] ?? 0;
  const [startX, y] = numbersOf(element.attributes, ['x', 'y']);
  setPaint(document, style);
  for (const isHalo of isSeen(style['stroke']) ? [true, false] : [false]) {
    let x = startX - anchor;
    for (const [index, { text, font }] of runs.entries()) {
      document.font(font).text(text, x, y, { lineBreak: false, baseline: 'alphabetic', stroke: isHalo, fill: !isHalo });
      x += widths[index]!;
    }
  }
}

function textRuns({ children }: SvgElement, style: Style): TextRun[] {
  return children.flatMap((child) => {
    if (typeof child !== 'string') return textRuns(child, styleOf(child.attributes, style));
    return [{ text: child, font: Number(style['font-weight'] ?? 400) >= 600 ? STRONG : REGULAR }];
  });
}

function numberOf(attributes: Style, name: string, missing = 0): number {
  const value = attributes[name];
  return value === undefined ? missing : Number.parseFloat(value);
}

function numbersOf<const Names extends readonly string[]>(
  attributes: Style,
  names: Names,
): { [Index in keyof Names]: number } {
  return names.map((name) => numberOf(attributes, name)) as { [Index in keyof Names]: number };
}
