// What every layer of the whole model gives for the first tokens of a sample: what layer-model.ts compares its layers with.
import { WorkbenchError } from '../../../shared/errors.ts';
import type { GgufFile } from '../gguf/read-gguf.ts';
import { ModelSession } from '../native/model-session.ts';
import type { PassOptions } from './pass-options.ts';

/** Enough for attention to matter, little enough for all layers at once in memory. A window is seen by tokens behind it alone. */
const MOST_CHECK_TOKENS = 64;

export type DenseOutputOptions = Pick<PassOptions, 'source' | 'samples' | 'threads' | 'gpu'>;

export function checkTokenCount({ metadata }: GgufFile, samples: readonly Int32Array[]): number {
  const sampleLength = samples[0]?.length ?? 0;
  const architecture = metadata.get('general.architecture')?.asString() ?? '';
  const given = metadata.get(`${architecture}.attention.sliding_window`);
  const window = given === undefined || given.type === 'array' ? 0 : (given.asNumber() ?? 0);
  return Math.min(sampleLength, MOST_CHECK_TOKENS + (sampleLength > window ? window : 0));
}

/** By layer: (tokens, width) row-major. Throws UNSUPPORTED_MODEL when llama.cpp does not name the layers' outputs. */
export function readDenseOutputs({ source, samples, threads, gpu }: DenseOutputOptions): Float32Array[] {
  const outputs: Float32Array[] = [];
  const tokens = (samples[0] ?? new Int32Array()).subarray(0, checkTokenCount(source, samples));
  let layerCount = Number.POSITIVE_INFINITY;
  const session = ModelSession.open({
    modelPath: source.path,
    contextSize: tokens.length,
    batchSize: tokens.length,
    microBatchSize: tokens.length,
    threads,
    gpu,
    repackWeights: false,
    matmulObserver: {
      wants: () => false,
      observe: () => {},
      results: {
        wants: (name) => name.startsWith('l_out-'),
        observe: (name, values) => {
          const layer = Number(name.slice('l_out-'.length));
          outputs[layer] = values.slice();
          return layer < layerCount - 1;
        },
      },
    },
  });
  try {
    layerCount = session.layerCount;
    session.decodeRun(tokens, { logits: 'all' });
  } finally {
    session.close();
  }
  if (outputs.length !== layerCount || outputs.some((output) => output === undefined)) {
    const message = `llama.cpp names no layer outputs in ${source.path}; its layers cannot be evaluated one by one. Take statistics of the dense model (stats: dense).`;
    throw new WorkbenchError('UNSUPPORTED_MODEL', message, { path: source.path });
  }
  return outputs;
}
