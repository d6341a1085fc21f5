// Every embedded data file is listed in resources/SOURCES.md with its hash, and nothing else is. Settings lie beside the folders.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../resources/', import.meta.url));
/** The demo model's recipe lies beside the model and is no part of the product. */
const isRecipe = (file: string): boolean => /^demo-model\/(?![^/]*\.gguf$|hf\/)/.test(file);
const rows = [
  ...readFileSync(join(root, 'SOURCES.md'), 'utf8').matchAll(/^\| `([^`]+)` +\| .* \| `([0-9a-f]{64})` +\|$/gm),
];
const listed = new Map(rows.map(([, file, sha256]) => [file!, sha256!]));

test('SOURCES.md lists exactly the files that are there', () => {
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => file.includes('/') && !isRecipe(file));
  expect([...listed.keys()].sort()).toEqual(files.sort());
});

test('each embedded file has the hash that SOURCES.md states', () => {
  for (const [file, sha256] of listed) {
    expect(
      createHash('sha256')
        .update(readFileSync(join(root, file)))
        .digest('hex'),
      file,
    ).toBe(sha256);
  }
});
