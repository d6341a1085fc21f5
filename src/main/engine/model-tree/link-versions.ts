// Which model is whose version. What a file says of its own making comes first, then the job that made it, then its name.
import type { Recipe } from '../../../shared/recipe.ts';
import { familyNameOf } from './name-of-file.ts';

export interface LinkedModel {
  readonly id: string;
  readonly path: string;
  readonly fileName: string;
  readonly sha256: string | null;
  readonly sourceSha256: string | null;
  readonly parentPath: string | null;
  readonly recipe: Recipe | null;
  readonly architecture: string;
  readonly parameterCount: number;
  readonly bitsPerWeight: number;
}

export interface Link {
  readonly familyId: string;
  readonly baseId: string | null;
  readonly parentId: string | null;
}

/** By model id. A model without kin is a base of its own. */
export function linkVersions(models: readonly LinkedModel[]): Map<string, Link> {
  const parents = new Map(models.map((model) => [model.id, findParent(model, models)]));
  return new Map(models.map(({ id }) => [id, linkOf(id, parents)]));
}

function findParent(model: LinkedModel, models: readonly LinkedModel[]): string | null {
  const others = models.filter(({ id }) => id !== model.id);
  const sources = others.filter(({ sha256 }) => sha256 !== null && sha256 === model.sourceSha256);
  // Of two copies of one file it is the one that the job was given.
  const named = (sources.length > 0 ? sources : others).find(({ path }) => path === model.parentPath);
  return named?.id ?? sources[0]?.id ?? findNamesake(model, others);
}

/** The unquantized file of the same name and shape, when this one has fewer bits. */
function findNamesake(model: LinkedModel, others: readonly LinkedModel[]): string | null {
  const family = familyNameOf(model.fileName);
  const same = others.filter(
    (other) =>
      other.architecture === model.architecture &&
      other.parameterCount === model.parameterCount &&
      other.parameterCount > 0 &&
      other.recipe === null &&
      familyNameOf(other.fileName) === family,
  );
  const best = same.reduce<LinkedModel | undefined>(
    (most, other) => (other.bitsPerWeight > (most?.bitsPerWeight ?? 0) ? other : most),
    undefined,
  );
  if (best === undefined) return null;
  if (model.recipe !== null) return best.id;
  return best.bitsPerWeight > model.bitsPerWeight ? best.id : null;
}

function linkOf(id: string, parents: ReadonlyMap<string, string | null>): Link {
  const parentId = parents.get(id) ?? null;
  let baseId = id;
  // Damaged metadata could name each other as parents.
  for (const seen = new Set([id]); ; ) {
    const next = parents.get(baseId);
    if (next === null || next === undefined || seen.has(next)) break;
    seen.add(next);
    baseId = next;
  }
  return { familyId: baseId, parentId, baseId: baseId === id ? null : baseId };
}
