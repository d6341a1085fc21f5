// What native work runs on: the backend that a choice leads to, and which CPU library or GPU that is. Loads llama.cpp, so it belongs
// into a worker process.
import { cpus } from 'node:os';
import type { FoundDevice } from '../../../shared/session/machine-calls.ts';
import { findDevice, selectGpu } from '../native/gpu-backend.ts';
import { nativeFunctions } from '../native/libraries.ts';
import type { GpuChoice } from '../native/library-path.ts';
import { lastNativeLogLines } from '../native/native-log.ts';

/** ggml says which of its CPU libraries it took in its log alone. */
const CPU_LIBRARY = /ggml-cpu-([\w.]+?)\.(?:so|dylib|dll)$/;

/** Call it before anything else writes to llama.cpp's log: that keeps its last lines only. */
export function describeDevice(choice: GpuChoice): FoundDevice {
  nativeFunctions();
  const cpuFamily = lastNativeLogLines().flatMap((line) => CPU_LIBRARY.exec(line)?.[1] ?? [])[0] ?? null;
  const { gpu, warnings } = selectGpu(choice);
  const device = gpu === 'none' ? undefined : findDevice(gpu);
  return {
    backend: gpu === 'none' ? 'cpu' : gpu,
    cpuFamily,
    name: device?.description || (cpus()[0]?.model.trim() ?? ''),
    memoryBytes: device?.totalBytes ?? null,
    warnings,
  };
}
