// Statistics that were measured before, offered as layer-pass.ts and model-pass.ts offer theirs.
import type { MatrixStatistics } from '../compress/method.ts';
import { yieldToEvents } from '../models/yield-to-events.ts';
import type { KeptStatistics } from './kept-statistics.ts';

export class KeptPass {
  readonly layerCount: number;
  readonly #kept: KeptStatistics;
  readonly #signal: AbortSignal;

  constructor(kept: KeptStatistics, layerCount: number, signal: AbortSignal) {
    this.#kept = kept;
    this.layerCount = layerCount;
    this.#signal = signal;
  }

  /** By tensor name. */
  async measureAndAdvance(layer: number): Promise<Map<string, MatrixStatistics>> {
    await yieldToEvents(this.#signal);
    return this.#kept.load(layer);
  }

  close(): void {}
}
