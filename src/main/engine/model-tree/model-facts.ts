// What the tree shows of a file, from its header; remembered by size and time, so that five hundred models list at once.
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { serializeError } from '../../../shared/errors.ts';
import type { ModelSummary } from '../../../shared/model.ts';
import { type Recipe, recipeSchema } from '../../../shared/recipe.ts';
import type { LayerBar, ModelState } from '../../../shared/session/model-calls.ts';
import { type GgufFile, readGguf } from '../gguf/read-gguf.ts';
import { inspectModel, summarizeGguf } from '../models/inspect-model.ts';
import type { MemoryFacts } from './estimate-memory.ts';
import { layerBars } from './layer-bars.ts';

/** Raised when the fields change: older entries are then read anew. */
const FACTS_VERSION = 1;

export interface MeasuredFacts {
  readonly sha256?: string | undefined;
  readonly sparsityRatio?: number | null | undefined;
  readonly tensorSparsity?: Readonly<Record<string, number>> | undefined;
  readonly tensorErrors?: Readonly<Record<string, number>> | undefined;
  /** File that it was made from, as the job that made it knows. */
  readonly parentPath?: string | undefined;
}

export interface ModelFacts {
  readonly state: ModelState;
  readonly problem: string | null;
  readonly summary: ModelSummary | null;
  readonly layerBars: readonly LayerBar[];
  readonly memory: MemoryFacts | null;
  readonly recipe: Recipe | null;
  readonly sourceSha256: string | null;
  readonly measured: MeasuredFacts;
}

interface Entry {
  readonly version: number;
  readonly stamp: string;
  readonly facts: ModelFacts;
}

export class ModelFactsCache {
  readonly #path: string;
  readonly #entries: Map<string, Entry>;
  #saving: NodeJS.Timeout | undefined;

  constructor(home: string) {
    this.#path = join(home, 'model-facts.json');
    this.#entries = new Map(readEntries(this.#path));
  }

  async get(path: string): Promise<ModelFacts> {
    const stamp = stampOf(path);
    const known = this.#entries.get(path);
    if (stamp === undefined) return missing(path, known?.facts);
    if (known?.stamp === stamp && known.version === FACTS_VERSION) return known.facts;
    const facts = await readFacts(path);
    this.#put(path, { version: FACTS_VERSION, stamp, facts });
    return facts;
  }

  /** What a job has learned of a file besides its header. */
  async learn(path: string, measured: MeasuredFacts): Promise<void> {
    const facts = await this.get(path);
    const stamp = stampOf(path);
    if (stamp === undefined) return;
    const merged = { ...facts.measured, ...measured };
    this.#put(path, { version: FACTS_VERSION, stamp, facts: withMeasured(path, { ...facts, measured: merged }) });
  }

  flush(): void {
    if (this.#saving === undefined) return;
    clearTimeout(this.#saving);
    this.#saving = undefined;
    mkdirSync(dirname(this.#path), { recursive: true });
    writeFileSync(`${this.#path}.partial`, JSON.stringify([...this.#entries]));
    renameSync(`${this.#path}.partial`, this.#path);
  }

  #put(path: string, entry: Entry): void {
    this.#entries.set(path, entry);
    this.#saving ??= setTimeout(() => this.flush(), 500).unref();
  }
}

function readEntries(path: string): [string, Entry][] {
  if (!existsSync(path)) return [];
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as [string, Entry][];
  } catch {
    // It only saves time: without it the headers are read again.
    return [];
  }
}

function stampOf(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? undefined : `${stat.size}/${stat.mtimeMs}`;
}

function missing(path: string, known: ModelFacts | undefined): ModelFacts {
  const problem = `File not found at ${path}`;
  if (known !== undefined) return { ...known, state: 'missing', problem };
  return { ...EMPTY, state: 'missing', problem };
}

const EMPTY: ModelFacts = {
  state: 'unreadable',
  problem: null,
  summary: null,
  layerBars: [],
  memory: null,
  recipe: null,
  sourceSha256: null,
  measured: {},
};

/** Of a model whose entry in the library cannot be read. */
export function damagedEntryFacts(problem: string): ModelFacts {
  return { ...EMPTY, state: 'damaged-entry', problem };
}

async function readFacts(path: string): Promise<ModelFacts> {
  try {
    if (path.endsWith('.safetensors') || statSync(path).isDirectory()) return await safetensorsFacts(path);
    return withMeasured(path, ggufFacts(readGguf(path)));
  } catch (error) {
    const { code, message } = serializeError(error);
    return { ...EMPTY, state: code === 'FILE_NOT_FOUND' ? 'shard-missing' : 'unreadable', problem: message };
  }
}

async function safetensorsFacts(path: string): Promise<ModelFacts> {
  const summary = await inspectModel(path);
  const problem = `${basename(path)} is a safetensors model. Whittle compresses GGUF: its import follows; until then convert it to an F16 GGUF.`;
  return { ...EMPTY, state: 'not-imported', problem, summary };
}

function ggufFacts(file: GgufFile): ModelFacts {
  const { tensors: _, ...summary } = summarizeGguf(file);
  const number = (key: string): number | undefined => file.metadata.get(`${summary.architecture}.${key}`)?.asNumber();
  const heads = number('attention.head_count') ?? 0;
  const headSize = heads === 0 ? 0 : summary.hiddenSize / heads;
  const perHead = (number('attention.key_length') ?? headSize) + (number('attention.value_length') ?? headSize);
  const keyValueHeads =
    file.metadata
      .get(`${summary.architecture}.attention.head_count_kv`)
      ?.asNumbers()
      ?.reduce((sum, count) => sum + count, 0) ?? (number('attention.head_count_kv') ?? heads) * summary.layerCount;
  return {
    state: 'ready',
    problem: null,
    summary,
    layerBars: layerBars(file.tensors, summary.layerCount),
    memory: {
      weightsBytes: file.tensors.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      contextBytesPerToken: keyValueHeads * perHead * 2,
      hiddenSize: summary.hiddenSize,
      vocabularySize: summary.vocabularySize,
    },
    recipe: parseRecipeText(file.metadata.get('whittle.recipe')?.asString()),
    sourceSha256: file.metadata.get('whittle.source_sha256')?.asString() ?? null,
    measured: {},
  };
}

function withMeasured(path: string, facts: ModelFacts): ModelFacts {
  const { tensorSparsity } = facts.measured;
  if (tensorSparsity === undefined || facts.summary === null || facts.state !== 'ready') return facts;
  const tensors = readGguf(path).tensors.map((tensor) => ({ ...tensor, sparsityRatio: tensorSparsity[tensor.name] }));
  return { ...facts, layerBars: layerBars(tensors, facts.summary.layerCount) };
}

function parseRecipeText(text: string | undefined): Recipe | null {
  if (text === undefined) return null;
  try {
    return recipeSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
