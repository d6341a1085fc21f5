// What people see: tables, progress, errors, units.
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { describeProgress, ProgressDisplay } from '../../../src/main/cli/progress-display.ts';
import { formatErrorDocument, formatErrorLine } from '../../../src/main/cli/report-error.ts';
import { formatFacts, formatTable } from '../../../src/main/cli/table.ts';
import { formatBytes, formatDuration, formatPercent } from '../../../src/shared/units.ts';

function stream(isTTY: boolean): { stream: NodeJS.WriteStream; text: () => string } {
  const through = new PassThrough();
  const chunks: string[] = [];
  through.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  return { stream: Object.assign(through, { isTTY, columns: 60 }) as never, text: () => chunks.join('') };
}

describe('tables', () => {
  it('align columns to their widest cell and end without blanks', () => {
    const table = formatTable(
      [
        { title: 'type', value: (row: { type: string; size: string }) => row.type },
        { title: 'size', value: (row) => row.size, align: 'right' },
      ],
      [
        { type: 'Q8_0', size: '6.92 MB' },
        { type: 'IQ2_XXS', size: '9 B' },
      ],
    );
    expect(stripVTControlCharacters(table)).toBe('type        size\nQ8_0     6.92 MB\nIQ2_XXS      9 B\n');
  });

  it('write facts below each other', () => {
    expect(
      formatFacts([
        ['a', '1'],
        ['long', '2'],
      ]),
    ).toBe('a     1\nlong  2\n');
  });
});

describe('errors', () => {
  it('are one line, whatever the message holds', () => {
    const error = { code: 'BAD_DATA' as const, message: 'first\n  second\r\nthird\n' };
    expect(formatErrorLine(error)).toBe('whittle: BAD_DATA: first second third\n');
  });

  it('are one JSON document for scripts, without a stack', () => {
    const error = { code: 'FILE_NOT_FOUND' as const, message: 'no', details: { path: 'x' }, stack: 'secret' };
    expect(JSON.parse(formatErrorDocument(error))).toEqual({
      error: { code: 'FILE_NOT_FOUND', message: 'no', details: { path: 'x' } },
    });
  });
});

describe('progress', () => {
  const progress = { stage: 'reading', done: 3, total: 12, unit: 'tensors' };

  it('is said in words', () => {
    expect(describeProgress(progress)).toBe('reading: 3 of 12 tensors');
    expect(describeProgress({ stage: 'loading', done: 0, unit: 'tensors' })).toBe('loading');
  });

  it('draws over itself on a terminal and never past its width', () => {
    const { stream: terminal, text } = stream(true);
    const display = new ProgressDisplay(terminal, false);
    display.update({ ...progress, stage: 'x'.repeat(200) });
    display.clear();
    const [drawn] = text().split('\u001b[K');
    expect(drawn?.startsWith('\r[######---')).toBe(true);
    expect(drawn?.length).toBe(60);
    expect(text().endsWith('\r\u001b[K')).toBe(true);
  });

  it('says nothing in the first seconds where there is no terminal, and nothing at all when quiet', () => {
    for (const [isTTY, isQuiet] of [
      [false, false],
      [true, true],
    ] as const) {
      const { stream: pipe, text } = stream(isTTY);
      const display = new ProgressDisplay(pipe, isQuiet);
      display.update(progress);
      display.clear();
      expect(text()).toBe('');
    }
  });
});

describe('units', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [12_883_072, '12.9 MB'],
    [999_600, '1.00 MB'],
    [3e9, '3.00 GB'],
  ])('show %d bytes as %s', (sizeBytes, text) => {
    expect(formatBytes(sizeBytes)).toBe(text);
  });

  it.each([
    [80, '0.1 s'],
    [9960, '10 s'],
    [185_000, '3 min 5 s'],
    [7_440_000, '2 h 4 min'],
  ])('show %d ms as %s', (elapsedMs, text) => {
    expect(formatDuration(elapsedMs)).toBe(text);
  });

  it('show ratios in percent', () => {
    expect(formatPercent(0.025, 2)).toBe('2.50 %');
  });
});
