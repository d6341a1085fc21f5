// The journal of a sweep: found again when unfinished, whole after a crash in the middle of a line.
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SweepJournal, type SweepPlan } from '../../../src/main/engine/sweep/sweep-journal.ts';
import type { SweepPoint } from '../../../src/shared/kick.ts';

const root = mkdtempSync(join(tmpdir(), 'whittle-journal-'));
afterAll(() => rmSync(root, { recursive: true }));

const plan = (limit: number): SweepPlan => ({
  models: [{ path: '/m.gguf', sizeBytes: 1, modifiedMs: 2 }],
  recipes: [{ steps: [] }],
  kick: { limit },
  engineVersion: '0.1.0',
});

const point = (label: string): SweepPoint => ({
  label,
  model: 'm',
  modelSha256: label,
  recipe: null,
  method: 'dense',
  sizeBytes: 1,
  bitsPerWeight: 16,
  sparsityRatio: 0,
  scores: [],
});

const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 12, 0, second));

describe('a sweep journal', () => {
  it('is found again by its plan until the sweep is finished', () => {
    const folder = join(root, 'found');
    expect(SweepJournal.findUnfinished(folder, plan(1))).toBeUndefined();
    const journal = SweepJournal.create(folder, plan(1), at(0));
    journal.add(point('dense'));
    const found = SweepJournal.findUnfinished(folder, plan(1));
    expect(found?.sweepId).toBe(journal.sweepId);
    expect(found?.points).toEqual([point('dense')]);
    expect(SweepJournal.findUnfinished(folder, plan(2))).toBeUndefined();
    journal.finish();
    expect(SweepJournal.findUnfinished(folder, plan(1))).toBeUndefined();
  });

  it('prefers the newest of several', () => {
    const folder = join(root, 'newest');
    SweepJournal.create(folder, plan(1), at(1));
    const newest = SweepJournal.create(folder, plan(1), at(3));
    SweepJournal.create(folder, plan(2), at(5));
    expect(SweepJournal.findUnfinished(folder, plan(1))?.sweepId).toBe(newest.sweepId);
  });

  it('drops a line that a crash cut short, and goes on after the whole ones', () => {
    const folder = join(root, 'torn');
    const journal = SweepJournal.create(folder, plan(1), at(0));
    journal.add(point('dense'));
    const lines = join(journal.folder, 'points.jsonl');
    appendFileSync(lines, JSON.stringify(point('Q8_0')).slice(0, 30));
    const found = SweepJournal.findUnfinished(folder, plan(1));
    expect(found?.points.map(({ label }) => label)).toEqual(['dense']);
    found?.add(point('Q8_0'));
    const labels = readFileSync(lines, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).label);
    expect(labels).toEqual(['dense', 'Q8_0']);
  });

  it('leaves no folder when nothing was measured', () => {
    const folder = join(root, 'empty');
    const journal = SweepJournal.create(folder, plan(1), at(0));
    journal.discard();
    expect(existsSync(journal.folder)).toBe(false);
    const kept = SweepJournal.create(folder, plan(1), at(0));
    kept.add(point('dense'));
    kept.discard();
    expect(existsSync(kept.folder)).toBe(true);
  });
});
