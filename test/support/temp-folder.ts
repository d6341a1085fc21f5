// A real folder of its own for every test that writes files, gone when the test is over.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';

/** Call it inside a test. */
export function tempFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'whittle-test-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Call it at the top of a test file or in a describe block: the folder lasts for all of its tests. */
export function tempFolderForFile(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'whittle-test-')));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
