// The walls of the house: which folder may import which, which packages live where, and that registries are complete.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { commandTable } from '../../src/main/cli/command-table.ts';
import { METHODS } from '../../src/main/engine/compress/registry.ts';
import { TASKS } from '../../src/main/engine/kick/registry.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const sourceFiles = listFiles(join(root, 'src')).filter((path) => /\.tsx?$/.test(path));

/** First matching prefix wins, so the longer ones stand first. */
const ROOMS = [
  'shared',
  'renderer/charts',
  'renderer',
  'main/engine',
  'main/workers',
  'main/cli',
  'main/server',
  'main/desktop',
] as const;
type Room = (typeof ROOMS)[number];

const MAY_IMPORT: Readonly<Record<Room, readonly Room[]>> = {
  shared: [],
  'renderer/charts': ['shared'],
  renderer: ['shared', 'renderer/charts'],
  'main/engine': ['shared'],
  'main/workers': ['main/engine', 'shared'],
  'main/cli': ['main/engine', 'shared'],
  'main/server': ['main/engine', 'shared'],
  'main/desktop': ['main/engine', 'shared'],
};

const DOORS: readonly { readonly file: string; readonly room: Room }[] = [
  { file: 'main/engine/export/render-chart.tsx', room: 'renderer/charts' },
  // The command `serve` starts the other shell; the window serves the same page as it does.
  { file: 'main/cli/commands/serve.ts', room: 'main/server' },
  { file: 'main/desktop/page-protocol.ts', room: 'main/server' },
];

/** Where each package of node_modules may be imported; paths are prefixes under src. */
const PACKAGE_HOMES: Readonly<Record<string, readonly string[]>> = {
  zod: [''],
  react: ['renderer', 'main/engine/export'],
  'react-dom': ['renderer', 'main/engine/export'],
  recharts: ['renderer', 'main/engine/export'],
  koffi: ['main/engine/native'],
  'node-llama-cpp': ['main/engine/native'],
  commander: ['main/cli'],
  yaml: ['main/cli', 'main/engine'],
  '@huggingface/jinja': ['main/engine/chat'],
  'csv-parse': ['main/engine/kick', 'main/engine/session'],
  'happy-dom': ['main/engine/export'],
  '@resvg/resvg-js': ['main/engine/export'],
  pdfkit: ['main/engine/export'],
  rolldown: ['main/workers'],
  electron: ['main/desktop'],
  '@mantine/core': ['renderer'],
  '@mantine/hooks': ['renderer'],
  '@mantine/notifications': ['renderer'],
  '@tanstack/react-query': ['renderer'],
  '@tanstack/react-table': ['renderer'],
  '@tanstack/react-virtual': ['renderer'],
  'lucide-react': ['renderer'],
  'react-markdown': ['renderer'],
  'remark-gfm': ['renderer'],
};

interface Import {
  readonly file: string;
  readonly specifier: string;
}

function listFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? listFiles(path) : [path];
  });
}

/** Path under src, with `/`. */
function placeOf(path: string): string {
  return relative(join(root, 'src'), path).split(sep).join('/');
}

function roomOf(place: string): Room | undefined {
  return ROOMS.find((room) => place.startsWith(`${room}/`));
}

/** Specifiers of import and export statements, and of dynamic imports and `import.meta.resolve` with a literal. */
function importsOf(path: string): Import[] {
  const text = readFileSync(path, 'utf8');
  const patterns = [
    /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /\bimport\s*\(\s*['"]([^'"]+)['"]\s*\)/g,
  ];
  return patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => ({ file: placeOf(path), specifier: match[1] ?? '' })),
  );
}

const allImports = sourceFiles.flatMap(importsOf);

function packageName(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}

describe('import rules', () => {
  it('sees the imports of every source file', () => {
    expect(sourceFiles.length).toBeGreaterThan(50);
    expect(allImports).toContainEqual({ file: 'main/engine/workbench.ts', specifier: '../../shared/contract.ts' });
    expect(allImports.some(({ file }) => file === 'main/cli/command-table.ts')).toBe(true);
  });

  it('lets every file live in a room with rules', () => {
    const homeless = sourceFiles.map(placeOf).filter((place) => roomOf(place) === undefined);
    expect(homeless).toEqual([]);
  });

  it('keeps imports between our folders to the allowed ones', () => {
    const forbidden = allImports.filter(({ file, specifier }) => {
      if (!specifier.startsWith('.')) return false;
      const target = placeOf(resolve(dirname(join(root, 'src', file)), specifier));
      const from = roomOf(file);
      const to = roomOf(target);
      if (to === undefined || from === undefined) return true;
      const isDoor = DOORS.some((door) => door.file === file && door.room === to);
      return from !== to && !isDoor && !MAY_IMPORT[from].includes(to);
    });
    expect(forbidden).toEqual([]);
  });

  it('imports files that exist, by their full name', () => {
    const broken = allImports.filter(
      ({ file, specifier }) =>
        specifier.startsWith('.') && !existsSync(resolve(dirname(join(root, 'src', file)), specifier)),
    );
    expect(broken).toEqual([]);
  });

  it('keeps every package in its folders', () => {
    const strays = allImports.filter(({ file, specifier }) => {
      if (specifier.startsWith('.') || specifier.startsWith('node:')) return false;
      const homes = Object.hasOwn(PACKAGE_HOMES, packageName(specifier)) ? PACKAGE_HOMES[packageName(specifier)] : [];
      return !homes?.some((home) => file.startsWith(home));
    });
    expect(strays).toEqual([]);
  });

  it('keeps Node out of what also runs in a page', () => {
    const strays = allImports.filter(
      ({ file, specifier }) => specifier.startsWith('node:') && /^(shared|renderer)\//.test(file),
    );
    expect(strays).toEqual([]);
  });

  it('lists every package that package.json installs for running', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const unknown = Object.keys(manifest.dependencies).filter(
      (name) => !Object.hasOwn(PACKAGE_HOMES, name) && !name.startsWith('@fontsource'),
    );
    expect(unknown).toEqual([]);
  });
});

