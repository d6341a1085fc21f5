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
  const kin: Kin = {
    bySha256: Map.groupBy(models, ({ sha256 }) => sha256),
    byPath: Map.groupBy(models, ({ path }) => path),
    denseByShape: Map.groupBy(
      models.filter(({ recipe, parameterCount }) => recipe === null && parameterCount > 0),
      shapeOf,
    ),
  };
  const parents = new Map(models.map((model) => [model.id, findParent(model, kin)]));
  return new Map(models.map(({ id }) => [id, linkOf(id, parents)]));
}

interface Kin {
  readonly bySha256: ReadonlyMap<string | null, readonly LinkedModel[]>;
  readonly byPath: ReadonlyMap<string, readonly LinkedModel[]>;
  /** By name of the family and shape. */
  readonly denseByShape: ReadonlyMap<string, readonly LinkedModel[]>;
}

function shapeOf({ architecture, parameterCount, fileName }: LinkedModel): string {
  return JSON.stringify([architecture, parameterCount, familyNameOf(fileName)]);
}

function findParent(model: LinkedModel, kin: Kin): string | null {
  const isOther = ({ id }: LinkedModel) => id !== model.id;
  const { sourceSha256, parentPath } = model;
  const sources = sourceSha256 === null ? [] : (kin.bySha256.get(sourceSha256) ?? []).filter(isOther);
  // Of two copies of one file it is the one that the job was given.
  const given = parentPath === null ? [] : (kin.byPath.get(parentPath) ?? []).filter(isOther);
  const named = sources.length > 0 ? sources.find(({ path }) => path === parentPath) : given[0];
  return named?.id ?? sources[0]?.id ?? findNamesake(model, kin);
}

/** The unquantized file of the same name and shape, when this one has fewer bits. */
function findNamesake(model: LinkedModel, { denseByShape }: Kin): string | null {
  const same = (denseByShape.get(shapeOf(model)) ?? []).filter(({ id }) => id !== model.id);
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
