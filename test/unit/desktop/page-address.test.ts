import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  isDeepLink,
  isOurPage,
  isOutsideLink,
  mayUse,
  PAGE_URL,
  PERMISSIONS,
  pageFileName,
} from '../../../src/main/desktop/page-address.ts';
import { quitWords } from '../../../src/main/desktop/quit-words.ts';
import { parsePosition, parseRequest } from '../../../src/main/desktop/read-message.ts';
import { fitToScreens, readWindowState, writeWindowState } from '../../../src/main/desktop/window-state.ts';
import type { Job } from '../../../src/shared/job.ts';
import { CONTENT_SECURITY_POLICY } from '../../../src/shared/page-policy.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const FOREIGN = [
  'https://evil.example/',
  'file:///etc/passwd',
  'whittle-app://evil/index.html',
  'whittle-app-evil://app/',
  'javascript:alert(1)',
  'data:text/html,x',
  'about:blank',
  '',
];

describe('the page', () => {
  it('is at one address, and nothing else is', () => {
    expect(isOurPage(PAGE_URL)).toBe(true);
    for (const url of FOREIGN) expect(isOurPage(url), url).toBe(false);
  });

  it('has files by name; a way out of the folder is a name that no file has', () => {
    expect(pageFileName('whittle-app://app/')).toBe('/index.html');
    expect(pageFileName('whittle-app://app/assets/a%20b.js?x#y')).toBe('/assets/a b.js');
    expect(pageFileName('whittle-app://app/../../etc/passwd')).toBe('/etc/passwd');
    expect(pageFileName('whittle-app://app/%E0%A4%A')).toBeUndefined();
    expect(pageFileName('https://app/index.html')).toBeUndefined();
  });

  it('may copy, and nothing else of what a browser offers', () => {
    const allowed = Object.keys(PERMISSIONS).filter((permission) => mayUse(permission, PAGE_URL));
    expect(allowed).toEqual(['clipboard-sanitized-write']);
    for (const permission of ['media', 'geolocation', 'toString', 'new-one'])
      expect(mayUse(permission, PAGE_URL)).toBe(false);
    for (const url of FOREIGN) expect(mayUse('clipboard-sanitized-write', url)).toBe(false);
  });

  it('runs no script but its own files', () => {
    const policy = new Map(
      CONTENT_SECURITY_POLICY.split('; ').map((part) => [part.split(' ')[0], part.split(' ').slice(1)]),
    );
    expect(policy.get('default-src')).toEqual(["'none'"]);
    expect(policy.get('script-src')).toEqual(["'self'"]);
    expect(policy.get('object-src')).toEqual(["'none'"]);
    expect(policy.get('frame-ancestors')).toEqual(["'none'"]);
    // No picture of another site, so that an answer of a model cannot tell anyone that it was read.
    expect(policy.get('img-src')?.some((source) => source.startsWith('http'))).toBe(false);
  });
});

describe('links', () => {
  it.each([
    ['https://arxiv.org/abs/2310.01382', true],
    ['http://arxiv.org', false],
    ['https://user:secret@evil.example', false],
    ['file:///etc/passwd', false],
    ['smb://host/share', false],
    ['javascript:alert(1)', false],
  ])('%s may leave the app: %s', (url, expected) => {
    expect(isOutsideLink(url)).toBe(expected);
  });

  it.each([
    ['whittle://open_from_hf?model=a/b&file=c.gguf', true],
    ['whittle-app://app/index.html', false],
    ['https://evil.example', false],
    ['--inspect', false],
    [`whittle://${'x'.repeat(5000)}`, false],
  ])('%s opens the app: %s', (text, expected) => {
    expect(isDeepLink(text)).toBe(expected);
  });
});

describe('messages of the page', () => {
  it('are a name and an input', () => {
    expect(parseRequest('listJobs', {})).toEqual({ name: 'listJobs' });
    for (const name of [7, null, '', 'x'.repeat(200), { toString: () => 'listJobs' }]) {
      expect(parseRequest(name, {})).toMatchObject({ error: { code: 'BAD_INPUT' } });
    }
  });

  it('name a position or none', () => {
    expect(parsePosition({ epoch: 'ab', sequence: 3 })).toEqual({ epoch: 'ab', sequence: 3 });
    for (const value of [
      undefined,
      null,
      'ab:3',
      { epoch: 'ab' },
      { epoch: 'ab', sequence: -1 },
      { epoch: 'ab', sequence: 1, x: 1 },
    ]) {
      expect(parsePosition(value)).toBeUndefined();
    }
  });
});

describe('the window', () => {
  const screen = { x: 0, y: 0, width: 1920, height: 1080 };

  it('comes back where it was', () => {
    const path = join(tempFolder(), 'window.json');
    const state = { x: 100, y: 50, width: 1400, height: 900, isMaximized: true };
    writeWindowState(path, state);
    expect(readWindowState(path)).toEqual(state);
    expect(fitToScreens(state, [screen])).toEqual({ x: 100, y: 50, width: 1400, height: 900 });
  });

  it('is placed by the system when its screen is gone, and fits the one that is there', () => {
    const state = { x: 3000, y: 50, width: 2500, height: 1400, isMaximized: false };
    expect(fitToScreens(state, [screen])).toEqual({ width: 1920, height: 1080 });
    expect(fitToScreens({ ...state, x: 100, y: 5000 }, [screen])).not.toHaveProperty('x');
  });

  it('is never smaller than its smallest size, and starts anew from a damaged file', () => {
    expect(fitToScreens({ x: 0, y: 0, width: 200, height: 100, isMaximized: false }, [screen])).toMatchObject({
      width: 1000,
      height: 700,
    });
    const path = join(tempFolder(), 'window.json');
    writeFileSync(path, '{"x": 1');
    expect(readWindowState(path)).toBeUndefined();
    expect(readWindowState(join(path, 'missing'))).toBeUndefined();
  });
});

describe('the question before quitting', () => {
  const job = {
    title: 'KICK vicuna',
    canResume: true,
    progress: { stage: 's', done: 7212, total: 15_808, unit: 'questions' },
  } as Job;

  it('says how far it is and what is kept', () => {
    expect(quitWords(job)).toBe(
      'KICK vicuna is at 7,212 of 15,808 questions. What is finished is saved; it will go on next time.',
    );
    const { progress: _, ...unknown } = job;
    expect(quitWords({ ...unknown, canResume: false } as Job)).toBe(
      'KICK vicuna is running. Nothing half done is kept: it starts anew next time.',
    );
  });
});
