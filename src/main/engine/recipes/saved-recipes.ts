// Presets that come with Whittle, and recipes that a person has saved.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { WorkbenchError } from '../../../shared/errors.ts';
import { type Recipe, recipeSchema } from '../../../shared/recipe.ts';
import type { SavedRecipe } from '../../../shared/session/recipe-calls.ts';
import { JsonFile } from '../settings/json-file.ts';
import { labelRecipe } from '../sweep/label-recipe.ts';

const savedSchema = z.array(z.object({ id: z.string(), name: z.string(), recipe: recipeSchema }));

const PRESETS: readonly {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  readonly recipe: Recipe;
}[] = [
  {
    id: 'preset-safe',
    name: 'Smaller, safely',
    summary: 'Q4_K_M: about a third of F16, loses little in most models.',
    recipe: { steps: [{ method: 'quantize', params: { type: 'Q4_K_M' } }] },
  },
  {
    id: 'preset-nearly-lossless',
    name: 'Nearly lossless',
    summary: 'Q8_0: half of F16, differences are hard to measure.',
    recipe: { steps: [{ method: 'quantize', params: { type: 'Q8_0' } }] },
  },
  {
    id: 'preset-small',
    name: 'As small as it gets',
    summary: 'Q2_K: shows what few bits forget. Measure before you ship it.',
    recipe: { steps: [{ method: 'quantize', params: { type: 'Q2_K' } }] },
  },
  {
    id: 'preset-pruning',
    name: 'Study pruning',
    summary: 'Wanda, half of the weights. The file stays as large: zeros take the same room.',
    recipe: { steps: [{ method: 'wanda', params: { sparsity: 0.5 } }] },
  },
  {
    id: 'preset-pruned-small',
    name: 'Pruned, then quantized',
    summary: 'Wanda 30 %, then Q4_K_M.',
    recipe: {
      steps: [
        { method: 'wanda', params: { sparsity: 0.3 } },
        { method: 'quantize', params: { type: 'Q4_K_M' } },
      ],
    },
  },
];

export class SavedRecipes {
  readonly #file: JsonFile<typeof savedSchema>;

  constructor(home: string) {
    this.#file = new JsonFile(join(home, 'recipes.json'), savedSchema, []);
  }

  list(): SavedRecipe[] {
    return [...PRESETS.map((preset) => ({ ...preset, isPreset: true })), ...this.#file.read().map(describe)];
  }

  /** The same name is replaced. */
  save(name: string, recipe: Recipe): SavedRecipe {
    const others = this.#file.read().filter((saved) => saved.name !== name);
    const saved = { id: randomBytes(6).toString('hex'), name, recipe };
    this.#file.write([...others, saved]);
    return describe(saved);
  }

  remove(id: string): void {
    const saved = this.#file.read();
    if (!saved.some((recipe) => recipe.id === id)) {
      throw new WorkbenchError('BAD_INPUT', `There is no saved recipe ${id}. Presets stay.`, { id });
    }
    this.#file.write(saved.filter((recipe) => recipe.id !== id));
  }
}

function describe({ id, name, recipe }: z.output<typeof savedSchema>[number]): SavedRecipe {
  return { id, name, recipe, isPreset: false, summary: labelRecipe({ ...recipe, name: undefined }) };
}
