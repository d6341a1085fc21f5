// Adds up, layer by layer and token by token, how far a layer turns the hidden state: listens to the graph for layer-influence.ts.
import { WorkbenchError } from '../../../shared/errors.ts';
import type { ResultObserver } from '../native/capture-inputs.ts';

/** What llama.cpp calls the first layer's input: the last of these in a graph, since some models scale it or add positions. */
const FIRST_INPUTS: ReadonlySet<string> = new Set(['embd', 'inp_embd', 'inp_scaled', 'inpL', 'inp_norm']);
const OUTPUT = /^l_out-(\d+)$/;

/** Block influence of ShortGPT, arXiv 2403.03853: 1 - mean over tokens of cos(input, output). Sums run in double precision. */
export class InfluenceSum implements ResultObserver {
  /** Known once the model is loaded; behind its last layer nothing is computed. */
  layerCount = Number.POSITIVE_INFINITY;
  #input: Float32Array | undefined;
  readonly #cosines: number[] = [];
  readonly #tokens: number[] = [];

  readonly wants = (nodeName: string): boolean => OUTPUT.test(nodeName) || FIRST_INPUTS.has(nodeName);

  /** `values` is (tokens, width). */
  readonly observe = (nodeName: string, values: Float32Array, width: number): boolean => {
    const layer = Number(OUTPUT.exec(nodeName)?.[1] ?? -1);
    if (layer >= 0) this.#add(layer, values, width);
    this.#input = layer === this.layerCount - 1 ? undefined : values.slice();
    return layer < this.layerCount - 1;
  };

  #add(layer: number, output: Float32Array, width: number): void {
    const input = this.#input;
    if (input?.length !== output.length) return;
    for (let start = 0; start < output.length; start += width) {
      this.#cosines[layer] = (this.#cosines[layer] ?? 0) + cosine(input, output, start, width);
      this.#tokens[layer] = (this.#tokens[layer] ?? 0) + 1;
    }
  }

  /** By layer. Throws UNSUPPORTED_MODEL when a layer's input or output was never seen, BAD_DATA when one was no finite number. */
  influences(modelPath: string): number[] {
    return Array.from({ length: this.layerCount }, (_, layer) => {
      const tokens = this.#tokens[layer];
      if (tokens === undefined) {
        const message = `llama.cpp does not name what goes into and out of layer ${layer} of ${modelPath}: its influence cannot be measured. Name the layers to drop by hand.`;
        throw new WorkbenchError('UNSUPPORTED_MODEL', message, { path: modelPath, layer });
      }
      const influence = 1 - (this.#cosines[layer] ?? 0) / tokens;
      if (Number.isFinite(influence)) return influence;
      const message = `Layer ${layer} of ${modelPath} gives values that are no finite numbers: the model is damaged. Take another copy of it.`;
      throw new WorkbenchError('BAD_DATA', message, { path: modelPath, layer });
    });
  }
}

/** Of two vectors of zeros: 1, for nothing was changed. */
function cosine(a: Float32Array, b: Float32Array, start: number, width: number): number {
  let [product, aSquares, bSquares] = [0, 0, 0];
  for (let i = start; i < start + width; i++) {
    const [x, y] = [a[i]!, b[i]!];
    product += x * y;
    aSquares += x * x;
    bSquares += y * y;
  }
  const size = Math.sqrt(aSquares * bSquares);
  return size === 0 ? Number(aSquares === bSquares) : product / size;
}
