// A small PNG reader for tests: 8-bit RGBA, every filter, no interlace. Source: https://www.w3.org/TR/png/.
import { inflateSync } from 'node:zlib';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Four bytes a pixel. */
  readonly data: Uint8Array;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

export function readPng(png: Buffer): Pixels {
  if (png.readUInt32BE(0) !== 0x89504e47) throw new Error('not a PNG');
  const parts: Buffer[] = [];
  let [width, height] = [0, 0];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') {
      [width, height] = [body.readUInt32BE(0), body.readUInt32BE(4)];
      if (body[8] !== 8 || body[9] !== 6 || body[12] !== 0) throw new Error('not 8-bit RGBA');
    }
    if (type === 'IDAT') parts.push(body);
    at += 12 + length;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const stride = width * 4;
  const data = new Uint8Array(stride * height);
  for (let row = 0; row < height; row++) {
    const filter = raw[row * (stride + 1)]!;
    for (let column = 0; column < stride; column++) {
      const here = row * stride + column;
      const left = column < 4 ? 0 : data[here - 4]!;
      const up = row === 0 ? 0 : data[here - stride]!;
      const corner = row === 0 || column < 4 ? 0 : data[here - stride - 4]!;
      const add = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter]!;
      data[here] = raw[row * (stride + 1) + 1 + column]! + add;
    }
  }
  return { width, height, data };
}

/** Share of pixels that differ from the first one. */
export function inkRatio({ data }: Pixels): number {
  const [red, green, blue] = data;
  let inked = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (data[at] !== red || data[at + 1] !== green || data[at + 2] !== blue) inked++;
  }
  return (inked * 4) / data.length;
}
