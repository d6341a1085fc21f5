import { describe, expect, it } from 'vitest';
import { selectRows } from '../../../src/main/engine/session/score-handlers.ts';
import type { ScoreRow } from '../../../src/shared/session/score-calls.ts';

const row = (model: string, modelSha256: string, isDense: boolean) =>
  ({ model, modelSha256, isDense, modelId: 'the-copy', task: 'factoid-qa', protocol: 'standard' }) as ScoreRow;

/** Two entries of the library hold one file's content; a board knows but one of them. */
const HASHES: Readonly<Record<string, string>> = {
  original: 'dense',
  'the-copy': 'dense',
  small: 'version',
  'small-copy': 'version',
};
const rows = [row('A', 'dense', true), row('A', 'version', false), row('A', 'another', false), row('B', 'b', true)];
const services = {
  scoreBoard: { sweeps: [{ rows }] },
  imported: { rows: () => [] },
  sha256Of: (id: string) => HASHES[id],
} as unknown as Parameters<typeof selectRows>[0];

const hashes = (request: Parameters<typeof selectRows>[1]) =>
  selectRows(services, request).map(({ modelSha256 }) => modelSha256);

describe('scores of a base or version', () => {
  it('are those of its content, whichever of two equal files is named', () => {
    for (const base of ['original', 'the-copy']) {
      expect(hashes({ base }), base).toEqual(['dense', 'version', 'another']);
    }
    for (const model of ['small', 'small-copy'])
      expect(hashes({ models: [model] }), model).toEqual(['dense', 'version', 'b']);
  });

  it('are found by hash, and by the name of a base that is not in the library', () => {
    expect(hashes({ models: ['another'] })).toEqual(['dense', 'another', 'b']);
    expect(hashes({ base: 'B' })).toEqual(['b']);
    expect(hashes({ base: 'unknown' })).toEqual([]);
  });
});