describe('the code of the engine', () => {
  const engineFiles = sourceFiles.filter((path) => placeOf(path).startsWith('main/engine/'));

  it.each([
    ['process.exit', /\bprocess\.exit\b/],
    ['console', /\bconsole\./],
    ['a suppressed type error', /@ts-(ignore|nocheck)/],
  ])('has no %s', (_name, pattern) => {
    const found = engineFiles.filter(
      // A worker process ends itself; the loop that it runs is part of the engine.
      (path) => !/\.generated\.ts$|\/serve-worker\.ts$/.test(path) && pattern.test(readFileSync(path, 'utf8')),
    );
    expect(found.map(placeOf)).toEqual([]);
  });
});

describe('every source file', () => {
  it('has no default export', () => {
    const found = sourceFiles.filter((path) => /^export default\b/m.test(readFileSync(path, 'utf8')));
    expect(found.map(placeOf)).toEqual([]);
  });

  it('opens with a comment that says what it is', () => {
    const found = sourceFiles.filter((path) => !/^(#!.*\n)?(\/\/|\/\*)/.test(readFileSync(path, 'utf8')));
    expect(found.map(placeOf)).toEqual([]);
  });

  it('has a telling name', () => {
    const found = sourceFiles.map(placeOf).filter((place) => /(^|\/)(utils?|helpers?|misc|common)\.tsx?$/.test(place));
    expect(found).toEqual([]);
  });

  it('promises nothing for later', () => {
    const found = sourceFiles.filter((path) => /\b(TODO|FIXME|XXX|HACK)\b/.test(readFileSync(path, 'utf8')));
    expect(found.map(placeOf)).toEqual([]);
  });
});

describe('registries', () => {
  it.each([
    ['compression method', 'src/main/engine/compress/methods', METHODS.map(({ id }) => id)],
    ['KICK task', 'src/main/engine/kick/tasks', TASKS.map(({ id }) => id)],
    ['command', 'src/main/cli/commands', commandTable.map(({ name }) => name)],
  ])('hold every %s that has a file, under the name of the file', (_what, folder, ids) => {
    const names = readdirSync(join(root, folder)).map((name) => name.replace(/\.ts$/, ''));
    expect([...ids].sort()).toEqual(names.sort());
  });
});

describe('the repository', () => {
  const texts = [
    ...listFiles(join(root, 'src')),
    ...listFiles(join(root, 'scripts')),
    ...listFiles(join(root, 'test')),
    ...listFiles(join(root, 'docs')),
    ...readdirSync(root)
      .filter((name) => /\.(md|json|ts)$/.test(name))
      .map((name) => join(root, name)),
  ].filter((path) => /\.(tsx?|mjs|md|json|ya?ml|py|sh)$/.test(path));

  it('names no folder or host of one machine', () => {
    const thisFile = fileURLToPath(import.meta.url);
    // Ada is who the sample data belongs to.
    const pattern =
      /(?<![\w.~])\/(work|root)\/[a-z]|\/(home|Users)\/(?!ada\b)[a-z]|localhost:\d{2,}|registry\.npmjs\.org/;
    const found = texts.filter((path) => path !== thisFile && pattern.test(readFileSync(path, 'utf8')));
    expect(found.map((path) => relative(root, path))).toEqual([]);
  });

  it('pins every package to one version', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const { dependencies, devDependencies, optionalDependencies } = manifest;
    const loose = Object.entries<string>({ ...dependencies, ...devDependencies, ...optionalDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );
    expect(loose).toEqual([]);
  });

  it('has the packages of every platform in the lock file, without which npm ci refuses it', () => {
    const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
    const missing = Object.entries<{ optionalDependencies?: Record<string, string> }>(packages).flatMap(
      ([path, { optionalDependencies = {} }]) =>
        Object.keys(optionalDependencies).filter(
          (name) => !(`${path}/node_modules/${name}` in packages || `node_modules/${name}` in packages),
        ),
    );
    expect(missing).toEqual([]);
  });

  it('keeps registry hosts out of the lock file', () => {
    expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toContain('"resolved"');
  });
});
