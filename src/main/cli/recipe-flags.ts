// The flags of `compress`, made from the parameters of the registered methods, and the recipe that they spell.
import type { Command } from 'commander';
import { WorkbenchError } from '../../shared/errors.ts';
import { findFileType } from '../../shared/ggml-types.ts';
import type { Recipe } from '../../shared/recipe.ts';
import type { CompressionMethod } from '../engine/compress/method.ts';
import { findMethod, METHODS } from '../engine/compress/registry.ts';
import { describeParameters, type Parameter } from '../engine/describe-parameters.ts';
import { collect, parseNumber } from './flag-values.ts';

export type FlagValues = Readonly<Record<string, unknown>>;

// Said in another way: `--quantize TYPE` names the type, `--seed` is common to all commands, `--quantizer` names a method.
const FLAGS_OF_THEIR_OWN: ReadonlySet<string> = new Set(['type', 'seed', 'quantizer', 'layers']);

/** `calibrationSamples` -> `--calibration-samples`; a list's flag is given once per item: `tensorTypes` -> `--tensor-type`. */
export function flagOf({ name, schema }: Parameter): string {
  const singular = schema['type'] === 'array' ? name.replace(/s$/, '') : name;
  return `--${singular.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

interface FlagParameter extends Parameter {
  /** Methods that take another value than the first one when none is given. */
  readonly otherDefaults: readonly { readonly method: string; readonly value: string }[];
}

/** Each parameter of any method once, in the order of the registry; where methods offer different choices, as the one with most describes it. */
function flagParameters(): Map<string, FlagParameter> {
  const parameters = new Map<string, FlagParameter>();
  for (const method of METHODS) {
    for (const parameter of describeParameters(method.params)) {
      if (FLAGS_OF_THEIR_OWN.has(parameter.name)) continue;
      const known = parameters.get(parameter.name);
      parameters.set(
        parameter.name,
        known === undefined ? { ...parameter, otherDefaults: [] } : joined(known, parameter, method.id),
      );
    }
  }
  return parameters;
}

function joined(known: FlagParameter, parameter: Parameter, method: string): FlagParameter {
  const [before, own] = [known.schema['enum'], parameter.schema['enum']];
  if (!Array.isArray(before) || !Array.isArray(own)) return known;
  const value = String(parameter.schema['default']);
  const isOther = value !== String(known.schema['default']);
  const otherDefaults = isOther ? [...known.otherDefaults, { method, value }] : known.otherDefaults;
  if (own.length <= before.length) return { ...known, otherDefaults };
  return { ...parameter, schema: { ...parameter.schema, default: known.schema['default'] }, otherDefaults };
}

export function addRecipeFlags(command: Command): void {
  const pruning = METHODS.filter(({ family }) => family === 'prune').map(({ id }) => id);
  command.option('--prune <method>', `zero weights: ${pruning.join(', ')}`);
  command.option(
    '--drop-layers <numbers>',
    'leave out whole layers: their numbers from 0, parted by commas',
    parseLayers,
  );
  command.option('--awq', 'scale strong inputs before quantizing');
  command.option('--quantize <type>', 'store in fewer bits: a type that `whittle types` lists');
  command.option('--quantizer <name>', `who quantizes: ${LLAMA} (default), ${quantizers().join(', ')}`);
  for (const parameter of flagParameters().values()) addParameterFlag(command, parameter);
}

function parseLayers(text: string): number[] {
  if (/^\d+(,\d+)*$/.test(text)) return text.split(',').map(Number);
  throw new WorkbenchError('BAD_USAGE', `--drop-layers takes numbers parted by commas, such as 3,4; not '${text}'`);
}

/** llama.cpp's own quantizer, which is the method `quantize`. */
const LLAMA = 'llama';

function quantizers(): string[] {
  return METHODS.filter(({ id, family }) => family === 'quantize' && id !== 'quantize').map(({ id }) => id);
}

/** The step that `--quantize` and `--quantizer` spell. Some methods end in a storage type and need one, the others must not have one. */
function quantizingStep(flags: FlagValues): { method: CompressionMethod; params: Record<string, unknown> } | undefined {
  const [type, quantizer] = [flags['quantize'], flags['quantizer'] ?? LLAMA];
  if (quantizer !== LLAMA && !quantizers().includes(String(quantizer))) {
    throw new WorkbenchError('BAD_USAGE', `--quantizer takes ${LLAMA}, ${quantizers().join(', ')}, not ${quantizer}`);
  }
  const method = findMethod(quantizer === LLAMA ? 'quantize' : String(quantizer));
  const needsType = takesParameter(method, 'type');
  const named = flags['quantizer'] === LLAMA ? { quantizer: LLAMA } : {};
  if (typeof type === 'string' && needsType) return { method, params: { type: knownType(type), ...named } };
  if (typeof type === 'string') {
    throw new WorkbenchError('BAD_USAGE', `${quantizer} keeps the type of the file; leave --quantize out`);
  }
  if (!needsType) return { method, params: {} };
  if (quantizer === LLAMA) return undefined;
  throw new WorkbenchError('BAD_USAGE', `${quantizer} needs a type: --quantize TYPE`);
}

function addParameterFlag(command: Command, parameter: FlagParameter): void {
  const flag = flagOf(parameter);
  const help = helpOf(parameter);
  const type = parameter.schema['type'];
  if (type === 'boolean') command.option(flag, help);
  else if (type === 'array') command.option(`${flag} <value>`, `${help} (repeatable)`, collect);
  else if (type === 'number' || type === 'integer') command.option(`${flag} <n>`, help, parseNumber(flag));
  else command.option(`${flag} <value>`, help);
}

function helpOf({ help, schema, otherDefaults }: FlagParameter): string {
  const notes: string[] = [];
  if (Array.isArray(schema['enum'])) notes.push(`one of ${schema['enum'].join(', ')}`);
  if (schema['default'] !== undefined && schema['type'] !== 'boolean' && schema['type'] !== 'array') {
    notes.push(`default ${String(schema['default'])}`);
    for (const { method, value } of otherDefaults) notes.push(`${method}: ${value}`);
  }
  return notes.length === 0 ? help : `${help.replace(/\.$/, '')} (${notes.join('; ')})`;
}

/** Commander's key of a flag: `--tensor-type` -> `tensorType`. */
function keyOf(parameter: Parameter): string {
  return flagOf(parameter)
    .slice(2)
    .replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** One step per `--prune` and `--quantize`, in this order. Throws BAD_USAGE for a flag that no step takes. */
export function recipeFromFlags(flags: FlagValues): Recipe {
  const steps: { method: CompressionMethod; params: Record<string, unknown> }[] = [];
  const { dropLayers, by, count } = flags;
  if (Array.isArray(dropLayers) || by !== undefined || count !== undefined) {
    const layers = Array.isArray(dropLayers) ? { layers: dropLayers } : {};
    steps.push({ method: findMethod('drop-layers'), params: layers });
  }
  if (typeof flags['prune'] === 'string') steps.push({ method: findPruningMethod(flags['prune']), params: {} });
  if (flags['awq'] === true) steps.push({ method: findMethod('awq'), params: {} });
  const quantizing = quantizingStep(flags);
  if (quantizing !== undefined) steps.push(quantizing);
  if (steps.length === 0) {
    throw new WorkbenchError(
      'BAD_USAGE',
      'say what to do: --drop-layers, --by influence --count N, --prune METHOD, --quantize TYPE, several of them, or --recipe FILE',
    );
  }
  for (const parameter of flagParameters().values()) {
    const value = flags[keyOf(parameter)];
    if (value === undefined) continue;
    const takers = steps.filter(({ method }) => takesParameter(method, parameter.name));
    if (takers.length === 0)
      throw unusedFlag(
        flagOf(parameter),
        steps.map(({ method }) => method.id),
      );
    for (const { params } of takers) params[parameter.name] = value;
  }
  return { steps: steps.map(({ method, params }) => ({ method: method.id, params })) };
}

function knownType(type: string): string {
  if (findFileType(type)?.writable) return type;
  throw new WorkbenchError('UNKNOWN_TYPE', `${type} is no type that llama.cpp writes; \`whittle types\` lists them`, {
    type,
  });
}

function findPruningMethod(id: string): CompressionMethod {
  const method = findMethod(id);
  if (method.family === 'prune') return method;
  throw new WorkbenchError('BAD_USAGE', `${id} does not prune; use --${id} or a recipe file for it`, { id });
}

function unusedFlag(flag: string, methods: readonly string[]): WorkbenchError {
  return new WorkbenchError('BAD_USAGE', `${flag} does not apply to ${methods.join(' or ')}; leave it out`, { flag });
}

function takesParameter(method: CompressionMethod, name: string): boolean {
  return describeParameters(method.params).some((parameter) => parameter.name === name);
}

/** True when a flag that makes a step or a parameter was given. */
export function hasRecipeFlags(flags: FlagValues): boolean {
  const keys = ['awq', 'dropLayers', 'prune', 'quantize', 'quantizer', ...[...flagParameters().values()].map(keyOf)];
  return keys.some((key) => flags[key] !== undefined);
}
