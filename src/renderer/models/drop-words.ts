// What a drop will do, in words: from the names of the files, or from their media types alone while they hang over the window,
// where systems keep the names to themselves. Pure. The engine decides by the same endings.
import { plural } from './model-words.ts';

export interface DropWords {
  readonly title: string;
  readonly detail: string;
}

const SHARD = /^(.*)-\d{5}-of-\d{5}\.(?:gguf|safetensors)$/i;
const MODEL = /\.(?:gguf|safetensors)$/i;
const TEXT = /\.(?:txt|md|jsonl)$/i;
const SCORES = /\.(?:csv|json)$/i;
/** Weights of other programs, which no part of Whittle reads. */
const FOREIGN = /\.(?:pt|pth|bin|ckpt|onnx|h5|mlmodel|tflite|npz|pkl|exl2)$/i;

function modelWords(names: readonly string[]): string {
  const shards = names.filter((name) => SHARD.test(name));
  const models = new Set(names.map((name) => SHARD.exec(name)?.[1] ?? name)).size;
  if (shards.length === names.length && names.length > 1)
    return `Add ${names.length} shards as ${plural(models, 'model')}`;
  return `Add ${plural(models, 'model')}`;
}

function namesWords(names: readonly string[]): string {
  const [first = '', ...rest] = names;
  return rest.length === 0 ? first : `${first} and ${rest.length} more`;
}

/** `detail` names the files; a refusal says what to do instead. */
export function dropWords(names: readonly string[]): DropWords {
  const detail = namesWords(names);
  const models = names.filter((name) => MODEL.test(name));
  if (models.length > 0) return { title: modelWords(models), detail: namesWords(models) };
  const foreign = names.find((name) => FOREIGN.test(name));
  if (foreign !== undefined) {
    const ending = foreign.slice(foreign.lastIndexOf('.')).toLowerCase();
    return { title: `Whittle cannot read ${ending} files.`, detail: 'Export the model as safetensors first.' };
  }
  if (names.some((name) => TEXT.test(name))) return { title: 'Use as calibration text', detail };
  if (names.some((name) => SCORES.test(name))) return { title: 'Import scores', detail };
  return { title: `Open ${plural(names.length, 'file')}`, detail };
}

/** True when nothing among the files can be used: they need not be sent anywhere. */
export function isRefused(names: readonly string[]): boolean {
  return names.length > 0 && names.every((name) => FOREIGN.test(name));
}

/** While the files hang over the window. Models have no media type of their own. */
export function hoverWords(types: readonly string[]): DropWords {
  const count = types.length;
  if (count > 0 && types.every((type) => type === 'text/plain' || type === 'text/markdown')) {
    return {
      title: 'Use as calibration text',
      detail: count === 1 ? 'It is read where it lies.' : plural(count, 'file'),
    };
  }
  if (count > 0 && types.every((type) => type === 'text/csv' || type === 'application/json')) {
    return { title: 'Import scores', detail: 'They are kept beside the measured ones, never mixed with them.' };
  }
  const title = count <= 1 ? 'Drop to open' : `Drop to open ${plural(count, 'file')}`;
  return { title, detail: 'Models are added, texts calibrate, tables of scores are imported.' };
}
