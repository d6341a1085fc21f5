// What is inside files that the window exports, read by other means than those that wrote them.
import { inflateSync } from 'node:zlib';
import { Resvg } from '@resvg/resvg-js';
import { parse } from 'csv-parse/sync';
import { readPng } from '../../unit/export/read-png.ts';

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Different colours: one when it is blank. */
  readonly colourCount: number;
}

/** Drawn by resvg, which is no browser. */
export function drawSvg(svg: string): Picture {
  const { width, height, pixels } = new Resvg(svg, { font: { loadSystemFonts: false } }).render();
  return { width, height, colourCount: countColours(pixels) };
}

export function openPng(png: Buffer): Picture {
  const { width, height, data } = readPng(png);
  return { width, height, colourCount: countColours(data) };
}

export interface PdfFile {
  readonly pageCount: number;
  /** Points. */
  readonly pageWidth: number;
  readonly pageHeight: number;
  /** Typefaces that are in the file. */
  readonly fontCount: number;
  /** Pieces of text, and lines and areas, that the pages draw. */
  readonly textCount: number;
  readonly shapeCount: number;
}

export function openPdf(pdf: Buffer): PdfFile {
  const text = pdf.toString('latin1');
  if (!/^%PDF-1\.\d\n/.test(text) || !text.trimEnd().endsWith('%%EOF')) throw new Error('not a whole PDF');
  const [, width, height] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(text) ?? [];
  const drawing = drawingOf(pdf);
  const count = (where: string, pattern: RegExp): number => where.match(pattern)?.length ?? 0;
  return {
    pageCount: count(text, /\/Type \/Page\b/g),
    pageWidth: Number(width),
    pageHeight: Number(height),
    fontCount: count(text, /\/FontFile[23]?\b/g),
    textCount: count(drawing, /\bT[jJ]\b/g),
    shapeCount: count(drawing, /(?<![\w.])(S|f|B)\s*$/gm),
  };
}

/** The deflated streams that set text: what the pages draw. */
function drawingOf(pdf: Buffer): string {
  const text = pdf.toString('latin1');
  const streams = [...text.matchAll(/\bstream\r?\n/g)].flatMap((match) => {
    try {
      return inflateSync(pdf.subarray(match.index + match[0].length)).toString('latin1');
    } catch {
      // Not deflated: no drawing of ours.
      return [];
    }
  });
  return streams.filter((stream) => / Tf\b/.test(stream)).join('\n');
}

export function parseCsv(text: string): Record<string, string>[] {
  return parse(text, { columns: true });
}

/** Of four bytes a pixel. */
function countColours(bytes: Uint8Array): number {
  const seen = new Set<number>();
  for (let i = 0; i + 2 < bytes.length; i += 4) seen.add((bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!);
  return seen.size;
}
