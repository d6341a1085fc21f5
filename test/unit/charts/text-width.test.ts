import { describe, expect, it } from 'vitest';
import { readTrueTypeFont } from '../../../src/main/engine/export/font-files.ts';
import { cutToWidth, textWidth, wrapText } from '../../../src/renderer/charts/text-width.ts';

/** Advance widths straight from the font: cmap format 4 and hmtx, as the OpenType specification lays them out. */
function fontWidths(font: Buffer): (code: number) => number {
  const tables = new Map<string, Buffer>();
  for (let table = 0; table < font.readUInt16BE(4); table++) {
    const entry = 12 + 16 * table;
    const start = font.readUInt32BE(entry + 8);
    tables.set(font.toString('latin1', entry, entry + 4), font.subarray(start, start + font.readUInt32BE(entry + 12)));
  }
  const cmap = tables.get('cmap')!;
  const hmtx = tables.get('hmtx')!;
  const metricCount = tables.get('hhea')!.readUInt16BE(34);
  const subtables = Array.from({ length: cmap.readUInt16BE(2) }, (_, index) =>
    cmap.subarray(cmap.readUInt32BE(8 + 8 * index)),
  );
  const map = subtables.find((subtable) => subtable.readUInt16BE(0) === 4)!;
  const doubled = map.readUInt16BE(6);
  return (code) => {
    for (let at = 0; at < doubled; at += 2) {
      if (code > map.readUInt16BE(14 + at)) continue;
      const start = map.readUInt16BE(16 + doubled + at);
      if (code < start) return 0;
      const delta = map.readUInt16BE(16 + 2 * doubled + at);
      const place = 16 + 3 * doubled + at;
      const offset = map.readUInt16BE(place);
      const glyph = offset === 0 ? code : map.readUInt16BE(place + offset + 2 * (code - start));
      return hmtx.readUInt16BE(4 * Math.min((glyph + delta) & 0xffff, metricCount - 1));
    }
    return 0;
  };
}

describe('textWidth', () => {
  it.each([400, 600] as const)('holds the advance widths of the bundled font, weight %i', (weight) => {
    const widthOf = fontWidths(readTrueTypeFont(weight));
    for (let code = 0x20; code <= 0x7e; code++) {
      expect(textWidth(String.fromCodePoint(code), 1000, weight), String.fromCodePoint(code)).toBeCloseTo(
        widthOf(code),
        6,
      );
    }
    for (const sign of '±−×…·') {
      expect(Math.abs(textWidth(sign, 1000, weight) - widthOf(sign.codePointAt(0)!)), sign).toBeLessThan(80);
    }
  });

  it('grows with the size and counts letters outside the font', () => {
    expect(textWidth('Wanda', 20)).toBeCloseTo(2 * textWidth('Wanda', 10), 9);
    expect(textWidth('模型', 10)).toBe(20);
  });
});

describe('cutToWidth', () => {
  it('keeps both ends of a long name', () => {
    const cut = cutToWidth('a-team-fine-tune-of-llama-3-8b-step-18400-Q4_K_M', 180, 13);
    expect(textWidth(cut, 13)).toBeLessThanOrEqual(180);
    expect(cut).toMatch(/^a-team.*….*Q4_K_M$/);
  });

  it('leaves what fits alone and cuts what never fits to an ellipsis', () => {
    expect(cutToWidth('Q4_K_M', 180, 13)).toBe('Q4_K_M');
    expect(cutToWidth('Q4_K_M', 3, 13)).toBe('…');
  });
});

describe('wrapText', () => {
  it('breaks at blanks, keeps every word and no line too wide', () => {
    const text = 'Factoid QA: nothing is clearly lost up to 20 %; at 50 % the best method, Wanda, is down 20.8 points.';
    const lines = wrapText(text, 300, 20, 600, 9);
    expect(lines.join(' ')).toBe(text);
    expect(Math.max(...lines.map((line) => textWidth(line, 20, 600)))).toBeLessThanOrEqual(300);
  });

  it('cuts in the middle what does not fit into its lines', () => {
    const lines = wrapText('one two three four five six seven eight nine ten', 90, 20, 400, 2);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('…');
    expect(wrapText('', 90, 20)).toEqual([]);
  });
});
