// Threads of ggml's CPU backend that stay between graphs. Left to itself ggml starts and ends them with every graph, which costs more than
// many a graph of a sweep itself; llama.cpp's own programs keep them too.
import koffi from 'koffi';
import { WorkbenchError } from '../../../shared/errors.ts';
import { GGML_BACKEND_DEV_TYPE, type NativeFunctions } from './abi.generated.ts';

/**
 * Of 100: for how long a thread looks for the next graph before it sleeps. Enough for the work between two graphs of a
 * sweep; llama.cpp's default of 50 would keep all cores busy fifty times as long after the last one.
 */
const POLL_LEVEL = 1;

interface CpuFunctions {
  readonly setThreadCount: (backend: bigint, count: number) => void;
  readonly setPool: (backend: bigint, pool: bigint | null) => void;
  readonly makePool: (params: unknown) => bigint | null;
}

let functions: CpuFunctions | undefined;
/** By number of threads. Graphs are computed one after the other in a process, so that one pool serves all backends and contexts. */
const pools = new Map<number, bigint>();

function cpuFunctions(f: NativeFunctions): CpuFunctions {
  functions ??= findFunctions(f);
  return functions;
}

function findFunctions(f: NativeFunctions): CpuFunctions {
  const registry = f.ggml_backend_dev_backend_reg(f.ggml_backend_dev_by_type(GGML_BACKEND_DEV_TYPE.CPU));
  const find = (name: string, prototype: string): ReturnType<typeof koffi.decode> =>
    koffi.decode(f.ggml_backend_reg_get_proc_address(registry, name), prototype);
  return {
    setThreadCount: find('ggml_backend_set_n_threads', 'ggml_backend_set_n_threads_t'),
    setPool: find('ggml_backend_cpu_set_threadpool', 'ggml_backend_cpu_set_threadpool'),
    makePool: find('ggml_threadpool_new', 'ggml_threadpool_new'),
  };
}

/** Null for one thread, which needs no others. */
function threadPool(f: NativeFunctions, count: number): bigint | null {
  if (count === 1) return null;
  const known = pools.get(count);
  if (known !== undefined) return known;
  const params = { ...f.ggml_threadpool_params_default(count), poll: POLL_LEVEL };
  const pool = cpuFunctions(f).makePool(koffi.as(params, 'ggml_threadpool_params *'));
  if (pool === null) throw new WorkbenchError('NATIVE_FAILED', `ggml could not start ${count} threads.`);
  pools.set(count, pool);
  return pool;
}

/** Of a CPU backend. */
export function setBackendThreads(f: NativeFunctions, backend: bigint, count: number): void {
  const { setThreadCount, setPool } = cpuFunctions(f);
  setThreadCount(backend, count);
  setPool(backend, threadPool(f, count));
}

/** Of what a context computes on the CPU. */
export function setContextThreads(f: NativeFunctions, context: bigint | null, count: number): void {
  const pool = threadPool(f, count);
  f.llama_set_n_threads(context, count, count);
  f.llama_attach_threadpool(context, pool, pool);
}
