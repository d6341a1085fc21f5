// The models that the user has made known: one small JSON file each under the home folder, so that several processes can import at once.
// Also turns what a user names (a path, an id, `demo`) into the file that everything else works with.
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { serializeError, WorkbenchError } from '../../../shared/errors.ts';
import { type DamagedEntry, type LibraryModel, libraryModelSchema } from '../../../shared/model.ts';
import { EMBEDDED_DEMO_MODEL, embeddedPath } from '../embedded-files.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import { nameFromPath, summarizeGguf } from './inspect-model.ts';
import { writeRecord } from './write-record.ts';

const DEMO_MODEL = 'demo';

/** Also a file name on every system; never looks like a path or a GGUF file. */
const ID_PATTERN = /^[a-z0-9][a-z0-9._-]{0,99}$/;

export interface ResolvedModel {
  /** Absolute. */
  readonly path: string;
  /** Library id or `demo`; null for a model that was named by its path. */
  readonly id: string | null;
}

export interface Library {
  /** The embedded model first, then by id. */
  readonly models: LibraryModel[];
  /** Entries that cannot be read: they hide none of the others. */
  readonly damaged: DamagedEntry[];
}

export function listModels(home: string): Library {
  const demoPath = embeddedPath(EMBEDDED_DEMO_MODEL);
  const demo = isFile(demoPath) ? [describe(demoPath, DEMO_MODEL, null)] : [];
  const { models, damaged } = readRecords(home);
  return { models: [...demo, ...models], damaged };
}

/**
 * Reads the model's header and adds it to the library; the file stays where it is. A file that is known already keeps its id unless another
 * one is asked for. Throws what readGguf throws, BAD_INPUT for an id that is not usable or taken, BAD_DATA for one whose entry is damaged.
 */
export function importModel(home: string, path: string, wantedId?: string): LibraryModel {
  const absolute = readGguf(path).path;
  const { models, damaged } = readRecords(home);
  const known = models.find((record) => record.path === absolute);
  if (wantedId === undefined && known !== undefined) return known;
  if (wantedId !== undefined) checkId(wantedId);
  const damagedIds = new Set(damaged.map(({ id }) => id));
  mkdirSync(libraryFolder(home), { recursive: true });
  for (const id of wantedId === undefined ? candidateIds(absolute) : [wantedId]) {
    const model = describe(absolute, id, new Date().toISOString());
    if (writeRecord(recordPath(home, id), model)) return model;
    if (wantedId === undefined && damagedIds.has(id)) continue;
    if (readRecord(home, id)?.path === absolute) return model;
  }
  throw new WorkbenchError('BAD_INPUT', `The id ${wantedId} belongs to another model. Choose another id.`, {
    id: wantedId,
  });
}

/** `reference` is a path (relative ones are taken from `workingFolder`), a library id, or `demo`. */
export function resolveModel(reference: string, home: string, workingFolder = process.cwd()): ResolvedModel {
  if (reference === DEMO_MODEL) return { path: existing(embeddedPath(EMBEDDED_DEMO_MODEL)), id: DEMO_MODEL };
  const path = resolve(workingFolder, reference);
  if (isFile(path)) return { path, id: null };
  const record = ID_PATTERN.test(reference) ? readRecord(home, reference) : undefined;
  if (record !== undefined) return { path: existing(record.path), id: record.id };
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return { path, id: null };
  if (/[/\\]|\.(gguf|safetensors)$/i.test(reference)) return { path: existing(path), id: null };
  const ids = [DEMO_MODEL, ...readRecords(home).models.map(({ id }) => id)];
  const message = `"${reference}" is neither a file nor a model of the library (which has ${ids.join(', ')}). Check the name.`;
  throw new WorkbenchError('UNKNOWN_MODEL', message, { reference, known: ids });
}

function describe(path: string, id: string, importedAt: string | null): LibraryModel {
  const { chatTemplate: _, tensors: __, ...summary } = summarizeGguf(readGguf(path));
  return { ...summary, id, importedAt };
}

function libraryFolder(home: string): string {
  return join(home, 'library');
}

function recordPath(home: string, id: string): string {
  return join(libraryFolder(home), `${id}.json`);
}

function readRecords(home: string): Library {
  const names = isFolder(libraryFolder(home)) ? readdirSync(libraryFolder(home)) : [];
  const models: LibraryModel[] = [];
  const damaged: DamagedEntry[] = [];
  for (const name of names.filter((file) => file.endsWith('.json')).sort()) {
    const id = name.slice(0, -'.json'.length);
    try {
      const model = readRecord(home, id);
      if (model !== undefined) models.push(model);
    } catch (error) {
      damaged.push({ id, path: recordPath(home, id), problem: serializeError(error).message });
    }
  }
  return { models, damaged };
}

/** Undefined when there is none. Throws BAD_DATA for a damaged one. */
function readRecord(home: string, id: string): LibraryModel | undefined {
  const path = recordPath(home, id);
  if (!isFile(path)) return undefined;
  try {
    return libraryModelSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const message = `${path}, an entry of the library, is damaged. Delete it and import the model again.`;
    throw new WorkbenchError('BAD_DATA', message, { path }, error);
  }
}

function checkId(id: string): void {
  if (ID_PATTERN.test(id) && id !== DEMO_MODEL && !/\.(gguf|safetensors)$/.test(id)) return;
  const message = `"${id}" cannot be the id of a model. Use small letters, digits, dots, dashes; not "demo".`;
  throw new WorkbenchError('BAD_INPUT', message, { id });
}

/** The file's name in the letters that ids may have, then the same with numbers. */
function* candidateIds(path: string): Generator<string> {
  const slug = nameFromPath(path)
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
    .slice(0, 90);
  const base = slug === '' || slug === DEMO_MODEL ? `model${slug && '-'}${slug}` : slug;
  yield base;
  for (let number = 2; number < 10_000; number += 1) yield `${base}-${number}`;
}

function existing(path: string): string {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return path;
  throw new WorkbenchError('FILE_NOT_FOUND', `There is no file ${path}. Check the path.`, { path });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
