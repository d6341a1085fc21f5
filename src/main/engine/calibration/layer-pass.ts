// Takes all calibration samples through a model one layer at a time: each layer's statistics are measured on inputs that went through
// the layers before as they are by then. One pass over the layers for `dense`, two for `sequential`, three for `asymmetric`, which takes the
// samples through the dense layers beside; memory is that of one layer.
import { WorkbenchError } from '../../../shared/errors.ts';
import type { MatrixStatistics } from '../compress/method.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { yieldToEvents } from '../models/yield-to-events.ts';
import { denseHiddenFolder, type HiddenPrecision, HiddenStates } from './hidden-states.ts';
import { layerTensorName, type ReplacedTensor } from './layer-file.ts';
import { LayerModel, type LayerModelOptions } from './layer-model.ts';
import { type StreamWriters, streamWriters } from './stream-writers.ts';

export interface LayerPassOptions extends LayerModelOptions {
  /** Samples that go into the statistics of text held back. */
  readonly isHeldOut: (sample: number) => boolean;
  /** Of the hidden states, which stay in `workFolder` for a later pass to go on from. Default F32. */
  readonly hiddenPrecision?: HiddenPrecision;
  /** What stands in place of the source's embedding for the compressed layers. */
  readonly embedding?: ReadonlyMap<string, ReplacedTensor> | undefined;
}

export class LayerPass {
  readonly layerCount: number;
  readonly #options: LayerPassOptions;
  readonly #context: JobContext;
  readonly #layer: LayerModel;
  readonly #hidden: HiddenStates;
  /** Of the dense model, when paired. */
  readonly #denseHidden: HiddenStates | undefined;

  private constructor(options: LayerPassOptions, context: JobContext, layer: LayerModel) {
    this.#options = options;
    this.#context = context;
    this.#layer = layer;
    this.layerCount = layer.layerCount;
    const sampleValues = layer.width * (options.samples[0]?.length ?? 0);
    const hiddenIn = (folder: string): HiddenStates =>
      new HiddenStates(folder, sampleValues, options.hiddenPrecision ?? 'F32');
    this.#hidden = hiddenIn(options.workFolder);
    this.#denseHidden = options.isPaired ? hiddenIn(denseHiddenFolder(options.workFolder)) : undefined;
  }

  /** Throws UNSUPPORTED_MODEL when a layer alone does not compute what it computes inside the whole model: asked of some layers here. */
  static async open(options: LayerPassOptions, context: JobContext): Promise<LayerPass> {
    const model = new LayerModel(options);
    const pass = new LayerPass(options, context, model);
    try {
      await yieldToEvents(context.signal);
      const last = pass.layerCount - 1;
      for (const layer of new Set([0, Math.min(1, last), Math.floor(last / 2), last])) {
        model.open(layer);
        await yieldToEvents(context.signal);
      }
      return pass;
    } catch (error) {
      pass.close();
      throw error;
    }
  }

  /** Statistics of layer `layer`, which must be the one after the last advanced. By tensor name in the whole model. */
  async measure(layer: number, onSample: (done: number) => void): Promise<Map<string, MatrixStatistics>> {
    this.#layer.open(layer);
    await this.#readSamples(layer, { listen: true, keep: false }, onSample);
    return this.#takeStatistics(layer);
  }

  /** As `measure`, and goes on with the layer's outputs as they are in the source. */
  async measureAndAdvance(layer: number, onSample: (done: number) => void): Promise<Map<string, MatrixStatistics>> {
    this.#layer.open(layer);
    await this.#readSamples(layer, { listen: true, keep: true }, onSample);
    return this.#takeStatistics(layer);
  }

