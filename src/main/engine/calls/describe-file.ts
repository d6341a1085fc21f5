// What the score store keeps of a model file: where it came from, as its metadata says, and its measured size and zeros.
import { existsSync } from 'node:fs';
import type { Recipe } from '../../../shared/recipe.ts';
import { recipeSchema } from '../../../shared/recipe.ts';
import { findMethod } from '../compress/registry.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { type ScoredFile, ScoreStore } from '../scores/score-store.ts';
import { labelRecipe } from '../sweep/label-recipe.ts';
import type { CallPlace } from './call-place.ts';
import { inspectFile } from './inspect-call.ts';

/** Zeros are counted once per file: the store remembers. */
export async function describeFile(
  path: string,
  sha256: string,
  place: CallPlace,
  context: JobContext,
): Promise<ScoredFile> {
  const known = findStored(sha256, place);
  if (known !== undefined) return { ...known, path };
  const summary = await inspectFile({ path, measureSparsity: true, tensors: false, sha256: false }, context);
  const recipe = recipeInMetadata(path);
  return {
    sha256,
    model: summary.name,
    label: labelRecipe(recipe),
    recipe,
    method: methodFamily(recipe),
    type: summary.fileType,
    path,
    sizeBytes: summary.sizeBytes,
    bitsPerWeight: summary.bitsPerWeight,
    sparsityRatio: summary.sparsityRatio ?? 0,
  };
}

function findStored(sha256: string, place: CallPlace): ScoredFile | undefined {
  if (!existsSync(place.scoreStorePath)) return undefined;
  const store = ScoreStore.open(place.scoreStorePath);
  try {
    return store.findScores({ model: sha256 })[0]?.file;
  } finally {
    store.close();
  }
}

/** null for a file that Whittle did not write, and for one whose note is unreadable: it then stands for itself. */
function recipeInMetadata(path: string): Recipe | null {
  const text = readGguf(path).metadata.get('whittle.recipe')?.asString();
  if (text === undefined) return null;
  try {
    return recipeSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function methodFamily(recipe: Recipe | null): string {
  const last = recipe?.steps.at(-1);
  if (last === undefined) return 'dense';
  try {
    return findMethod(last.method).family;
  } catch {
    return last.method;
  }
}
