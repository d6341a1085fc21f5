// Licences of what Whittle is made of: its packages, and the texts and questions that come with it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { appFolder } from '../app-folder.ts';
import { embeddedPath } from '../embedded-files.ts';

export interface Licence {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly text: string | null;
  readonly url: string | null;
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly homepage?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const LICENCE_FILE = /^(licen[cs]e|copying|notice)(\.|-|$)/i;

/** Whittle first, then what it carries, then its packages and theirs by name. */
export function listLicences(): Licence[] {
  const own = readLicence(appFolder);
  const sources = embeddedPath('SOURCES.md');
  const data: Licence = {
    name: 'Embedded model, questions and texts',
    version: own?.version ?? '',
    licence: 'see text',
    text: existsSync(sources) ? readFileSync(sources, 'utf8') : null,
    url: null,
  };
  return [...(own === undefined ? [] : [own]), data, ...packagesOf(appFolder)];
}

function packagesOf(root: string): Licence[] {
  const seen = new Map<string, Licence>();
  const waiting = dependenciesOf(root);
  while (waiting.length > 0) {
    const name = waiting.pop()!;
    if (seen.has(name)) continue;
    const folder = join(root, 'node_modules', ...name.split('/'));
    const licence = readLicence(folder);
    // An optional package of another platform is not there.
    if (licence === undefined) continue;
    seen.set(name, licence);
    waiting.push(...dependenciesOf(folder));
  }
  return [...seen.values()].sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

function dependenciesOf(folder: string): string[] {
  const { dependencies = {}, optionalDependencies = {} } = readManifest(folder) ?? {};
  return [...Object.keys(dependencies), ...Object.keys(optionalDependencies)];
}

function readManifest(folder: string): Manifest | undefined {
  const path = join(folder, 'package.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Manifest) : undefined;
}

function readLicence(folder: string): Licence | undefined {
  const manifest = readManifest(folder);
  if (manifest === undefined) return undefined;
  const file = readdirSync(folder).find((name) => LICENCE_FILE.test(name));
  return {
    name: manifest.name ?? folder,
    version: manifest.version ?? '',
    licence: typeof manifest.license === 'string' ? manifest.license : 'see text',
    text: file === undefined ? null : readFileSync(join(folder, file), 'utf8'),
    url: manifest.homepage ?? null,
  };
}
