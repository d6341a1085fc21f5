// What the engine offers, as lists and forms show it: methods, tasks, types.
import type { CallOutput } from '../../shared/contract.ts';
import { FILE_TYPES } from '../../shared/ggml-types.ts';
import { METHODS } from './compress/registry.ts';
import { describeParameters } from './describe-parameters.ts';
import { TASKS } from './kick/registry.ts';

export function listMethods(): CallOutput<'listMethods'> {
  return METHODS.map(({ id, family, title, source, summary, needs, params }) => ({
    id,
    family,
    title,
    source,
    summary,
    needs,
    parameters: [...describeParameters(params)],
  }));
}

const TYPE_SOURCE = { title: 'llama.cpp, llama_model_quantize', url: 'https://github.com/ggml-org/llama.cpp' };

export function listTypes(): CallOutput<'listTypes'> {
  return FILE_TYPES.filter(({ writable }) => writable).map(({ name, title, bitsPerWeight, imatrix, baseType }) => ({
    id: name,
    title,
    source: TYPE_SOURCE,
    parameters: [],
    bitsPerWeight,
    needsImatrix: imatrix === 'required',
    imatrix,
    llamaCppName: name,
    baseType,
  }));
}

const SHOTS_PARAMETER = {
  name: 'shots',
  title: 'Shots',
  unit: 'examples',
  help: 'Solved examples before each question.',
  schema: { type: 'integer', minimum: 0, default: 5 },
};

export function listTasks(): CallOutput<'listTasks'> {
  return TASKS.map((task) => ({
    id: task.id,
    version: task.version,
    title: task.title,
    source: task.source,
    summary: task.summary,
    licence: task.licence,
    needsJudge: task.needsJudge,
    chanceValue: task.chanceValue ?? null,
    metrics: task.metrics('standard'),
    parameters: task.usesShots ? [SHOTS_PARAMETER] : [],
  }));
}
