import { expect, test } from 'vitest';
import { lastNativeLogLines, receiveNativeLog, withNativeLog } from '../../../src/main/engine/native/native-log.ts';

const INFO = 2;
const WARN = 3;
const CONTINUED = 5;

test('fragments are joined to lines and listeners see each line once, with its level', () => {
  const seen: [string, number][] = [];
  withNativeLog(
    (line, level) => seen.push([line, level]),
    () => {
      receiveNativeLog(INFO, 'loading ');
      receiveNativeLog(CONTINUED, 'model\nsecond line\n');
      receiveNativeLog(WARN, 'careful\n\n');
    },
  );
  receiveNativeLog(INFO, 'nobody listens\n');
  expect(seen).toEqual([
    ['loading model', INFO],
    ['second line', INFO],
    ['careful', WARN],
  ]);
});

test('only the last fifty lines are kept', () => {
  for (let i = 0; i < 80; i += 1) receiveNativeLog(INFO, `line ${i}\n`);
  expect(lastNativeLogLines()).toHaveLength(50);
  expect(lastNativeLogLines(2)).toEqual(['line 78', 'line 79']);
});
