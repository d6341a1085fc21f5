// Statistics of the dense model by whole passes over it, a group of layers each: for architectures whose layers llama.cpp cannot
// evaluate one by one. Offers what layer-pass.ts offers, apart from going on through changed layers.
import type { MatrixStatistics } from '../compress/method.ts';
import type { GgufFile } from '../gguf/read-gguf.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { isLayerMatrix, layerOf } from '../models/layer-matrices.ts';
import { yieldToEvents } from '../models/yield-to-events.ts';
import { ModelSession } from '../native/model-session.ts';
import { LayerCollector } from './layer-collector.ts';
import type { PassOptions } from './pass-options.ts';

export interface ModelPassOptions extends PassOptions {
  /** Samples that go into the statistics of text held back. */
  readonly isHeldOut: (sample: number) => boolean;
}

/** Memory for the sums of the layers that are measured together. */
const GROUP_BYTES = 1024 * 1024 * 1024;

export class ModelPass {
  readonly layerCount: number;
  readonly #options: ModelPassOptions;
  readonly #context: JobContext;
  readonly #groupLayers: number;
  #measured = new Map<string, MatrixStatistics>();
  #measuredEnd = 0;

  constructor(options: ModelPassOptions, context: JobContext) {
    const layers = options.source.tensors.map(({ name }) => layerOf(name) ?? -1);
    this.#options = options;
    this.#context = context;
    this.layerCount = layers.reduce((most, layer) => Math.max(most, layer), -1) + 1;
    this.#groupLayers = Math.max(1, Math.floor(GROUP_BYTES / largestLayerBytes(options.source)));
  }

  /** Statistics of the source's layer; layers are asked for in order. By tensor name. */
  async measureAndAdvance(layer: number, onSample: (done: number) => void): Promise<Map<string, MatrixStatistics>> {
    if (layer >= this.#measuredEnd) {
      const end = Math.min(this.layerCount, layer + this.#groupLayers);
      this.#measured = await this.#measureLayers(layer, end, onSample);
      this.#measuredEnd = end;
    }
    onSample(this.#options.samples.length);
    const own = [...this.#measured].filter(([name]) => layerOf(name) === layer);
    for (const [name] of own) this.#measured.delete(name);
    return new Map(own);
  }

  async #measureLayers(
    from: number,
    end: number,
    onSample: (done: number) => void,
  ): Promise<Map<string, MatrixStatistics>> {
    const { source, samples, need, algebra, threads, gpu, isHeldOut } = this.#options;
    const sampleLength = samples[0]?.length ?? 0;
    const collector = new LayerCollector(need, algebra, { wants: () => false, observe: () => true });
    const isWanted = (name: string): boolean => {
      const layer = layerOf(name) ?? -1;
      return layer >= from && layer < end;
    };
    const session = ModelSession.open({
      modelPath: source.path,
      contextSize: sampleLength,
      batchSize: sampleLength,
      microBatchSize: sampleLength,
      threads,
      gpu,
      repackWeights: false,
      matmulObserver: { wants: isWanted, observe: collector.observe },
    });
    try {
      for (const [index, tokens] of samples.entries()) {
        collector.isHeldOut = isHeldOut(index);
        session.clear();
        session.decodeRun(tokens, { logits: 'all' });
        onSample(index + 1);
        await yieldToEvents(this.#context.signal);
      }
      return collector.takeStatistics();
    } finally {
      collector.clear();
      session.close();
    }
  }

  close(): void {}
}

/** Hessians of one layer with their scratch memory, were every matrix to have inputs of its own. */
function largestLayerBytes({ tensors }: GgufFile): number {
  const bytes = new Map<number, number>();
  for (const tensor of tensors) {
    const columns = tensor.shape[0] ?? 0;
    const layer = layerOf(tensor.name) ?? -1;
    const own = isLayerMatrix(tensor) ? 4 * columns * (columns + 1024) : 0;
    bytes.set(layer, (bytes.get(layer) ?? 0) + own);
  }
  return Math.max(1, ...bytes.values());
}
