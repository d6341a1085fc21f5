import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCalibrationText } from '../../../src/main/engine/calibration/calibration-text.ts';
import { type SampleOptions, sampleText } from '../../../src/main/engine/calibration/sample-text.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** One token per letter: its code. */
const tokenize = (text: string): Int32Array => Int32Array.from(text, (letter) => letter.codePointAt(0) ?? 0);

function sample(content: string, options: Partial<SampleOptions>, name = 'text.txt'): string[] {
  const path = join(tempFolder(), name);
  writeFileSync(path, content);
  const wanted = { sampling: 'first', sampleCount: 2, sampleLength: 4, seed: 0, ...options } as const;
  return sampleText(readCalibrationText(path), tokenize, wanted).map((tokens) => String.fromCodePoint(...tokens));
}

const codeOf = (code: string) => expect.objectContaining({ code });

describe('sampling from the first documents', () => {
  it('takes the first tokens of the blocks that are long enough, in file order', () => {
    expect(sample('abcdef\n\nxyz\n \t\nghijkl\nmn\n\nopqrs', { sampleCount: 2 })).toEqual(['abcd', 'ghij']);
  });

  it('reads JSON lines by their field text, whatever the file is called', () => {
    const lines = '{"text": "abcdef"}\n{"text": "xy"}\n\n{"text": "gh\\nij"}\n';
    expect(sample(lines, {}, 'docs.jsonl')).toEqual(['abcd', 'gh\ni']);
    expect(sample(lines, {}, 'docs.txt')).toEqual(['abcd', 'gh\ni']);
  });

  it('cuts plain text into pieces when it has fewer blocks than samples', () => {
    expect(sample('abcdef\n\nghijkl', { sampleCount: 3 })).toEqual(['abcd', 'ef\n\n', 'ghij']);
  });

  it('gives fewer samples when the text has no more', () => {
    expect(sample('abcdefghij', { sampleCount: 5 })).toEqual(['abcd', 'efgh']);
    expect(sample('{"text": "abcdef"}\n{"text": "ab"}', { sampleCount: 5 })).toEqual(['abcd']);
  });

  it('refuses a text without a single sample', () => {
    expect(() => sample('abc', {})).toThrow(codeOf('BAD_DATA'));
    expect(() => sample('{"text": "abc"}', {})).toThrow(codeOf('BAD_DATA'));
    expect(() => sample('', {})).toThrow(codeOf('BAD_DATA'));
    expect(() => sample(' \n\n ', {})).toThrow(codeOf('BAD_DATA'));
  });

  it('names the line at which JSON lines break', () => {
    const details = expect.objectContaining({ line: 2 });
    const broken = expect.objectContaining({ code: 'BAD_DATA', details });
    expect(() => sample('{"text": "abcdef"}\n{"text": 5}', {})).toThrow(broken);
    expect(() => sample('{"text": "abcdef"}\n{"te', {}, 'a.jsonl')).toThrow(broken);
  });

  it('says that a file is missing', () => {
    expect(() => readCalibrationText(join(tempFolder(), 'none.txt'))).toThrow(codeOf('FILE_NOT_FOUND'));
  });
});

describe('random sampling', () => {
  const documents = ['abcdefghijklmnopqrstuvwxyz', 'xy', '0123456789', 'ABCD'];
  const lines = documents.map((text) => JSON.stringify({ text })).join('\n');

  it("draws the documents and starts that the reference's rule draws", () => {
    // Python: random.seed(7); i = randint(0, 3) until len >= 4; start = randint(0, max(0, len - 4 - 1)).
    expect(sample(lines, { sampling: 'random', sampleCount: 6, seed: 7 })).toEqual([
      '1234',
      'ABCD',
      'rstu',
      'lmno',
      'qrst',
      'cdef',
    ]);
  });

  it('gives the same samples for the same seed and others for another', () => {
    const draw = (seed: number) => sample(lines, { sampling: 'random', sampleCount: 8, seed });
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3)).not.toEqual(draw(4));
  });

  it('takes plain text without a long block as one document', () => {
    const drawn = sample('ab\n\ncd\n\nef', { sampling: 'random', sampleCount: 4 });
    for (const piece of drawn) expect('ab\n\ncd\n\nef').toContain(piece);
    expect(drawn).toHaveLength(4);
  });

  it('refuses documents that are all too short', () => {
    expect(() => sample('{"text": "ab"}\n{"text": "cd"}', { sampling: 'random' })).toThrow(codeOf('BAD_DATA'));
  });
});
