// A model file loaded by llama.cpp, and a context over it: how both are asked for, and what is said when one cannot be had.
import koffi from 'koffi';
import { WorkbenchError } from '../../../shared/errors.ts';
import { GGML_TYPE, LLAMA_FLASH_ATTN_TYPE, LLAMA_LOAD_MODE, type NativeFunctions } from './abi.generated.ts';
import type { MatmulObserver, RegisteredObserver } from './capture-inputs.ts';
import { setContextThreads } from './cpu-threads.ts';
import { deviceList } from './gpu-backend.ts';
import type { Gpu, GpuChoice } from './library-path.ts';
import { lastNativeLogLines } from './native-log.ts';

export interface SessionOptions {
  readonly modelPath: string;
  /** Cells of the KV cache, shared by all sequences. Default: the model's own context length, at most 4096. */
  readonly contextSize?: number;
  /** Sequences that live at once. Default 1. */
  readonly sequences?: number;
  /** Most tokens of one `decode`. Default: contextSize, at most 2048. */
  readonly batchSize?: number;
  /** Tokens that go through the graph at once. Default 512. */
  readonly microBatchSize?: number;
  readonly threads?: number;
  /** Default `auto`. */
  readonly gpu?: GpuChoice;
  /** Only tokenize: no weights are read, no context is made. */
  readonly vocabOnly?: boolean;
  /** Sees the input of each matmul with a weight, while `decode` runs. */
  readonly matmulObserver?: MatmulObserver;
  /** Default true. False reads the weights into memory, where they can be written. */
  readonly memoryMap?: boolean;
  /** Weights repacked for speed, at the cost of memory and load time. Default true; never with `memoryMap: false`. */
  readonly repackWeights?: boolean;
  /** Default false. True keeps keys and values in float32 and does without flash attention, whose keys and values llama.cpp rounds to F16. */
  readonly exactAttention?: boolean | undefined;
}

const DEFAULT_CONTEXT_SIZE = 4096;
const DEFAULT_BATCH_SIZE = 2048;
const DEFAULT_MICRO_BATCH_SIZE = 512;
const EXACT_ATTENTION = {
  flash_attn_type: LLAMA_FLASH_ATTN_TYPE.DISABLED,
  type_k: GGML_TYPE.F32,
  type_v: GGML_TYPE.F32,
} as const;

/** Throws NATIVE_FAILED with the last lines of llama.cpp's log. */
export function loadModel(f: NativeFunctions, options: SessionOptions, gpu: Gpu): bigint {
  const { memoryMap = true, repackWeights = memoryMap } = options;
  const devices = deviceList(gpu);
  const model = f.llama_model_load_from_file(options.modelPath, {
    ...f.llama_model_default_params(),
    devices,
    n_gpu_layers: gpu === 'none' ? 0 : -1,
    load_mode: memoryMap ? LLAMA_LOAD_MODE.MMAP : LLAMA_LOAD_MODE.NONE,
    use_extra_bufts: repackWeights,
    vocab_only: options.vocabOnly ?? false,
  });
  if (devices !== null) koffi.free(devices);
  if (model !== null) return model;
  const log = lastNativeLogLines(10);
  const reason = log.findLast((line) => /error/i.test(line)) ?? 'llama.cpp gave no reason';
  throw new WorkbenchError('NATIVE_FAILED', `llama.cpp could not load ${options.modelPath}: ${reason}`, {
    path: options.modelPath,
    log,
  });
}

/** Throws NATIVE_FAILED. */
export function makeContext(
  f: NativeFunctions,
  model: bigint,
  options: SessionOptions,
  threads: number,
  observer: RegisteredObserver | null,
): bigint {
  const contextSize = options.contextSize ?? Math.min(f.llama_model_n_ctx_train(model), DEFAULT_CONTEXT_SIZE);
  const batchSize = options.batchSize ?? Math.min(contextSize, DEFAULT_BATCH_SIZE);
  const sequences = options.sequences ?? 1;
  const context = f.llama_init_from_model(model, {
    ...f.llama_context_default_params(),
    n_ctx: contextSize,
    n_batch: batchSize,
    n_ubatch: Math.min(options.microBatchSize ?? DEFAULT_MICRO_BATCH_SIZE, batchSize),
    n_seq_max: sequences,
    kv_unified: sequences > 1,
    cb_eval: observer?.callback ?? null,
    ...(options.exactAttention ? EXACT_ATTENTION : {}),
  });
  if (context !== null) {
    setContextThreads(f, context, threads);
    return context;
  }
  throw new WorkbenchError(
    'NATIVE_FAILED',
    `No context of ${contextSize} tokens could be made for ${options.modelPath}.`,
    {
      path: options.modelPath,
      contextSize,
      log: lastNativeLogLines(10),
    },
  );
}
