// The bundled typeface as bytes: WOFF2 for pages, and TrueType for the rasterizer, which reads no compressed fonts.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { inflateSync } from 'node:zlib';
import { WorkbenchError } from '../../../shared/errors.ts';

export const FONT_FAMILY = 'Atkinson Hyperlegible Next';
export const FONT_WEIGHTS = [400, 600] as const;
export type BundledWeight = (typeof FONT_WEIGHTS)[number];

const WOFF_MAGIC = 0x774f4646;
const WOFF_HEADER_BYTES = 44;
const WOFF_ENTRY_BYTES = 20;
const SFNT_HEADER_BYTES = 12;
const SFNT_ENTRY_BYTES = 16;

function fontPath(weight: BundledWeight, extension: 'woff' | 'woff2'): string {
  const file = `files/atkinson-hyperlegible-next-latin-${weight}-normal.${extension}`;
  return createRequire(import.meta.url).resolve(`@fontsource/atkinson-hyperlegible-next/${file}`);
}

/** A WOFF 1 font as the TrueType file that it packs. Source: https://www.w3.org/TR/WOFF/. */
function unpackWoff(woff: Buffer): Buffer {
  if (woff.length < WOFF_HEADER_BYTES || woff.readUInt32BE(0) !== WOFF_MAGIC) {
    throw new WorkbenchError('BAD_INPUT', 'This is not a WOFF font.');
  }
  const tableCount = woff.readUInt16BE(12);
  const headerBytes = SFNT_HEADER_BYTES + tableCount * SFNT_ENTRY_BYTES;
  const header = Buffer.alloc(headerBytes);
  const log2 = Math.floor(Math.log2(tableCount));
  header.writeUInt32BE(woff.readUInt32BE(4), 0);
  header.writeUInt16BE(tableCount, 4);
  header.writeUInt16BE(2 ** log2 * 16, 6);
  header.writeUInt16BE(log2, 8);
  header.writeUInt16BE(tableCount * 16 - 2 ** log2 * 16, 10);
  const parts: Buffer[] = [header];
  let offset = headerBytes;
  for (let table = 0; table < tableCount; table++) {
    const entry = WOFF_HEADER_BYTES + table * WOFF_ENTRY_BYTES;
    const start = woff.readUInt32BE(entry + 4);
    const packedBytes = woff.readUInt32BE(entry + 8);
    const sizeBytes = woff.readUInt32BE(entry + 12);
    const packed = woff.subarray(start, start + packedBytes);
    const data = packedBytes < sizeBytes ? inflateSync(packed, { maxOutputLength: sizeBytes }) : packed;
    const row = SFNT_HEADER_BYTES + table * SFNT_ENTRY_BYTES;
    woff.copy(header, row, entry, entry + 4);
    header.writeUInt32BE(woff.readUInt32BE(entry + 16), row + 4);
    header.writeUInt32BE(offset, row + 8);
    header.writeUInt32BE(sizeBytes, row + 12);
    parts.push(data, Buffer.alloc((4 - (sizeBytes % 4)) % 4));
    offset += sizeBytes + ((4 - (sizeBytes % 4)) % 4);
  }
  return Buffer.concat(parts);
}

export function readTrueTypeFont(weight: BundledWeight): Buffer {
  return unpackWoff(readFileSync(fontPath(weight, 'woff')));
}

/** Whether the bundled cuts have all letters of a picture: Latin and signs. Other scripts need the system's fonts, slow to find. */
export function hasBundledLetters(svg: string): boolean {
  return !/[^\n -\u024f\u2000-\u206f\u20ac\u2122\u2212]/.test(svg);
}

/** `@font-face` rules with the font inside, for a page or picture that must stand alone. */
export function embeddedFontFaces(): string {
  return FONT_WEIGHTS.map((weight) => {
    const data = readFileSync(fontPath(weight, 'woff2')).toString('base64');
    return `@font-face{font-family:'${FONT_FAMILY}';font-weight:${weight};src:url(data:font/woff2;base64,${data}) format('woff2')}`;
  }).join('');
}
