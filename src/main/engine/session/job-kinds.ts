// What each kind of job is for the queue: the engine's call that does it, its name for people, and whether it can go on after a break.
import type { CallName } from '../../../shared/contract.ts';
import { contract } from '../../../shared/contract.ts';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { JobKind } from '../../../shared/job.ts';
import { recipeSchema } from '../../../shared/recipe.ts';
import { titleOfTaskId } from '../../../shared/score-words.ts';
import { labelRecipe } from '../sweep/label-recipe.ts';

interface KindFacts {
  readonly call: CallName;
  /** It keeps what was done; its input has a field `resume`. */
  readonly canResume: boolean;
  /** Fields of the input that name models, the first one first in the title. */
  readonly modelFields: readonly string[];
  readonly verb: string;
}

const KINDS: Readonly<Record<JobKind, KindFacts>> = {
  compress: { call: 'compress', canResume: false, modelFields: ['model'], verb: 'Compress' },
  imatrix: { call: 'measureImatrix', canResume: true, modelFields: ['model'], verb: 'Measure importance of' },
  influence: {
    call: 'measureLayerInfluence',
    canResume: false,
    modelFields: ['model'],
    verb: 'Measure the layers of',
  },
  kick: { call: 'runKick', canResume: true, modelFields: ['model', 'against'], verb: 'KICK' },
  sweep: { call: 'runSweep', canResume: true, modelFields: ['models'], verb: 'Sweep' },
  perplexity: { call: 'measurePerplexity', canResume: false, modelFields: ['model'], verb: 'Perplexity of' },
  compare: { call: 'compareModels', canResume: false, modelFields: ['model', 'dense'], verb: 'Compare with dense:' },
  report: { call: 'writeReport', canResume: false, modelFields: [], verb: 'Write the report' },
  'measure-sparsity': { call: 'inspectModel', canResume: false, modelFields: ['model'], verb: 'Measure sparsity of' },
};

const KIND_OF_CALL = new Map(Object.entries(KINDS).map(([kind, { call }]) => [call, kind as JobKind]));
/** Reading a header is quick; only counting zeros and hashing are heavy. */
const LIGHT_CALLS: ReadonlySet<CallName> = new Set(['inspectModel']);

export function callOfKind(kind: JobKind): CallName {
  return KINDS[kind].call;
}

/** The kind of job that a heavy call of the engine is; undefined for calls that answer at once. */
export function heavyKindOf(call: CallName): JobKind | undefined {
  return LIGHT_CALLS.has(call) ? undefined : KIND_OF_CALL.get(call);
}

export function canResume(kind: JobKind): boolean {
  return KINDS[kind].canResume;
}

/** The input as the engine's call wants it, defaults filled in. Throws BAD_INPUT with the faults. */
export function checkJobInput(kind: JobKind, input: unknown): Record<string, unknown> {
  const parsed = contract[KINDS[kind].call].input.safeParse(input);
  if (parsed.success) return parsed.data as Record<string, unknown>;
  const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  const text = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  throw new WorkbenchError('BAD_INPUT', `A ${kind} job cannot work with this: ${text}`, { issues });
}

export function modelsOfInput(kind: JobKind, input: Readonly<Record<string, unknown>>): string[] {
  return KINDS[kind].modelFields.flatMap((field) => input[field] ?? []).map(String);
}

/** `nameOf` gives what people call a model. */
export function titleOfJob(
  kind: JobKind,
  input: Readonly<Record<string, unknown>>,
  nameOf: (model: string) => string,
): string {
  const names = modelsOfInput(kind, input).map(nameOf);
  const recipe = recipeSchema.safeParse(input['recipe']);
  if (kind === 'compress' && recipe.success) return `${labelRecipe(recipe.data)} of ${names[0]}`;
  const tasks = Array.isArray(input['tasks'])
    ? `: ${input['tasks'].map((task) => titleOfTaskId(String(task))).join(', ')}`
    : '';
  const subject = kind === 'kick' ? names[0] : names.join(', ');
  return `${KINDS[kind].verb}${subject ? ` ${subject}` : ''}${tasks}`;
}
