import { describe, expect, test } from 'vitest';
import {
  autoGpus,
  CORE_LIBRARIES,
  corePackage,
  driverFolders,
  findLibraryFile,
  type Gpu,
  gpuPackage,
} from '../../../src/main/engine/native/library-path.ts';

const LINUX = { platform: 'linux', arch: 'x64' };
const LINUX_ARM = { platform: 'linux', arch: 'arm64' };
const LINUX_ARM32 = { platform: 'linux', arch: 'arm' };
const MAC = { platform: 'darwin', arch: 'x64' };
const MAC_ARM = { platform: 'darwin', arch: 'arm64' };
const WINDOWS = { platform: 'win32', arch: 'x64' };
const WINDOWS_ARM = { platform: 'win32', arch: 'arm64' };

test.each([
  [LINUX, 'linux-x64'],
  [LINUX_ARM, 'linux-arm64'],
  [LINUX_ARM32, 'linux-armv7l'],
  [MAC, 'mac-x64'],
  [MAC_ARM, 'mac-arm64-metal'],
  [WINDOWS, 'win-x64'],
  [WINDOWS_ARM, 'win-arm64'],
])('the libraries that run on the CPU of %o are in %s', (target, name) => {
  expect(corePackage(target)).toEqual({ package: name, folder: name });
});

test.each([
  { platform: 'freebsd', arch: 'x64' },
  { platform: 'linux', arch: 'ppc64' },
])('a platform without libraries is refused: %o', (target) => {
  expect(() => corePackage(target)).toThrow(expect.objectContaining({ code: 'BACKEND_FAILED' }));
});

test.each([
  [LINUX, 'cuda', { package: 'linux-x64-cuda', folder: 'linux-x64-cuda', fallbackPackage: 'linux-x64-cuda-ext' }],
  [LINUX, 'vulkan', { package: 'linux-x64-vulkan', folder: 'linux-x64-vulkan' }],
  [LINUX, 'metal', undefined],
  [LINUX, 'none', undefined],
  [LINUX_ARM, 'cuda', undefined],
  [LINUX_ARM, 'vulkan', undefined],
  [MAC, 'metal', undefined],
  [MAC_ARM, 'metal', { package: 'mac-arm64-metal', folder: 'mac-arm64-metal' }],
  [MAC_ARM, 'cuda', undefined],
  [WINDOWS, 'cuda', { package: 'win-x64-cuda', folder: 'win-x64-cuda', fallbackPackage: 'win-x64-cuda-ext' }],
  [WINDOWS, 'vulkan', { package: 'win-x64-vulkan', folder: 'win-x64-vulkan' }],
  [WINDOWS_ARM, 'vulkan', undefined],
] as const)('on %o the backend for %s is looked up in the right package', (target, gpu, expected) => {
  expect(gpuPackage(target, gpu)).toEqual(expected);
});

const BOTH = { cuda: true, vulkan: true };
const NEITHER = { cuda: false, vulkan: false };

test.each<[typeof LINUX, typeof BOTH, readonly Gpu[]]>([
  [LINUX, BOTH, ['cuda', 'vulkan']],
  [LINUX, { cuda: false, vulkan: true }, ['vulkan']],
  [LINUX, NEITHER, []],
  [LINUX_ARM, BOTH, []],
  [WINDOWS, BOTH, ['cuda', 'vulkan']],
  [WINDOWS_ARM, BOTH, []],
  [MAC_ARM, NEITHER, ['metal']],
  [MAC_ARM, BOTH, ['metal']],
  [MAC, BOTH, []],
])('auto on %o with drivers %o tries %j', (target, drivers, expected) => {
  expect(autoGpus(target, drivers)).toEqual(expected);
});

describe('library files are found by what they are, whatever their names carry', () => {
  const LINUX_FILES = [
    '_nlcBuildMetadata.json',
    'libggml-base.so',
    'libggml-cpu-haswell.so',
    'libggml.v0.5.0.so',
    'libllama-common.so',
    'libllama.v0.5.0.so',
    'llama-addon.node',
  ];
  const CUDA_FILES = [
    'libggml-base.so',
    'libggml-cpu-x64.so',
    'libggml-cuda.so',
    'libggml.cuda.v0.5.0.so',
    'libllama-common.so',
    'libllama.cuda.v0.5.0.so',
  ];
  const MAC_FILES = [
    'libggml-base.dylib',
    'libggml-blas.so',
    'libggml-cpu-apple_m1.so',
    'libggml-metal.so',
    'libggml.metal.v0.5.0.dylib',
    'libllama-common.dylib',
    'libllama.metal.v0.5.0.dylib',
  ];
  const WINDOWS_FILES = [
    'ggml-base.dll',
    'ggml-cpu-haswell.dll',
    'ggml-vulkan.dll',
    'ggml.vulkan.v0.5.0.dll',
    'llama-addon.lib',
    'llama-addon.node',
    'llama-common.dll',
    'llama.vulkan.v0.5.0.dll',
  ];
  const PLAIN_WINDOWS_FILES = [
    'ggml-base.dll',
    'ggml-cpu-x64.dll',
    'ggml.v0.5.0.dll',
    'llama-common.dll',
    'llama.v0.5.0.dll',
  ];

  test.each([
    [LINUX_FILES, ['libggml-base.so', 'libggml.v0.5.0.so', 'libllama.v0.5.0.so']],
    [CUDA_FILES, ['libggml-base.so', 'libggml.cuda.v0.5.0.so', 'libllama.cuda.v0.5.0.so']],
    [MAC_FILES, ['libggml-base.dylib', 'libggml.metal.v0.5.0.dylib', 'libllama.metal.v0.5.0.dylib']],
    [WINDOWS_FILES, ['ggml-base.dll', 'ggml.vulkan.v0.5.0.dll', 'llama.vulkan.v0.5.0.dll']],
    [PLAIN_WINDOWS_FILES, ['ggml-base.dll', 'ggml.v0.5.0.dll', 'llama.v0.5.0.dll']],
  ])('core libraries in %j', (files, expected) => {
    expect(CORE_LIBRARIES.map((library) => findLibraryFile(files, library))).toEqual(expected);
  });

  test.each([
    [LINUX_FILES, 'ggml-cuda', undefined],
    [CUDA_FILES, 'ggml-cuda', 'libggml-cuda.so'],
    [MAC_FILES, 'ggml-metal', 'libggml-metal.so'],
    [WINDOWS_FILES, 'ggml-vulkan', 'ggml-vulkan.dll'],
    [[], 'llama', undefined],
    [['libllama.v0.6.0-rc.1.so'], 'llama', 'libllama.v0.6.0-rc.1.so'],
    [['xlibllama.so', 'libllama.so.bak'], 'llama', undefined],
  ])('in %j the library %s is %s', (files, library, expected) => {
    expect(findLibraryFile(files, library)).toBe(expected);
  });
});

test('drivers are looked for where the loader of the platform looks', () => {
  expect(driverFolders(WINDOWS, { SystemRoot: 'D:\\Windows' })).toEqual(['D:\\Windows\\System32']);
  expect(driverFolders(LINUX, { LD_LIBRARY_PATH: '/opt/cuda/lib:' })[0]).toBe('/opt/cuda/lib');
  expect(driverFolders(LINUX, {})).toContain('/usr/lib/x86_64-linux-gnu');
  expect(driverFolders(LINUX_ARM, {})).toContain('/usr/lib/aarch64-linux-gnu');
});
