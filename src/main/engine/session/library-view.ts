// The library as others look at it in passing: paths that may be named, names for titles, which scored file is which version.
import { basename } from 'node:path';
import type { ModelTree } from '../model-tree/model-tree.ts';
import type { KnownFile } from '../score-board/build-board.ts';

export class LibraryView {
  #tree: ModelTree | undefined;
  #names = new Map<string, string>();
  #hashes = new Map<string, string>();
  knownFiles: ReadonlyMap<string, KnownFile> = new Map();
  paths: ReadonlySet<string> = new Set();
  ids: ReadonlySet<string> = new Set();

  /** The tree shows scores and the scores ask for the library: it comes once both are there. */
  attach(tree: ModelTree): void {
    this.#tree = tree;
  }

  async refresh(): Promise<void> {
    const links = (await this.#tree?.links()) ?? [];
    this.paths = new Set(links.map(({ path }) => path));
    this.ids = new Set(links.map(({ id }) => id));
    const hashOf = new Map(links.map(({ id, sha256 }) => [id, sha256]));
    this.#hashes = new Map([...hashOf].flatMap(([id, sha256]) => (sha256 === null ? [] : [[id, sha256] as const])));
    this.#names = new Map(links.flatMap(({ id, path, name }) => [[id, name] as const, [path, name] as const]));
    this.knownFiles = new Map(
      links.flatMap(({ id, sha256, baseId, recipe, recipeLabel }) =>
        sha256 === null
          ? []
          : [
              [
                sha256,
                { modelId: id, baseSha256: baseId === null ? null : (hashOf.get(baseId) ?? null), recipe, recipeLabel },
              ],
            ],
      ),
    );
  }

  /** By library id; undefined for what is not in the library or not hashed yet. */
  sha256Of(id: string): string | undefined {
    return this.#hashes.get(id);
  }

  nameOf(model: string): string {
    return this.#names.get(model) ?? basename(model).replace(/\.gguf$/i, '');
  }
}
