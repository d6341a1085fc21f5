import { readFileSync } from 'node:fs';
import { QueryClient } from '@tanstack/react-query';
import { describe, expect, test, vi } from 'vitest';
import { applyEvent, placeJob } from '../../../src/renderer/api/apply-event.ts';
import { jobsQuery } from '../../../src/renderer/api/queries.ts';
import { groupJobs } from '../../../src/renderer/jobs/JobsScreen.tsx';
import { aboutWords, progressWords, remainingWords } from '../../../src/renderer/jobs/job-words.ts';
import { SETTING_GROUPS, settingMatches } from '../../../src/renderer/settings/setting-groups.ts';
import type { Command } from '../../../src/renderer/ui/commands.tsx';
import { errorWords } from '../../../src/renderer/ui/error-words.ts';
import { globalKeys, paneKeys, screenKeys } from '../../../src/renderer/ui/keys.ts';
import { matchScore, rankCommands } from '../../../src/renderer/ui/rank-commands.ts';
import { formatPlace, parsePlace } from '../../../src/renderer/ui/use-place.ts';
import { keysOf } from '../../../src/renderer/ui/use-shortcuts.ts';
import { ERROR_CODES, WorkbenchError } from '../../../src/shared/errors.ts';
import type { Job, JobState } from '../../../src/shared/job.ts';
import { SETTING_KEYS } from '../../../src/shared/session/machine-calls.ts';

function job(id: string, state: JobState, changes: Partial<Job> = {}): Job {
  return {
    id,
    kind: 'kick',
    state,
    title: id,
    models: [],
    input: {},
    canResume: true,
    createdAt: 0,
    elapsedMs: 0,
    ...changes,
  };
}

describe('place in the window', () => {
  test('what an address says is found again', () => {
    expect(parsePlace(formatPlace('scores', { task: 'factoid-qa', axis: 'sizeBytes' }))).toEqual({
      section: 'scores',
      params: { task: 'factoid-qa', axis: 'sizeBytes' },
    });
  });

  test('an unknown address is the models', () => {
    expect(parsePlace('#/nowhere').section).toBe('models');
    expect(parsePlace('').section).toBe('models');
  });
});

describe('events', () => {
  test('a job that starts comes first, one that ends goes behind those that wait', () => {
    const jobs = [job('a', 'running'), job('b', 'queued'), job('c', 'done')];
    expect(placeJob(jobs, job('b', 'running')).map(({ id }) => id)).toEqual(['b', 'a', 'c']);
    expect(placeJob(jobs, job('a', 'failed')).map(({ id }) => id)).toEqual(['b', 'a', 'c']);
    expect(placeJob(jobs, job('d', 'queued')).map(({ id }) => id)).toEqual(['a', 'b', 'd', 'c']);
  });

  test('progress patches its job and asks for nothing', () => {
    const client = new QueryClient();
    client.setQueryData(jobsQuery.queryKey, [job('a', 'running'), job('b', 'queued')]);
    const progress = { stage: 'asking', done: 7, total: 10, unit: 'questions' };
    applyEvent(client, { type: 'job-progress', jobId: 'a', progress, remainingMs: 5000, epoch: 'e', sequence: 1 });
    expect(client.getQueryData(jobsQuery.queryKey)).toEqual([
      job('a', 'running', { progress, remainingMs: 5000 }),
      job('b', 'queued'),
    ]);
    expect(client.getQueryState(jobsQuery.queryKey)?.isInvalidated).toBe(false);
  });

  test('ten thousand events leave no more behind than the last', () => {
    const client = new QueryClient();
    client.setQueryData(jobsQuery.queryKey, [job('a', 'running')]);
    for (let sequence = 1; sequence <= 10_000; sequence++) {
      const progress = { stage: `question ${sequence}`, done: sequence, unit: 'questions' };
      applyEvent(client, { type: 'job-progress', jobId: 'a', progress, epoch: 'e', sequence });
    }
    expect(JSON.stringify(client.getQueryData(jobsQuery.queryKey)).length).toBeLessThan(400);
    expect(client.getQueryCache().getAll()).toHaveLength(1);
  });

  test('a reset makes everything old', () => {
    const client = new QueryClient();
    client.setQueryData(['bench'], { base: null, versions: [] });
    applyEvent(client, { type: 'connected', epoch: 'e', sequence: 0, reset: true });
    expect(client.getQueryState(['bench'])?.isInvalidated).toBe(true);
  });
});

