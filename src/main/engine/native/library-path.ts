// Which package and which files hold llama.cpp for a platform and a GPU. Pure: folders are listed by the caller.
import { WorkbenchError } from '../../../shared/errors.ts';

export type GpuChoice = 'auto' | 'cuda' | 'metal' | 'vulkan' | 'none';
export type Gpu = Exclude<GpuChoice, 'auto'>;

export interface Platform {
  /** As `process.platform`. */
  readonly platform: string;
  /** As `process.arch`. */
  readonly arch: string;
}

/** The npm package under `@node-llama-cpp/` and the folder in its `bins/`. */
export interface BinaryPackage {
  readonly package: string;
  readonly folder: string;
  /** Package whose folder `fallback/` holds the backend for GPUs or drivers that the first one does not serve. */
  readonly fallbackPackage?: string;
}

const PLATFORM_NAMES = new Map([
  ['linux', 'linux'],
  ['darwin', 'mac'],
  ['win32', 'win'],
]);

/** Packages that node-llama-cpp publishes: base name -> its GPU variants. `metal` ones also serve the CPU. */
const PACKAGES = new Map<string, readonly Gpu[]>([
  ['linux-x64', ['none', 'cuda', 'vulkan']],
  ['linux-arm64', ['none']],
  ['linux-armv7l', ['none']],
  ['linux-riscv64', ['none']],
  ['mac-x64', ['none']],
  ['mac-arm64', ['metal']],
  ['win-x64', ['none', 'cuda', 'vulkan']],
  ['win-arm64', ['none']],
]);

function baseName({ platform, arch }: Platform): string {
  return `${PLATFORM_NAMES.get(platform) ?? platform}-${arch === 'arm' ? 'armv7l' : arch}`;
}

/** The package whose libraries run on the CPU alone. */
export function corePackage(target: Platform): BinaryPackage {
  const base = baseName(target);
  const variants = PACKAGES.get(base);
  if (variants === undefined) {
    throw new WorkbenchError(
      'BACKEND_FAILED',
      `llama.cpp has no ready-made library for ${target.platform}-${target.arch}. ` +
        `Supported: ${[...PACKAGES.keys()].join(', ')}.`,
      { ...target },
    );
  }
  const name = variants.includes('none') ? base : `${base}-${variants[0]}`;
  return { package: name, folder: name };
}

/** The package that holds a GPU's backend; undefined where none is published for the platform. */
export function gpuPackage(target: Platform, gpu: Gpu): BinaryPackage | undefined {
  const base = baseName(target);
  if (gpu === 'none' || !PACKAGES.get(base)?.includes(gpu)) return undefined;
  const name = `${base}-${gpu}`;
  return gpu === 'cuda'
    ? { package: name, folder: name, fallbackPackage: `${name}-ext` }
    : { package: name, folder: name };
}

/** What a look at the machine says of GPU drivers, before any library is loaded. */
export interface DriverProbe {
  readonly cuda: boolean;
  readonly vulkan: boolean;
}

/** GPUs to try for `auto`, best first, in node-llama-cpp's order: Metal on Apple silicon, else CUDA, then Vulkan. */
export function autoGpus(target: Platform, drivers: DriverProbe): readonly Gpu[] {
  if (target.platform === 'darwin') return target.arch === 'arm64' ? ['metal'] : [];
  const gpus: Gpu[] = [];
  if (drivers.cuda && gpuPackage(target, 'cuda') !== undefined) gpus.push('cuda');
  if (drivers.vulkan && gpuPackage(target, 'vulkan') !== undefined) gpus.push('vulkan');
  return gpus;
}

/** Driver libraries whose presence makes a GPU worth trying, as file names. */
export const DRIVER_FILES = {
  linux: { cuda: ['libcuda.so.1', 'libcuda.so'], vulkan: ['libvulkan.so.1', 'libvulkan.so'] },
  win32: { cuda: ['nvcuda.dll'], vulkan: ['vulkan-1.dll'] },
} as const;

export function driverFolders(
  target: Platform,
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  if (target.platform === 'win32') {
    const windows = environment['windir'] ?? environment['SystemRoot'] ?? 'C:\\Windows';
    return [`${windows}\\System32`];
  }
  const machine = target.arch === 'arm64' ? 'aarch64' : 'x86_64';
  const loaderPath = (environment['LD_LIBRARY_PATH'] ?? '').split(':').filter((folder) => folder !== '');
  return [
    ...loaderPath,
    `/usr/lib/${machine}-linux-gnu`,
    `/lib/${machine}-linux-gnu`,
    '/usr/lib64',
    '/usr/lib',
    '/usr/lib/wsl/lib',
  ];
}

export const CORE_LIBRARIES = ['ggml-base', 'ggml', 'llama'] as const;
export type CoreLibrary = (typeof CORE_LIBRARIES)[number];

/**
 * The file of a library in a bins folder. Names differ by platform and carry GPU and release where the package builder put them:
 * `libllama.v0.5.0.so`, `libllama.cuda.v0.5.0.so`, `libggml-metal.so` on macOS, `llama.v0.5.0.dll`. So files are matched, not assumed.
 */
export function findLibraryFile(files: readonly string[], library: string): string | undefined {
  const pattern = new RegExp(
    `^(?:lib)?${library}(?:\\.(?:cuda|metal|vulkan))?(?:\\.v?\\d[\\w.-]*?)?\\.(?:so|dylib|dll)$`,
  );
  return files.find((file) => pattern.test(file));
}
