import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const projectRoot = resolve(import.meta.dirname, '../../..');
const packageFolder = join(projectRoot, 'node_modules/@mantine/core');
const index = readFileSync(join(packageFolder, 'esm/index.mjs'), 'utf8');

/** Names that a source file imports from the package, types left out. */
function importedNames(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(/import\s*\{([^}]*)\}\s*from\s*["']@mantine\/core["']/g)].flatMap(([, names = '']) =>
    names.split(',').flatMap((name) => (/^\s*type\s/.test(name) ? [] : name.trim().split(' ')[0] || [])),
  );
}

function fileOfExport(name: string): string | undefined {
  const path = new RegExp(`import \\{[^}]*\\b${name}\\b[^}]*\\} from "(\\.[^"]+)"`).exec(index)?.[1];
  return path === undefined ? undefined : join(packageFolder, 'esm', path);
}

/** Styles that a file of the package asks for, by itself and through what it imports. */
function addStyles(path: string, seen: Set<string>, styles: Set<string>): void {
  if (seen.has(path)) return;
  seen.add(path);
  for (const [, target = ''] of readFileSync(path, 'utf8').matchAll(/from "(\.[^"]+)"/g)) {
    if (target.endsWith('.module.mjs')) styles.add(basename(target, '.module.mjs'));
    else addStyles(resolve(dirname(path), target), seen, styles);
  }
}

test('every component that the page uses has its styles', () => {
  const sources = [
    ...globSync(join(projectRoot, 'src/renderer/**/*.{ts,tsx}')),
    ...globSync(join(projectRoot, 'node_modules/@mantine/notifications/esm/**/*.mjs')),
  ];
  const names = new Set(sources.flatMap(importedNames));
  const styles = new Set<string>();
  const seen = new Set<string>();
  for (const name of names) {
    const file = fileOfExport(name);
    if (file !== undefined) addStyles(file, seen, styles);
  }
  expect(names).toContain('Button');
  expect(styles).toContain('Button');

  const sheet = readFileSync(join(projectRoot, 'src/renderer/ui/mantine.css'), 'utf8');
  const imported = [...sheet.matchAll(/styles\/([A-Z]\w*)\.css/g)].map(([, name]) => name);
  expect(imported.toSorted()).toEqual([...styles].toSorted());
});
