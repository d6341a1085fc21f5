import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvCell, escapeHtml, escapeMarkdown } from '../../../src/main/engine/export/escape-text.ts';
import { formatCsv } from '../../../src/main/engine/export/score-rows.ts';

describe('csvCell', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+SUM(A1)', "'+SUM(A1)"],
    ['-2', "'-2"],
    ['@cmd', "'@cmd"],
    ['\t=1', "'\t=1"],
    ['  =1', "'  =1"],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['Q4_K_M', 'Q4_K_M'],
    [-0.25, '-0.25'],
    [1e-7, '1e-7'],
    [true, 'true'],
    [null, ''],
  ])('writes %j as %j', (value, cell) => {
    expect(csvCell(value)).toBe(cell);
  });

  it('lets any text be read back, but for the mark that stops formulas', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (one, two) => {
        const [row] = parse(formatCsv(['a', 'b'], [{ a: one, b: two }]), {
          columns: true,
          skip_empty_lines: false,
        }) as {
          a: string;
          b: string;
        }[];
        const plain = (text: string) =>
          /^\s*[=+\-@]/.test(text) || /^[\t\r]/.test(text.trimStart()) ? `'${text}` : text;
        expect(row!.a).toBe(plain(one));
        expect(row!.b).toBe(plain(two));
      }),
    );
  });
});

describe('escapeHtml', () => {
  it('leaves no character that could open a tag, an attribute or an entity', () => {
    expect(escapeHtml(`<img src=x onerror="a('&')">`)).toBe('&lt;img src=x onerror=&quot;a(&#39;&amp;&#39;)&quot;&gt;');
  });
});

describe('escapeMarkdown', () => {
  it('keeps a name one plain cell of a table', () => {
    expect(escapeMarkdown('a | b\n<script>*x*`y`[z](w)_')).toBe('a \\| b \\<script\\>\\*x\\*\\`y\\`\\[z\\]\\(w\\)\\_');
  });
});
