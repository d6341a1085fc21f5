// The library as the window shows it: every model with its facts, whose version it is, and what is written about it.
import { existsSync, realpathSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { WorkbenchError } from '../../../shared/errors.ts';
import { findFileType, isQuantizedType } from '../../../shared/ggml-types.ts';
import type { DamagedEntry, LibraryModel } from '../../../shared/model.ts';
import { seriesOfRecipe } from '../../../shared/series.ts';
import type { ModelNode, ModelScore } from '../../../shared/session/model-calls.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import { importModel, listModels } from '../models/library.ts';
import { isInside } from '../session/path-permissions.ts';
import { labelRecipe } from '../sweep/label-recipe.ts';
import { estimateMemory } from './estimate-memory.ts';
import { type Link, linkVersions } from './link-versions.ts';
import { damagedEntryFacts, type MeasuredFacts, type ModelFacts, ModelFactsCache } from './model-facts.ts';
import { ModelNotes } from './model-notes.ts';
import { moveToBin } from './move-to-bin.ts';

export interface TreeMachine {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

export interface TreeOptions {
  readonly home: string;
  readonly machine: () => TreeMachine;
  /** Scores of the file with this hash, main metric a task. */
  readonly scoresOf: (sha256: string) => readonly ModelScore[];
}

const DEFAULT_CONTEXT_SIZE = 4096;
const DEMO_MODEL = 'demo';

type LibraryEntry = Pick<LibraryModel, 'id' | 'path' | 'name' | 'importedAt' | 'sizeBytes'>;

export class ModelTree {
  readonly facts: ModelFactsCache;
  readonly notes: ModelNotes;
  readonly #options: TreeOptions;

  constructor(options: TreeOptions) {
    this.#options = options;
    this.facts = new ModelFactsCache(options.home);
    this.notes = new ModelNotes(options.home);
  }

  async list(): Promise<ModelNode[]> {
    const { models: entries, damaged } = listModels(this.#options.home);
    const facts = await Promise.all(entries.map(({ path }) => this.facts.get(path)));
    const links = linkVersions(entries.map((entry, index) => linkedModel(entry, facts[index]!)));
    const place = this.#place();
    const nodes = entries.map((entry, index) => this.#node(entry, facts[index]!, links.get(entry.id)!, place));
    return [...nodes, ...damaged.map((entry) => this.#damagedNode(entry))];
  }

  /** Who is whose version, without scores: what the scores themselves are named by. */
  async links(): Promise<Pick<ModelNode, 'id' | 'path' | 'name' | 'sha256' | 'baseId' | 'recipe' | 'recipeLabel'>[]> {
    const { models: entries } = listModels(this.#options.home);
    const facts = await Promise.all(entries.map(({ path }) => this.facts.get(path)));
    const links = linkVersions(entries.map((entry, index) => linkedModel(entry, facts[index]!)));
    return entries.map((entry, index) => {
      const link = links.get(entry.id)!;
      const { recipe, measured } = facts[index]!;
      const { id, path } = entry;
      const name = this.notes.get(id).name ?? nameOf(entry);
      return {
        id,
        path,
        name,
        sha256: measured.sha256 ?? null,
        baseId: link.baseId,
        recipe,
        recipeLabel: labelOf(facts[index]!, link),
      };
    });
  }

  /** `model` is a library id or a path of the library. Throws UNKNOWN_MODEL. */
  async get(model: string): Promise<ModelNode> {
    const node = (await this.list()).find(({ id, path }) => id === model || path === model);
    if (node === undefined) throw new WorkbenchError('UNKNOWN_MODEL', `"${model}" is not in the library.`, { model });
    return node;
  }

  /** It can be looked up, removed, and shown where its model lies; nothing else is known of it. */
  #damagedNode({ id, path, problem }: DamagedEntry): ModelNode {
    const entry = { id, path, name: id, importedAt: null, sizeBytes: 0 };
    const node = this.#node(entry, damagedEntryFacts(problem), { familyId: id, baseId: null, parentId: null });
    return { ...node, name: this.notes.get(id).name ?? id, isOwn: false };
  }

  /** As it would be listed, for a file that is not added. */
  preview(path: string, facts: ModelFacts): ModelNode {
    const name = basename(path).replace(/(-\d{5}-of-\d{5})?\.gguf$/i, '');
    const summary = facts.summary;
    const entry = { id: path, path, name, importedAt: null, sizeBytes: summary?.sizeBytes ?? 0 };
    return this.#node(entry, facts, { familyId: path, baseId: null, parentId: null });
  }

  /** Reads the header and adds the file; a known one keeps its id. */
  async add(path: string): Promise<ModelNode> {
    return await this.get(importModel(this.#options.home, path).id);
  }

  async remove(model: string, deleteFile: boolean): Promise<void> {
    const node = await this.get(model);
    if (node.isEmbedded)
      throw new WorkbenchError('BAD_INPUT', 'The demo model comes with Whittle and stays.', { model });
    if (deleteFile && !node.isOwn) {
      const message = `${node.path} was not made by Whittle, so Whittle does not delete it. Remove it from the list, or delete it in your file manager.`;
      throw new WorkbenchError('NOT_ALLOWED', message, { path: node.path });
    }
    if (deleteFile && node.state !== 'missing') moveToBin(node.path);
    rmSync(this.#recordPath(node.id), { force: true });
    this.notes.remove(node.id);
  }

  /** The record is written anew with the same id. */
  async relocate(model: string, path: string): Promise<ModelNode> {
    const { id, isEmbedded } = await this.get(model);
    if (isEmbedded) throw new WorkbenchError('BAD_INPUT', 'The demo model comes with Whittle and stays.', { model });
    // A file that is no model must not cost the entry.
    readGguf(path);
    rmSync(this.#recordPath(id), { force: true });
    importModel(this.#options.home, path, id);
    return await this.get(id);
  }

  async learn(path: string, measured: MeasuredFacts): Promise<void> {
    await this.facts.learn(path, measured);
  }

  close(): void {
    this.facts.flush();
  }

  #recordPath(id: string): string {
    return join(this.#options.home, 'library', `${id}.json`);
  }

  #node(entry: LibraryEntry, facts: ModelFacts, link: Link, place = this.#place()): ModelNode {
    const { id, path } = entry;
    const note = this.notes.get(id);
    const series = seriesOfRecipe(facts.recipe);
    const sha256 = facts.measured.sha256 ?? null;
    const summary = facts.summary === null ? null : { ...facts.summary, chatTemplate: null };
    return {
      id,
      path,
      name: note.name ?? nameOf(entry),
      ...link,
      state: facts.state,
      problem: facts.problem,
      isEmbedded: id === DEMO_MODEL,
      isOwn: id !== DEMO_MODEL && isOwn(place, path),
      isQuantizedSource: isQuantized(facts),
      summary,
      sizeBytes: facts.summary?.sizeBytes ?? entry.sizeBytes,
      sparsityRatio: facts.measured.sparsityRatio ?? null,
      recipe: facts.recipe,
      recipeLabel: labelOf(facts, link),
      seriesId: series.id,
      seriesLabel: series.label,
      slot: slotOf(facts, link),
      layerBars: facts.layerBars,
      memory: facts.memory === null ? null : memoryOf(facts, place),
      scores: sha256 === null ? [] : this.#options.scoresOf(sha256),
      notes: note.notes,
      tags: note.tags,
      addedAt: entry.importedAt === null ? 0 : Date.parse(entry.importedAt),
      sha256,
    };
  }

  #place(): Place {
    const { home, machine } = this.#options;
    return { machine: machine(), homePath: existsSync(home) ? realpathSync(home) : home };
  }
}

/** What all models of one list are seen against. */
interface Place {
  readonly machine: TreeMachine;
  /** Without links. */
  readonly homePath: string;
}

function memoryOf({ memory, summary }: ModelFacts, { machine }: Place) {
  const contextSize = Math.min(DEFAULT_CONTEXT_SIZE, summary?.contextLength || DEFAULT_CONTEXT_SIZE);
  return estimateMemory(memory!, contextSize, machine);
}

/** Written by Whittle into its own folder. */
function isOwn({ homePath }: Place, path: string): boolean {
  try {
    return isInside(homePath, realpathSync(path));
  } catch {
    return false;
  }
}

/** A file's name says more than `general.name`, which versions of a model share. */
function nameOf({ id, path, name }: LibraryEntry): string {
  return id === DEMO_MODEL ? name : basename(path).replace(/(-\d{5}-of-\d{5})?\.gguf$/i, '');
}

function linkedModel(entry: LibraryEntry, facts: ModelFacts) {
  return {
    id: entry.id,
    path: entry.path,
    fileName: basename(entry.path),
    sha256: facts.measured.sha256 ?? null,
    sourceSha256: facts.sourceSha256,
    parentPath: facts.measured.parentPath ?? null,
    recipe: facts.recipe,
    architecture: facts.summary?.architecture ?? '',
    parameterCount: facts.summary?.parameterCount ?? 0,
    bitsPerWeight: facts.summary?.bitsPerWeight ?? 0,
  };
}

function isQuantized({ summary }: ModelFacts): boolean {
  const type = summary === null ? undefined : findFileType(summary.fileType);
  return type !== undefined && isQuantizedType(type.baseType);
}

/** A version that another tool made is called by its storage type. */
function labelOf(facts: ModelFacts, { baseId }: Link): string {
  if (facts.recipe !== null) return labelRecipe(facts.recipe);
  return baseId === null ? 'dense' : (facts.summary?.fileType ?? 'unknown');
}

function slotOf(facts: ModelFacts, { baseId }: Link): number {
  if (facts.recipe !== null) return seriesOfRecipe(facts.recipe).slot;
  if (baseId === null) return 0;
  const type = facts.summary?.fileType ?? '';
  return seriesOfRecipe({ steps: [{ method: 'quantize', params: { type } }] }).slot;
}
