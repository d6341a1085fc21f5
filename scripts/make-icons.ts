// resources/icons/icon.svg -> the PNG, ICO and ICNS that the systems want. Run when the picture changes: `npm run icons`.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Resvg } from '@resvg/resvg-js';

const folder = new URL('../resources/icons/', import.meta.url);
const svg = readFileSync(new URL('icon.svg', folder), 'utf8');
const LINUX_SIZES = [16, 32, 48, 64, 128, 256, 512];
const ICO_SIZES = [16, 24, 32, 48, 64, 128, 256];
/** Apple's names of PNG entries by their pixels. */
const ICNS_TYPES: readonly (readonly [string, number])[] = [
  ['icp4', 16],
  ['icp5', 32],
  ['ic07', 128],
  ['ic08', 256],
  ['ic09', 512],
  ['ic10', 1024],
];

function png(size: number): Buffer {
  return new Resvg(svg, { fitTo: { mode: 'width', value: size } }).render().asPng();
}

function write(name: string, bytes: Uint8Array): void {
  writeFileSync(fileURLToPath(new URL(name, folder)), bytes);
}

/** Header, one entry of 16 bytes a picture, then the pictures as PNG. */
function makeIco(pictures: readonly { readonly size: number; readonly bytes: Buffer }[]): Buffer {
  const head = Buffer.alloc(6 + pictures.length * 16);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pictures.length, 4);
  let offset = head.length;
  for (const [index, { size, bytes }] of pictures.entries()) {
    const entry = 6 + index * 16;
    // 256 does not fit a byte and is written as 0.
    head.writeUInt8(size % 256, entry);
    head.writeUInt8(size % 256, entry + 1);
    head.writeUInt16LE(1, entry + 4);
    head.writeUInt16LE(32, entry + 6);
    head.writeUInt32LE(bytes.length, entry + 8);
    head.writeUInt32LE(offset, entry + 12);
    offset += bytes.length;
  }
  return Buffer.concat([head, ...pictures.map(({ bytes }) => bytes)]);
}

/** `icns`, length, then entries of type, length and PNG. */
function makeIcns(pictures: readonly { readonly type: string; readonly bytes: Buffer }[]): Buffer {
  const entries = pictures.map(({ type, bytes }) =>
    Buffer.concat([Buffer.from(type, 'latin1'), lengthBytes(bytes.length + 8), bytes]),
  );
  const sizeBytes = entries.reduce((sum, { length }) => sum + length, 8);
  return Buffer.concat([Buffer.from('icns', 'latin1'), lengthBytes(sizeBytes), ...entries]);
}

function lengthBytes(length: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  return bytes;
}

write('icon.png', png(1024));
for (const size of LINUX_SIZES) write(`${size}x${size}.png`, png(size));
write('icon.ico', makeIco(ICO_SIZES.map((size) => ({ size, bytes: png(size) }))));
write('icon.icns', makeIcns(ICNS_TYPES.map(([type, size]) => ({ type, bytes: png(size) }))));
