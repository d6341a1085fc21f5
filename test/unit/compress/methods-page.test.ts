// The page about methods says what the registry says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { methodsPage } from '../../../scripts/generate-methods.ts';
import { WHEN } from '../../../scripts/methods-page/methods-words.ts';
import { METHODS } from '../../../src/main/engine/compress/registry.ts';

it('the page of methods is the one that the generator writes now', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/methods.md'), 'utf8');
  expect(page).toBe(methodsPage());
});

it('every method says when to take it', () => {
  expect(Object.keys(WHEN).sort()).toEqual(METHODS.map(({ id }) => id).sort());
});
