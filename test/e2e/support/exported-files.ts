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
  return { width, height, colourCount: countColours(pixels, 4) };
}

export function openPng(png: Buffer): Picture {
  const { width, height, data } = readPng(png);
  return { width, height, colourCount: countColours(data, 4) };
}

export interface PdfPage extends Picture {
  readonly pageCount: number;
  /** Points. */
  readonly pageWidth: number;
}

/** A PDF whose pages hold one deflated RGB picture each: the first of them. */
export function openPdf(pdf: Buffer): PdfPage {
  const text = pdf.toString('latin1');
  if (!/^%PDF-1\.\d\n/.test(text) || !text.trimEnd().endsWith('%%EOF')) throw new Error('not a whole PDF');
  const picture = /\/Subtype \/Image [^>]*>>\nstream\n/.exec(text);
  if (picture === null) throw new Error('no picture in the PDF');
  const rgb = inflateSync(pdf.subarray(picture.index + picture[0].length));
  const number = (pattern: RegExp): number => Number(pattern.exec(text)?.[1]);
  return {
    width: number(/\/Width (\d+)/),
    height: number(/\/Height (\d+)/),
    pageCount: text.match(/\/Type \/Page\b/g)?.length ?? 0,
    pageWidth: number(/\/MediaBox \[0 0 ([\d.]+)/),
    colourCount: countColours(rgb, 3),
  };
}

export function parseCsv(text: string): Record<string, string>[] {
  return parse(text, { columns: true });
}

function countColours(bytes: Uint8Array, step: 3 | 4): number {
  const seen = new Set<number>();
  for (let i = 0; i + 2 < bytes.length; i += step) seen.add((bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!);
  return seen.size;
}
