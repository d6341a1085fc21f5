import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ProgressThrottle } from '../../../src/main/engine/jobs/progress-throttle.ts';
import type { Progress } from '../../../src/shared/progress.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

const report = (done: number, partial?: unknown): Progress => ({
  stage: 'counting',
  done,
  unit: 'numbers',
  ...(partial === undefined ? {} : { partial }),
});

function throttled(): { readonly throttle: ProgressThrottle; readonly sent: number[] } {
  const sent: number[] = [];
  return { throttle: new ProgressThrottle((progress) => sent.push(progress.done)), sent };
}

test('the first report goes at once, the latest of the next ones when 100 ms are over', () => {
  const { throttle, sent } = throttled();
  throttle.report(report(1));
  throttle.report(report(2));
  throttle.report(report(3));
  expect(sent).toEqual([1]);
  vi.advanceTimersByTime(100);
  expect(sent).toEqual([1, 3]);
});

test('a flush sends what waits, once', () => {
  const { throttle, sent } = throttled();
  throttle.report(report(1));
  throttle.report(report(2));
  throttle.flush();
  throttle.flush();
  vi.advanceTimersByTime(1000);
  expect(sent).toEqual([1, 2]);
});

test('a report with a partial result is sent at once', () => {
  const { throttle, sent } = throttled();
  throttle.report(report(1));
  throttle.report(report(2, { row: 2 }));
  throttle.report(report(3, { row: 3 }));
  expect(sent).toEqual([1, 2, 3]);
});

test('a partial result is not lost to the report that waits before it', () => {
  const { throttle, sent } = throttled();
  throttle.report(report(1));
  throttle.report(report(2));
  throttle.report(report(3, { row: 3 }));
  vi.advanceTimersByTime(1000);
  expect(sent).toEqual([1, 3]);
});
