// Each screen's code and style sheet are loaded when it is first opened: what a component wears must be there by then.
import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../../src/renderer');
const folders = readdirSync(ROOT, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? entry.name : []));
const filesOf = (folder: string, ending: RegExp) =>
  readdirSync(join(ROOT, folder)).flatMap((name) => (ending.test(name) ? join(folder, name) : []));
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

function importedSheets(file: string, from: string): string[] {
  return [...read(file).matchAll(/import '(\.[^']*\.css)'/g)].map(([, path]) => normalize(join(from, path ?? '')));
}

/** Class name -> style sheets that say something about it. */
const definedIn = new Map<string, string[]>();
for (const sheet of folders.flatMap((folder) => filesOf(folder, /\.css$/))) {
  for (const [, name = ''] of read(sheet).matchAll(/\.([a-z][a-z0-9-]*)/g)) {
    definedIn.set(name, [...(definedIn.get(name) ?? []), sheet]);
  }
}

function classesIn(file: string): string[] {
  return [...read(file).matchAll(/className=(?:"([^"]*)"|\{([^}]*)\})/g)].flatMap(([, plain, code = '']) =>
    (plain ?? [...code.matchAll(/['"`]([^'"`]*)['"`]/g)].map(([, text]) => text).join(' ')).split(/\s+/),
  );
}

const everywhere = importedSheets('main.tsx', '.');

test('the window loads style sheets of its own', () => {
  expect(everywhere).toContain('ui/base.css');
  expect(definedIn.get('empty-middle')).toEqual(['ui/pieces.css']);
});

test.each(folders)('components of %s wear only what is loaded with them', (folder) => {
  const components = filesOf(folder, /\.tsx$/);
  const loaded = new Set([...everywhere, ...components.flatMap((file) => importedSheets(file, folder))]);
  const missing = components.flatMap((file) =>
    classesIn(file).flatMap((name) => {
      const sheets = definedIn.get(name);
      return sheets === undefined || sheets.some((sheet) => loaded.has(sheet)) ? [] : [`${file}: ${name}`];
    }),
  );
  expect(missing).toEqual([]);
});
