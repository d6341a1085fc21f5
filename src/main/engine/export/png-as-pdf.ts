// A PNG as a PDF of one page of its size. Written by hand: a picture on a page is five objects.
import { deflateSync, inflateSync } from 'node:zlib';
import { WorkbenchError } from '../../../shared/errors.ts';

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 3 bytes each, row by row, on white. */
  readonly rgb: Buffer;
}

/** `scale`: pixels of the picture for each point of the page. */
export function pngAsPdf(
  png: Uint8Array,
  { scale, title }: { readonly scale: number; readonly title: string },
): Buffer {
  const { width, height, rgb } = readPng(Buffer.from(png));
  const page = { width: (width / scale).toFixed(2), height: (height / scale).toFixed(2) };
  const picture = deflateSync(rgb);
  const drawing = Buffer.from(`q ${page.width} 0 0 ${page.height} 0 0 cm /Chart Do Q`);
  const box = `[0 0 ${page.width} ${page.height}]`;
  const image = `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode`;
  return writePdf([
    Buffer.from('<< /Type /Catalog /Pages 2 0 R >>'),
    Buffer.from('<< /Type /Pages /Kids [3 0 R] /Count 1 >>'),
    Buffer.from(
      `<< /Type /Page /Parent 2 0 R /MediaBox ${box} /Contents 4 0 R /Resources << /XObject << /Chart 5 0 R >> >> >>`,
    ),
    stream('', drawing),
    stream(image, picture),
    Buffer.from(`<< /Title ${textString(title)} /Producer (Whittle) >>`),
  ]);
}

function stream(entries: string, data: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`<< ${entries} /Length ${data.length} >>\nstream\n`),
    data,
    Buffer.from('\nendstream'),
  ]);
}

/** UTF-16BE with its mark, in hexadecimal: any letter of a title. */
function textString(text: string): string {
  return `<FEFF${Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase()}>`;
}

/** Objects are numbered from 1; the last one describes the document. */
function writePdf(objects: readonly Buffer[]): Buffer {
  const parts = [Buffer.from('%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n', 'latin1')];
  const offsets: number[] = [];
  let position = parts[0]!.length;
  for (const [index, object] of objects.entries()) {
    const whole = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')]);
    offsets.push(position);
    position += whole.length;
    parts.push(whole);
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  parts.push(Buffer.from(`xref\n0 ${size}\n0000000000 65535 f \n${table}`));
  parts.push(
    Buffer.from(
      `trailer\n<< /Size ${size} /Root 1 0 R /Info ${objects.length} 0 R >>\nstartxref\n${position}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}

/** 8-bit RGB and RGBA without interlacing: what our rasterizer writes. Source: PNG, third edition, W3C. */
function readPng(png: Buffer): Pixels {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const [depth, colour, , , interlace] = png.subarray(24, 29);
  const channels = colour === 6 ? 4 : 3;
  if (depth !== 8 || (colour !== 6 && colour !== 2) || interlace !== 0) {
    throw new WorkbenchError('INTERNAL', 'The picture is not an 8-bit RGB PNG.');
  }
  const rows = unfilter(inflateSync(imageData(png)), width * channels, height, channels);
  const rgb = Buffer.alloc(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const alpha = channels === 4 ? rows[pixel * 4 + 3]! / 255 : 1;
    for (let channel = 0; channel < 3; channel += 1) {
      rgb[pixel * 3 + channel] = Math.round(rows[pixel * channels + channel]! * alpha + 255 * (1 - alpha));
    }
  }
  return { width, height, rgb };
}

function imageData(png: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let position = 8; position < png.length; ) {
    const length = png.readUInt32BE(position);
    const type = png.toString('latin1', position + 4, position + 8);
    if (type === 'IDAT') parts.push(png.subarray(position + 8, position + 8 + length));
    position += length + 12;
  }
  return Buffer.concat(parts);
}

/** Undoes the row filters: each byte was stored as its difference from a guess by its neighbours. */
function unfilter(data: Buffer, rowBytes: number, height: number, step: number): Buffer {
  const result = Buffer.alloc(rowBytes * height);
  for (let row = 0; row < height; row += 1) {
    const filter = data[row * (rowBytes + 1)]!;
    for (let i = 0; i < rowBytes; i += 1) {
      const at = row * rowBytes + i;
      const left = i < step ? 0 : result[at - step]!;
      const up = row === 0 ? 0 : result[at - rowBytes]!;
      const corner = i < step || row === 0 ? 0 : result[at - rowBytes - step]!;
      result[at] = data[row * (rowBytes + 1) + 1 + i]! + guess(filter, left, up, corner);
    }
  }
  return result;
}

function guess(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const estimate = left + up - corner;
  const [toLeft, toUp, toCorner] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
