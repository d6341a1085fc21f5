// Chooses and loads a GPU backend into the running llama.cpp. What fails is said in plain words together with what is used instead.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import koffi from 'koffi';
import { GGML_BACKEND_DEV_TYPE } from './abi.generated.ts';
import { binsFolder, nativeFunctions, packageRoot } from './libraries.ts';
import {
  autoGpus,
  DRIVER_FILES,
  type DriverProbe,
  driverFolders,
  findLibraryFile,
  type Gpu,
  type GpuChoice,
  gpuPackage,
} from './library-path.ts';
import { lastNativeLogLines } from './native-log.ts';

export interface GpuSelection {
  readonly gpu: Gpu;
  /** For people: which backend failed, why, and what is used instead. */
  readonly warnings: readonly string[];
}

const NAMES = { cuda: 'CUDA', metal: 'Metal', vulkan: 'Vulkan', none: 'the CPU' } as const;
/** Vulkan's software renderer is slower than ggml's CPU code. */
const SOFTWARE_RENDERER = /llvmpipe|swiftshader/i;

const selections = new Map<GpuChoice, GpuSelection>();

/** Loads the backend for `choice` once per process. `none` never loads one. */
export function selectGpu(choice: GpuChoice): GpuSelection {
  let selection = selections.get(choice);
  if (selection === undefined) {
    selection = chooseGpu(choice);
    selections.set(choice, selection);
  }
  return selection;
}

function chooseGpu(choice: GpuChoice): GpuSelection {
  if (choice === 'none') return { gpu: 'none', warnings: [] };
  const candidates = choice === 'auto' ? autoGpus(process, probeDrivers()) : [choice];
  const failures: { readonly gpu: Gpu; readonly reason: string }[] = [];
  let chosen: Gpu = 'none';
  for (const gpu of candidates) {
    const reason = tryLoad(gpu);
    if (reason === undefined) {
      chosen = gpu;
      break;
    }
    failures.push({ gpu, reason });
  }
  const warnings = failures.map(
    ({ gpu, reason }) => `${NAMES[gpu]} cannot be used (${reason}); using ${NAMES[chosen]} instead.`,
  );
  return { gpu: chosen, warnings };
}

/** A cheap look for driver libraries, so that no GPU library is opened on machines without one. */
export function probeDrivers(): DriverProbe {
  const files = process.platform === 'win32' ? DRIVER_FILES.win32 : DRIVER_FILES.linux;
  const folders = driverFolders(process, process.env);
  const present = (names: readonly string[]): boolean =>
    folders.some((folder) => names.some((name) => existsSync(join(folder, name))));
  return { cuda: present(files.cuda), vulkan: present(files.vulkan) };
}

/** undefined when the backend works, else the reason in a few words. */
function tryLoad(gpu: Gpu): string | undefined {
  if (findDevice(gpu) !== undefined) return undefined;
  const binary = gpuPackage(process, gpu);
  if (binary === undefined) return `llama.cpp has no ${NAMES[gpu]} build for ${process.platform}-${process.arch}`;
  if (packageRoot(binary.package) === undefined)
    return `the package @node-llama-cpp/${binary.package} is not installed`;
  const fallbackRoot = binary.fallbackPackage === undefined ? undefined : packageRoot(binary.fallbackPackage);
  const folders = [binsFolder(binary)];
  if (fallbackRoot !== undefined) folders.push(join(fallbackRoot, 'bins', binary.folder, 'fallback'));
  let reason = 'its library is missing';
  for (const folder of folders) {
    const file = existsSync(folder) ? findLibraryFile(readdirSync(folder), `ggml-${gpu}`) : undefined;
    if (file === undefined) continue;
    reason = loadReason(join(folder, file), gpu);
    if (reason === '') return undefined;
  }
  return reason;
}

/** Empty when a device of this GPU appeared. */
function loadReason(path: string, gpu: Gpu): string {
  const registered = nativeFunctions().ggml_backend_load(path);
  if (registered === null) {
    const line = lastNativeLogLines(5).findLast((text) => text.includes('failed'));
    return line === undefined
      ? 'its library cannot be loaded, a driver is missing'
      : `its library cannot be loaded: ${line.replace(/^.*?:\s*/, '')}`;
  }
  const device = findDevice(gpu);
  if (device === undefined) return 'it found no device';
  return SOFTWARE_RENDERER.test(device.description)
    ? `its only device is a software renderer, ${device.description}`
    : '';
}

export interface GpuDevice {
  readonly name: string;
  readonly description: string;
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** The first GPU device whose backend is `gpu`. */
export function findDevice(gpu: Gpu): GpuDevice | undefined {
  const f = nativeFunctions();
  for (let index = 0; index < f.ggml_backend_dev_count(); index += 1) {
    const device = f.ggml_backend_dev_get(index);
    const type = f.ggml_backend_dev_type(device);
    if (type !== GGML_BACKEND_DEV_TYPE.GPU && type !== GGML_BACKEND_DEV_TYPE.IGPU) continue;
    const registry = f.ggml_backend_reg_name(f.ggml_backend_dev_backend_reg(device)) ?? '';
    const matches = gpu === 'metal' ? /^(?:metal|mtl)/i.test(registry) : registry.toLowerCase().startsWith(gpu);
    if (!matches) continue;
    const memory = new BigUint64Array(2);
    f.ggml_backend_dev_memory(device, memory.subarray(0, 1), memory.subarray(1, 2));
    return {
      name: f.ggml_backend_dev_name(device) ?? gpu,
      description: f.ggml_backend_dev_description(device) ?? '',
      freeBytes: Number(memory[0]),
      totalBytes: Number(memory[1]),
    };
  }
  return undefined;
}

/** A null-terminated list of device pointers for llama_model_params.devices; the CPU alone when `gpu` is none. */
export function deviceList(gpu: Gpu): bigint | null {
  if (gpu !== 'none') return null;
  const list = koffi.alloc('void *', 1);
  koffi.encode(list, 'void *', null);
  return list;
}
