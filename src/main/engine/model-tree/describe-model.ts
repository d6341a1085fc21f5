// One model in detail: tensors, metadata, how it was made, what it forgot most.
import type { ModelDetails, ModelNode, TensorDetail } from '../../../shared/session/model-calls.ts';
import { formatBytes } from '../../../shared/units.ts';
import { findMethod } from '../compress/registry.ts';
import { describeParameters } from '../describe-parameters.ts';
import type { GgufValue } from '../gguf/gguf-value.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import { inspectModel } from '../models/inspect-model.ts';
import { layerOf } from '../models/layer-matrices.ts';
import type { Services } from '../session/services.ts';
import { estimateMemory } from './estimate-memory.ts';
import type { ModelFacts } from './model-facts.ts';

const PREVIEW_LETTERS = 400;
const PREVIEW_ELEMENTS = 12;
const SHOWN_GROUPS = 8;

export async function describeModel(services: Services, model: string, contextSize?: number): Promise<ModelDetails> {
  const { tree, scoreBoard } = services;
  const known = await tree.get(model);
  const facts = await tree.facts.get(known.path);
  const node = contextSize === undefined ? known : withContext(known, facts, contextSize, services);
  if (node.state !== 'ready') return { ...EMPTY, node, tensors: await safetensorsTensors(node) };
  const file = readGguf(node.path);
  const { tensorSparsity = {}, tensorErrors = {} } = facts.measured;
  return {
    node,
    tensors: file.tensors.map((tensor) => ({
      ...detailOf(tensor),
      ...(tensorSparsity[tensor.name] === undefined ? {} : { sparsityRatio: tensorSparsity[tensor.name] }),
      ...(tensorErrors[tensor.name] === undefined ? {} : { relativeSquaredError: tensorErrors[tensor.name] }),
    })),
    metadata: [...file.metadata].map(([key, value]) => ({ key, type: typeOf(value), ...previewOf(value) })),
    chatTemplate: file.metadata.get('tokenizer.chat_template')?.asString() ?? null,
    madeFrom: madeFrom(node, file.metadata),
    notes: notesOn(node),
    forgotMostIn: node.sha256 === null ? [] : scoreBoard.forgotMostIn(node.sha256).slice(0, SHOWN_GROUPS),
  };
}

const EMPTY = { tensors: [], metadata: [], chatTemplate: null, madeFrom: [], notes: [], forgotMostIn: [] };

function withContext(node: ModelNode, facts: ModelFacts, contextSize: number, { machine }: Services): ModelNode {
  return facts.memory === null ? node : { ...node, memory: estimateMemory(facts.memory, contextSize, machine()) };
}

async function safetensorsTensors(node: ModelNode): Promise<TensorDetail[]> {
  if (node.state !== 'not-imported') return [];
  const { tensors = [] } = await inspectModel(node.path, { tensors: true });
  return tensors.map(detailOf);
}

export function detailOf(tensor: {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: string;
  readonly sizeBytes: number;
}): TensorDetail {
  const { name, shape, type, sizeBytes } = tensor;
  return {
    name,
    shape,
    type,
    sizeBytes,
    layer: layerOf(name) ?? null,
    kind: name.replace(/^(?:enc\.|dec\.)?blk\.\d+\./, ''),
    parameterCount: shape.reduce((product, length) => product * length, 1),
  };
}

function typeOf(value: GgufValue): string {
  return value.type === 'array' ? `${value.elementType}[]` : value.type;
}

function previewOf(value: GgufValue): { preview: string; fullLength: number } {
  const text = value.asString();
  if (text !== undefined) return { preview: text.slice(0, PREVIEW_LETTERS), fullLength: text.length };
  if (value.type === 'array') {
    const strings = value
      .asStrings()
      ?.slice(0, PREVIEW_ELEMENTS)
      .map((item) => JSON.stringify(item));
    const shown = strings ?? value.asNumbers()?.slice(0, PREVIEW_ELEMENTS).map(String) ?? [];
    return { preview: shown.join(', ').slice(0, PREVIEW_LETTERS), fullLength: value.count };
  }
  const plain = value.asBoolean() ?? value.asNumber() ?? value.asBigInt() ?? '';
  return { preview: String(plain), fullLength: 1 };
}

/** Each step with its parameters in words, then where from and by what. */
function madeFrom(node: ModelNode, metadata: ReadonlyMap<string, GgufValue>): ModelDetails['madeFrom'] {
  if (node.recipe === null) return [];
  const steps = node.recipe.steps.map(({ method, params }) => ({
    title: titleOf(method),
    facts: factsOf(method, params),
  }));
  const told = [
    ['Source', 'source_sha256'],
    ['Calibration text', 'calibration_sha256'],
    ['Importance matrix', 'imatrix_sha256'],
    ['Statistics', 'stats'],
    ['Whittle', 'engine_version'],
    ['llama.cpp', 'llama_cpp_version'],
  ].flatMap(([name, key]) => {
    const value = metadata.get(`whittle.${key}`)?.asString();
    return value === undefined
      ? []
      : [{ name: name!, value: key!.endsWith('sha256') ? `sha256 ${value.slice(0, 12)}` : value }];
  });
  return [...steps, { title: 'Origin', facts: told }];
}

function titleOf(method: string): string {
  try {
    return findMethod(method).title;
  } catch {
    return method;
  }
}

/** What is off or empty did nothing. */
function isSaid(value: unknown): boolean {
  return value !== null && value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
}

function factsOf(method: string, params: Readonly<Record<string, unknown>>): { name: string; value: string }[] {
  let titles = new Map<string, string>();
  try {
    titles = new Map(describeParameters(findMethod(method).params).map(({ name, title }) => [name, title]));
  } catch {
    // A method of a newer Whittle: its parameters are shown under their own names.
  }
  return Object.entries(params)
    .filter(([, value]) => isSaid(value))
    .map(([name, value]) => ({
      name: titles.get(name) ?? name,
      value: typeof value === 'string' ? value : JSON.stringify(value),
    }));
}

function notesOn(node: ModelNode): string[] {
  const notes: string[] = [];
  const moves = node.recipe?.steps ?? [];
  const prunes = moves.some(({ params }) => params['sparsity'] !== undefined || params['pattern'] !== undefined);
  const shrinks = moves.some(({ method }) => method === 'quantize' || method === 'drop-layers');
  if (prunes && !shrinks) {
    notes.push(
      `Same size as dense: ${formatBytes(node.sizeBytes)}. Pruning writes zeros, and zeros take the same room. Quantize it or drop layers to make it smaller.`,
    );
  }
  if (node.isQuantizedSource && node.baseId === null) {
    notes.push(
      `This file is already quantized (${node.summary?.fileType}). What it lost stays lost; results are measured against it, not against the original.`,
    );
  }
  return notes;
}
