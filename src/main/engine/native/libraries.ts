// Loads llama.cpp once per process: core libraries, CPU backend, log capture, ABI check. GPU backends are added on request.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import koffi from 'koffi';
import { WorkbenchError } from '../../../shared/errors.ts';
import { CALLBACKS, CPU_FUNCTIONS, FUNCTIONS, type NativeFunctions, STRUCTS } from './abi.generated.ts';
import { checkAbi, checkPackageVersion } from './check-abi.ts';
import { type BinaryPackage, CORE_LIBRARIES, type CoreLibrary, corePackage, findLibraryFile } from './library-path.ts';
import { receiveNativeLog } from './native-log.ts';

/** koffi runs native code on a stack of its own; its default of 2 MiB is small for llama.cpp's recursive regex and graph code. */
const NATIVE_STACK_BYTES = 16 * 1024 * 1024;

let loaded: NativeFunctions | undefined;

/** All functions of abi.generated.ts, loaded and checked. Throws ABI_MISMATCH or BACKEND_FAILED. */
export function nativeFunctions(): NativeFunctions {
  loaded ??= load();
  return loaded;
}

function load(): NativeFunctions {
  const folder = binsFolder(corePackage(process));
  koffi.config({ sync_stack_size: NATIVE_STACK_BYTES });
  defineTypes();
  const functions = bindFunctions(folder);
  const logCallback = koffi.register(receiveNativeLog, koffi.pointer('ggml_log_callback'));
  functions.llama_log_set(logCallback, null);
  checkAbi(functions);
  functions.llama_backend_init();
  loadCpuBackend(functions, folder);
  return functions;
}

/**
 * ggml takes the fastest CPU library that this machine can run. WHITTLE_CPU_FAMILY (`haswell`, `zen4`, ...) names another one, to look for
 * a fault in one or to compare numbers with a program that runs that one.
 */
function loadCpuBackend(functions: NativeFunctions, folder: string): void {
  const family = process.env['WHITTLE_CPU_FAMILY'];
  if (family === undefined || family === '') {
    functions.ggml_backend_load_all_from_path(folder);
    return;
  }
  const file = readdirSync(folder).find((name) => name.includes(`ggml-cpu-${family}.`));
  if (file === undefined) throw loadFailed(join(folder, `ggml-cpu-${family}`), 'WHITTLE_CPU_FAMILY names no library');
  if (functions.ggml_backend_load(join(folder, file)) === null) {
    throw loadFailed(join(folder, file), 'this machine cannot run it');
  }
}

function defineTypes(): void {
  for (const [name, fields] of Object.entries(STRUCTS)) koffi.struct(name, fields);
  for (const prototype of Object.values({ ...CALLBACKS, ...CPU_FUNCTIONS })) koffi.proto(prototype);
}

function bindFunctions(folder: string): NativeFunctions {
  const files = readdirSync(folder);
  const libraries = new Map<CoreLibrary, ReturnType<typeof koffi.load>>();
  for (const library of CORE_LIBRARIES) {
    const file = findLibraryFile(files, library);
    if (file === undefined) throw loadFailed(join(folder, library), 'it is missing');
    try {
      libraries.set(library, koffi.load(join(folder, file), { lazy: true }));
    } catch (error) {
      throw loadFailed(join(folder, file), error instanceof Error ? error.message : String(error));
    }
  }
  const bound = Object.entries(FUNCTIONS).map(([name, [library, prototype]]) => [
    name,
    libraries.get(library)?.func(prototype),
  ]);
  return Object.fromEntries(bound);
}

const loadFailed = (path: string, reason: string): WorkbenchError =>
  new WorkbenchError('BACKEND_FAILED', `The library ${path} could not be loaded: ${reason}. Run npm ci again.`, {
    path,
  });

/** The bins folder of an installed package of the pinned version. Throws BACKEND_FAILED when it is not installed. */
export function binsFolder(binary: BinaryPackage): string {
  const root = packageRoot(binary.package);
  if (root === undefined) {
    throw new WorkbenchError(
      'BACKEND_FAILED',
      `The package @node-llama-cpp/${binary.package} is not installed. Run npm ci on this machine.`,
      { package: binary.package },
    );
  }
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
  checkPackageVersion(`@node-llama-cpp/${binary.package}`, version);
  return join(root, 'bins', binary.folder);
}

/** npm may nest the platform packages under node-llama-cpp; their entry points cannot be resolved by `require` (ESM only). */
export function packageRoot(name: string): string | undefined {
  const searched = createRequire(import.meta.url).resolve.paths('node-llama-cpp') ?? [];
  return searched
    .flatMap((folder) => [folder, join(folder, 'node-llama-cpp', 'node_modules')])
    .map((folder) => join(folder, '@node-llama-cpp', name))
    .find((folder) => existsSync(join(folder, 'package.json')));
}