  /**
   * Statistics of layer `layer` behind the layers already compressed, with what they differ by from the dense model's, which goes on to its
   * next layer. For passes that are paired.
   */
  async measureBoth(layer: number, onSample: (done: number) => void): Promise<Map<string, MatrixStatistics>> {
    const dense = this.#denseHidden;
    if (dense === undefined) throw new WorkbenchError('INTERNAL', 'Both models are measured in a pass of one.');
    this.#layer.open(layer);
    const { source, samples, isHeldOut, embedding } = this.#options;
    const own = layer === 0 && embedding !== undefined ? this.#layer.openBeside(layer, embedding) : undefined;
    const { collector } = this.#layer;
    const writers = streamWriters(source);
    collector.isListening = true;
    collector.streamWriters = writers;
    try {
      for (const [index, tokens] of samples.entries()) {
        collector.isHeldOut = isHeldOut(index);
        collector.isDense = true;
        collector.stopsEarly = false;
        const before = this.#streamBefore(dense, layer, index);
        const after = this.#layer.evaluateWhole(before ?? tokens).slice();
        const begun = before ?? this.#layer.begun;
        dense.write(layer + 1, index, after);
        collector.isDense = false;
        collector.noteLastWeight();
        collector.stopsEarly = writers === undefined;
        const present = this.#streamBefore(this.#hidden, layer, index);
        const output = this.#layer.evaluate(present ?? tokens, own);
        this.#addStreams(writers, [begun, present ?? this.#layer.begun], [after, output]);
        onSample(index + 1);
        await yieldToEvents(this.#context.signal);
      }
      return this.#takeStatistics(layer);
    } finally {
      own?.close();
    }
  }

  /** Undefined for the first layer, which begins with tokens. */
  #streamBefore(hidden: HiddenStates, layer: number, sample: number): Float32Array | undefined {
    return layer === 0 ? undefined : hidden.read(layer, sample);
  }

  /** Pairs of the dense model's stream and the present one, in front of the layer and behind it. */
  #addStreams(
    writers: StreamWriters | undefined,
    [denseBefore, before]: readonly (Float32Array | undefined)[],
    [denseAfter, after]: readonly (Float32Array | undefined)[],
  ): void {
    if (writers === undefined) return;
    this.#layer.collector.addWritten(writers.attention, denseBefore, before);
    this.#layer.collector.addWritten(writers.feedForward, denseAfter, after);
  }

  /** The layer's tensors, by name in the whole model, in the order in which they are multiplied by; known once it was measured. */
  inputGroups(layer: number): string[][] {
    return this.#layer.collector.inputGroups.map((group) => group.map((name) => nameInModel(name, layer)));
  }

  /** Statistics of some tensors of the layer behind others of it that are replaced, on the same inputs as `measure`. */
  async measureBehind(
    layer: number,
    replaced: ReadonlyMap<string, ReplacedTensor>,
    names: readonly string[],
    onSample: (done: number) => void,
  ): Promise<Map<string, MatrixStatistics>> {
    this.#layer.openReplaced(layer, replaced);
    this.#layer.collector.wanted = new Set(names.map(layerTensorName));
    try {
      await this.#readSamples(layer, { listen: true, keep: false }, onSample);
      return this.#takeStatistics(layer);
    } finally {
      this.#layer.collector.wanted = undefined;
    }
  }

  /** Goes on to the next layer through this one with some of its tensors replaced (by name in the whole model). */
  async advance(
    layer: number,
    replaced: ReadonlyMap<string, ReplacedTensor>,
    onSample: (done: number) => void,
  ): Promise<void> {
    if (layer === this.layerCount - 1) return;
    this.#layer.openReplaced(layer, new Map([...(this.#options.embedding ?? []), ...replaced]));
    await this.#readSamples(layer, { listen: false, keep: true }, onSample);
  }

  #takeStatistics(layer: number): Map<string, MatrixStatistics> {
    const named = [...this.#layer.collector.takeStatistics()].map(
      ([name, statistics]) => [nameInModel(name, layer), statistics] as const,
    );
    return new Map(named);
  }

  async #readSamples(
    layer: number,
    { listen, keep }: { readonly listen: boolean; readonly keep: boolean },
    onSample: (done: number) => void,
  ): Promise<void> {
    const { collector } = this.#layer;
    const { samples, isHeldOut } = this.#options;
    collector.isListening = listen;
    collector.stopsEarly = listen && !keep;
    for (const [index, tokens] of samples.entries()) {
      collector.isHeldOut = isHeldOut(index);
      const input = this.#streamBefore(this.#hidden, layer, index) ?? tokens;
      if (keep) this.#hidden.write(layer + 1, index, this.#layer.evaluateWhole(input));
      else this.#layer.evaluate(input);
      collector.noteLastWeight();
      onSample(index + 1);
      await yieldToEvents(this.#context.signal);
    }
  }

  close(): void {
    this.#layer.close();
    this.#hidden.close();
    this.#denseHidden?.close();
  }
}

function nameInModel(name: string, layer: number): string {
  return name.replace(/^blk\.0\./, `blk.${layer}.`);
}