describe('palette', () => {
  const command = (id: string, title: string, changes: Partial<Command> = {}): Command => ({
    id,
    title,
    group: 'action',
    run: () => undefined,
    ...changes,
  });
  const commands = [
    command('a', 'Run KICK on the bench'),
    command('b', 'Go to KICK'),
    command('c', 'Export chart as SVG', { blockedBy: 'no chart yet' }),
    command('d', 'kick-model', { group: 'model' }),
  ];

  test('a word at the beginning is worth more than one inside', () => {
    expect(matchScore('Export chart', 'exp')).toBeGreaterThan(matchScore('Export chart', 'chart'));
    expect(matchScore('Export chart', 'xyz')).toBe(0);
    expect(matchScore('Export chart as SVG', 'ecs')).toBeGreaterThan(0);
  });

  test('what cannot run is last, prefixes choose a group, what was used comes first', () => {
    expect(rankCommands(commands, '', []).at(-1)?.id).toBe('c');
    expect(rankCommands(commands, '#', []).map(({ id }) => id)).toEqual(['d']);
    expect(rankCommands(commands, '>kick', []).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(rankCommands(commands, '', ['b'])[0]?.id).toBe('b');
  });
});

describe('keys', () => {
  const press = (key: string, changes: object = {}) =>
    keysOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...changes } as KeyboardEvent);

  test('a combination has one spelling on every system', () => {
    expect(press('k', { ctrlKey: true })).toBe('mod+k');
    expect(press('k', { metaKey: true })).toBe('mod+k');
    expect(press('E', { ctrlKey: true, shiftKey: true })).toBe('mod+shift+e');
    expect(press('?', { shiftKey: true })).toBe('?');
    expect(press('F6', { shiftKey: true })).toBe('shift+f6');
    expect(press('\u2020', { altKey: true, code: 'KeyT' })).toBe('alt+t');
    expect(press('ArrowUp', { altKey: true, code: 'ArrowUp' })).toBe('alt+arrowup');
  });

  test('keys that a browser keeps for its tabs have others there', () => {
    expect(paneKeys()).toEqual({ add: 'alt+t', close: 'alt+w' });
    expect(screenKeys('chat').map(({ keys }) => keys)).toEqual(expect.arrayContaining(['alt+t', 'alt+w']));
    expect(globalKeys().map(({ keys }) => keys)).not.toContain('mod+1');
    vi.stubGlobal('window', { whittle: {} });
    vi.resetModules();
    return import('../../../src/renderer/ui/keys.ts').then((desktop) => {
      expect(desktop.paneKeys()).toEqual({ add: 'mod+t', close: 'mod+w' });
      expect(desktop.screenKeys('chat').map(({ keys }) => keys)).toEqual(expect.arrayContaining(['mod+t', 'mod+w']));
      expect(desktop.globalKeys().map(({ keys }) => keys)).toContain('mod+1');
      vi.unstubAllGlobals();
    });
  });
});

describe('words', () => {
  test('every code of an error has a headline', () => {
    for (const code of ERROR_CODES) expect(errorWords(new WorkbenchError(code, 'what happened')).title).toMatch(/\.$/);
    expect(errorWords({ code: 'NO_SPACE', message: 'Free 1 GB.' }).title).toBe('Not enough room on the disk.');
    expect(errorWords('odd').message).toBe('odd');
  });

  test('a guess of time is rounded', () => {
    expect(remainingWords(52 * 60_000 + 3000)).toBe('52 min left');
    expect(remainingWords(4200)).toBe('4 s left');
    expect(aboutWords(19_000_000)).toBe('about 5.3 h');
    expect(
      progressWords(
        job('a', 'running', {
          progress: { stage: '', done: 380, total: 1000, unit: 'questions' },
          remainingMs: 60_000,
        }),
      ),
    ).toBe('380 of 1,000 \u00b7 1 min left');
  });

  test('jobs that need a person stand before those that are over', () => {
    expect(
      groupJobs([
        job('a', 'done'),
        job('b', 'failed'),
        job('c', 'queued'),
        job('d', 'running'),
        job('e', 'cancelled'),
      ]).map(({ title, jobs }) => `${title} ${jobs.map(({ id }) => id).join('')}`),
    ).toEqual(['Running d', 'Waiting c', 'Failed b', 'Done ae']);
  });

  test('every setting is on the page or has a place of its own', () => {
    const shown = SETTING_GROUPS.flatMap(({ keys }) => keys);
    const elsewhere = ['firstRunDone'];
    expect(new Set([...shown, ...elsewhere])).toEqual(new Set(SETTING_KEYS));
    expect(settingMatches('gpu', 'backend')).toBe(true);
    expect(settingMatches('gpu', 'density')).toBe(false);
  });
});

describe('design tokens', () => {
  const css = readFileSync(new URL('../../../src/renderer/ui/tokens.css', import.meta.url), 'utf8');
  const token = (name: string): [string, string] => {
    const match = new RegExp(`--${name}:\\s*light-dark\\((#[0-9a-f]{6}),\\s*(#[0-9a-f]{6})\\)`).exec(css);
    if (match === null) throw new Error(`no colours for ${name}`);
    return [match[1]!, match[2]!];
  };
  const luminance = (hex: string): number => {
    const [red, green, blue] = [1, 3, 5].map((place) => {
      const share = Number.parseInt(hex.slice(place, place + 2), 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  /** WCAG 2.2, relative luminance contrast. */
  const contrast = (a: string, b: string): number => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high! + 0.05) / (low! + 0.05);
  };
  const surfaces = ['bg', 'surface', 'surface-sunk', 'surface-raised', 'hover', 'accent-soft'];

  test.each(['ink', 'ink-2', 'ink-3'])('%s is read on every surface, light and dark', (ink) => {
    for (const surface of surfaces) {
      for (const scheme of [0, 1] as const) {
        expect(
          contrast(token(ink)[scheme], token(surface)[scheme]),
          `${ink} on ${surface} ${scheme}`,
        ).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  test.each([
    ['warn', 'warn-soft'],
    ['bad', 'bad-soft'],
    ['info', 'info-soft'],
    ['on-accent', 'accent'],
    ['on-accent', 'accent-hover'],
    ['chart-text', 'chart-bg'],
    ['chance', 'chart-bg'],
  ])('%s is read on %s', (ink, surface) => {
    for (const scheme of [0, 1] as const)
      expect(contrast(token(ink)[scheme], token(surface)[scheme])).toBeGreaterThanOrEqual(4.5);
  });

  test.each(['control-line', 'accent', 'dense', ...Array.from({ length: 8 }, (_, slot) => `series-${slot + 1}`)])(
    '%s stands out from its surface',
    (mark) => {
      for (const scheme of [0, 1] as const)
        expect(contrast(token(mark)[scheme], token('surface')[scheme])).toBeGreaterThanOrEqual(3);
    },
  );
});
