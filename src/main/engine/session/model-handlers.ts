// Models as calls: the tree, one model in detail, adding and removing, the bench.
import { join } from 'node:path';
import { z } from 'zod';
import { serializeError, WorkbenchError } from '../../../shared/errors.ts';
import type { AddedFiles, Bench, modelCalls } from '../../../shared/session/model-calls.ts';
import { browseFolder } from '../model-tree/browse-folder.ts';
import { describeModel } from '../model-tree/describe-model.ts';
import { exportModelTable, exportTensorTable } from '../model-tree/export-tables.ts';
import { findModelFolders } from '../model-tree/find-folders.ts';
import { sortDroppedFiles } from '../model-tree/sort-dropped-files.ts';
import { JsonFile } from '../settings/json-file.ts';
import { exportedFile } from './exported-file.ts';
import { type HandlersOf, OK, type Services } from './services.ts';

const benchSchema = z.object({ base: z.string().nullable(), versions: z.array(z.string()).max(8) });

export function modelHandlers(services: Services): HandlersOf<typeof modelCalls> {
  const { tree, emit, permissions } = services;
  const bench = new JsonFile(join(services.home, 'bench.json'), benchSchema, { base: null, versions: [] });
  const changed = <T>(result: T): T => {
    emit({ type: 'models-changed' });
    return result;
  };
  return {
    listModelTree: async () => ({ models: await tree.list() }),
    getModel: ({ model, contextSize }) => describeModel(services, model, contextSize),
    addFiles: async ({ paths }) => changed(await addFiles(services, paths)),
    describeFiles: async ({ paths }) => await describeFiles(services, paths),
    removeModel: async ({ model, deleteFile }) => {
      const { id } = await tree.get(model);
      await tree.remove(model, deleteFile);
      const { base, versions } = bench.read();
      bench.write({ base: base === id ? null : base, versions: versions.filter((version) => version !== id) });
      emit({ type: 'bench-changed' });
      return changed(OK);
    },
    updateModel: async ({ model, ...changes }) => {
      const { id } = await tree.get(model);
      tree.notes.change(id, Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)));
      return changed(await tree.get(id));
    },
    relocateModel: async ({ model, path }) => changed(await tree.relocate(model, path)),
    findModelFolders: () => {
      const folders = findModelFolders({ extraFolders: services.settings.settings.modelFolders });
      for (const { path } of folders) permissions.allowFolder(path);
      return { folders };
    },
    browseFolder: ({ path }) =>
      browseFolder(path, { roots: services.browseRoots, isAllowed: (wanted) => permissions.isAllowed(wanted) }),
    getBench: () => liveBench(services, bench.read()),
    setBench: async (wanted) => {
      bench.write(await checkBench(services, wanted));
      emit({ type: 'bench-changed' });
      return bench.read();
    },
    exportModelTable: async ({ format }) =>
      exportedFile(`models.${format}`, exportModelTable(await tree.list(), format)),
    exportTensorTable: async ({ model }) => {
      const { node, tensors } = await describeModel(services, model);
      return exportedFile(`${node.name}-tensors.csv`, exportTensorTable(tensors));
    },
    exportModelCard: async ({ model }) => {
      const details = await describeModel(services, model);
      const { writeModelCard } = await import('../model-tree/write-model-card.ts');
      return exportedFile('README.md', writeModelCard(details, await tree.list()));
    },
  };
}

async function addFiles({ tree, permissions, hash }: Services, paths: readonly string[]): Promise<AddedFiles> {
  const sorted = sortDroppedFiles(paths);
  for (const path of sorted.texts) permissions.allow(path);
  const refused = [...sorted.refused];
  const models: AddedFiles['models'][number][] = [];
  for (const path of sorted.models) {
    try {
      const node = await tree.add(path);
      models.push(node);
      hash.add(node.path);
    } catch (error) {
      const { code, message } = serializeError(error);
      refused.push({ path, code, message });
    }
  }
  return { models, texts: sorted.texts, scoreFiles: sorted.scoreFiles, refused };
}

/** Headers are read, nothing is added. */
async function describeFiles({ tree }: Services, paths: readonly string[]): Promise<AddedFiles> {
  const sorted = sortDroppedFiles(paths);
  const refused = [...sorted.refused];
  const models = [];
  for (const path of sorted.models) {
    const facts = await tree.facts.get(path);
    if (facts.state === 'ready' || facts.state === 'not-imported') models.push(tree.preview(path, facts));
    else refused.push({ path, code: 'BAD_GGUF', message: facts.problem ?? 'The file cannot be read.' });
  }
  return { models, texts: sorted.texts, scoreFiles: sorted.scoreFiles, refused };
}

/** Models that are gone are not on it. */
function liveBench({ libraryIds }: Services, { base, versions }: Bench): Bench {
  const ids = libraryIds();
  return { base: base !== null && ids.has(base) ? base : null, versions: versions.filter((id) => ids.has(id)) };
}

async function checkBench(
  { tree }: Services,
  { base, versions }: Bench,
): Promise<{ base: string | null; versions: string[] }> {
  const ids = new Set((await tree.list()).map(({ id }) => id));
  const unknown = [base ?? [], ...versions].flat().find((id) => !ids.has(id));
  if (unknown !== undefined)
    throw new WorkbenchError('UNKNOWN_MODEL', `"${unknown}" is not in the library.`, { model: unknown });
  return { base, versions: [...new Set(versions)].filter((id) => id !== base) };
}
