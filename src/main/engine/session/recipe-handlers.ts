// Recipes as calls: live preview, sweeps, presets, saved ones, exchange as text and as commands.
import { join } from 'node:path';
import { deserializeError, serializeError } from '../../../shared/errors.ts';
import { type Recipe, recipeSchema } from '../../../shared/recipe.ts';
import type { RecipeIssue, RecipePreview, recipeCalls } from '../../../shared/session/recipe-calls.ts';
import { parseRecipe } from '../compress/parse-recipe.ts';
import { freeDiskBytes } from '../machine/describe-machine.ts';
import { familyNameOf } from '../model-tree/name-of-file.ts';
import { commandForRecipe } from '../recipes/command-for-recipe.ts';
import { fitToSize } from '../recipes/fit-to-size.ts';
import { readLayerImportance } from '../recipes/layer-importance.ts';
import { freePath, outputName } from '../recipes/output-name.ts';
import { notesOnRecipe, previewPlan } from '../recipes/preview-recipe.ts';
import { SavedRecipes } from '../recipes/saved-recipes.ts';
import { labelRecipe } from '../sweep/label-recipe.ts';
import { exportedFile } from './exported-file.ts';
import { previewSweep } from './preview-sweep.ts';
import { type HandlersOf, OK, type Services } from './services.ts';

export function recipeHandlers(services: Services): HandlersOf<typeof recipeCalls> {
  const saved = new SavedRecipes(services.home);
  const { emit, planner } = services;
  return {
    previewRecipe: (input) => preview(services, input),
    previewSweep: (input) => previewSweep(services, input),
    fitToSize: ({ model, sizeBytes, imatrixPath }) =>
      fitToSize({ sourcePath: services.pathOf(model), sizeBytes, imatrixPath, plan: (input) => planner.plan(input) }),
    readImportance: ({ model, imatrixPath }) => readLayerImportance(services.pathOf(model), imatrixPath),
    listRecipes: () => ({ recipes: saved.list() }),
    saveRecipe: ({ name, recipe }) => {
      parseRecipe(recipe);
      const result = saved.save(name, recipe);
      emit({ type: 'recipes-changed' });
      return result;
    },
    removeRecipe: ({ id }) => {
      saved.remove(id);
      emit({ type: 'recipes-changed' });
      return OK;
    },
    readRecipeText: ({ text }) => readRecipeText(text),
    exportRecipe: async ({ recipe, format }) => {
      const name = `${recipe.name ?? labelRecipe(recipe)}.${format}`;
      if (format === 'json') return exportedFile(name, `${JSON.stringify(recipe, null, 2)}\n`);
      const { stringify } = await import('yaml');
      return exportedFile(name, stringify(recipe));
    },
    commandForRecipe: ({ model, recipe, outputPath }) => {
      const modelPath = services.pathOf(model);
      const output =
        outputPath ??
        join(services.settings.outputFolder, outputName(familyNameOf(services.nameOf(model)), recipe, 'F16'));
      return commandForRecipe({ recipe, model, modelPath, outputPath: output });
    },
  };
}

interface PreviewRequest {
  readonly model: string;
  readonly recipe: unknown;
  readonly outputFolder?: string | undefined;
  readonly contextSize: number;
  readonly allowRequantize: boolean;
}

/** Faults of the recipe are part of the answer: a form shows them beside its fields. */
async function preview(services: Services, request: PreviewRequest): Promise<RecipePreview> {
  const startMs = performance.now();
  const { recipe, issues } = checkRecipe(request.recipe);
  if (recipe === null) return { issues, notes: [], plan: null };
  const sourcePath = services.pathOf(request.model);
  const facts = await services.tree.facts.get(sourcePath);
  if (facts.memory === null || facts.summary === null) {
    return {
      issues: [],
      notes: [{ level: 'blocks', code: facts.state, text: facts.problem ?? 'The model cannot be read.' }],
      plan: null,
    };
  }
  const outputFolder = request.outputFolder ?? services.settings.outputFolder;
  try {
    const tensorPlan = await services.planner.plan({ sourcePath, recipe, allowRequantize: request.allowRequantize });
    const name = outputName(familyNameWithCase(services.nameOf(request.model)), recipe, facts.summary.fileType);
    const plan = previewPlan({
      plan: tensorPlan,
      recipe,
      memory: facts.memory,
      contextSize: request.contextSize,
      machine: services.machine(),
      outputFolder,
      suggestedPath: freePath(outputFolder, name),
      freeDiskBytes: freeDiskBytes(outputFolder),
      bytesPerMs: services.compressSpeed(recipe),
      elapsedMs: performance.now() - startMs,
    });
    return { issues: [], notes: notesOnRecipe({ recipe, plan, warnings: tensorPlan.warnings, outputFolder }), plan };
  } catch (error) {
    return refusedPreview(error);
  }
}

/** What the recipe cannot do with this model, as the reason why it does not start. */
function refusedPreview(error: unknown): RecipePreview {
  const { code, message, details } = serializeError(error);
  if (code === 'INTERNAL' || code === 'WORKER_CRASHED') throw deserializeError({ code, message, details });
  const issues = Array.isArray(details?.['issues']) ? (details['issues'] as RecipeIssue[]) : [];
  return { issues, notes: issues.length > 0 ? [] : [{ level: 'blocks', code, text: message }], plan: null };
}

function checkRecipe(input: unknown): { recipe: Recipe | null; issues: RecipeIssue[] } {
  try {
    parseRecipe(input);
    return { recipe: recipeSchema.parse(input), issues: [] };
  } catch (error) {
    const { message, details } = serializeError(error);
    const issues = details?.['issues'] as RecipeIssue[] | undefined;
    return { recipe: null, issues: issues ?? [{ path: '', message }] };
  }
}

async function readRecipeText(text: string): Promise<{ recipe: Recipe | null; issues: RecipeIssue[] }> {
  const { parse } = await import('yaml');
  let written: unknown;
  try {
    written = parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { recipe: null, issues: [{ path: '', message: `This is neither JSON nor YAML: ${message}` }] };
  }
  return checkRecipe(written);
}

/** Letters as they were, without type and recipe at the end. */
function familyNameWithCase(name: string): string {
  return name.slice(0, familyNameOf(name).length) || name;
}
