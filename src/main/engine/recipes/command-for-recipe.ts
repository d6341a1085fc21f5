// A recipe as a command line: llama-quantize's where it does the very same, else ours.
import type { Recipe, RecipeStep } from '../../../shared/recipe.ts';
import type { CommandText } from '../../../shared/session/recipe-calls.ts';
import { parseRecipe } from '../compress/parse-recipe.ts';

export interface CommandInput {
  readonly recipe: Recipe;
  readonly modelPath: string;
  /** As the person names it, for our own command. */
  readonly model: string;
  readonly outputPath: string;
}

export function commandForRecipe(input: CommandInput): CommandText {
  const { steps } = parseRecipe(input.recipe).recipe;
  const [only] = steps;
  const notExpressed = steps.flatMap((step, index) =>
    isLlamaQuantize(step) ? [] : [`Step ${index + 1}: ${step.method}`],
  );
  if (steps.length === 1 && only !== undefined && notExpressed.length === 0) {
    return { tool: 'llama-quantize', command: llamaQuantize(only, input), notExpressed };
  }
  return { tool: 'whittle', command: ownCommand(input), notExpressed };
}

function isLlamaQuantize({ method, params }: RecipeStep): boolean {
  return method === 'quantize' && (params['quantizer'] === undefined || params['quantizer'] === 'llama');
}

function llamaQuantize({ params }: RecipeStep, { modelPath, outputPath }: CommandInput): string {
  const types = Array.isArray(params['tensorTypes']) ? params['tensorTypes'].map(String) : [];
  const parts = [
    'llama-quantize',
    ...(typeof params['imatrix'] === 'string' ? ['--imatrix', quote(params['imatrix'])] : []),
    ...(params['pure'] === true ? ['--pure'] : []),
    ...(params['keepSplit'] === true ? ['--keep-split'] : []),
    ...types.flatMap((type) => ['--tensor-type', quote(type)]),
    quote(modelPath),
    quote(outputPath),
    String(params['type']),
  ];
  return parts.join(' ');
}

/** A recipe file says every step exactly; flags cannot say two of a kind. */
function ownCommand({ recipe, model, outputPath }: CommandInput): string {
  const text = JSON.stringify(recipe);
  return `echo ${quote(text)} > recipe.json && whittle compress ${quote(model)} ${quote(outputPath)} --recipe recipe.json`;
}

/** For a POSIX shell; plain words stay as they are. */
export function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
