// Builds llama.cpp's own tools from the source bundle inside the pinned node-llama-cpp: the peers that bench.ts measures against.
// Needs git, cmake and a C++ compiler; takes half an hour on two cores, once. Kept in ~/.cache/whittle-peers (WHITTLE_PEERS).
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { EMBEDDED_DEMO_MODEL, EMBEDDED_PERPLEXITY_TEXT, embeddedPath } from '../../src/main/engine/embedded-files.ts';
import { LLAMA_CPP_RELEASE } from '../../src/main/engine/native/abi.generated.ts';

const peersFolder = process.env['WHITTLE_PEERS'] ?? join(homedir(), '.cache', 'whittle-peers');
const sourceFolder = join(peersFolder, `llama.cpp-${LLAMA_CPP_RELEASE}`);
const binFolder = join(sourceFolder, 'build', 'bin');

const PEERS = ['llama-quantize', 'llama-imatrix', 'llama-perplexity'] as const;
export type Peer = (typeof PEERS)[number];

/** As the npm package is built: one library per CPU family, chosen at run time. */
const CMAKE_FLAGS = [
  '-DCMAKE_BUILD_TYPE=Release',
  '-DBUILD_SHARED_LIBS=ON',
  '-DGGML_BACKEND_DL=ON',
  '-DGGML_CPU_ALL_VARIANTS=ON',
  '-DGGML_NATIVE=OFF',
  '-DLLAMA_CURL=OFF',
  '-DLLAMA_OPENSSL=OFF',
  '-DLLAMA_BUILD_TESTS=OFF',
  '-DLLAMA_BUILD_EXAMPLES=OFF',
  '-DLLAMA_BUILD_SERVER=OFF',
];

/** Path of a peer, built when it is missing. */
export function peerPath(name: Peer): string {
  const path = join(binFolder, name);
  if (!existsSync(path)) buildPeers();
  return path;
}

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`${command} ${args[0]} failed: ${error?.message ?? `status ${status}`}`);
}

function buildPeers(): void {
  mkdirSync(peersFolder, { recursive: true });
  if (!existsSync(sourceFolder)) {
    const packageFolder = dirname(createRequire(import.meta.url).resolve('node-llama-cpp/package.json'));
    run('git', ['clone', '--quiet', join(packageFolder, 'llama', 'gitRelease.bundle'), sourceFolder]);
  }
  run('cmake', ['-S', sourceFolder, '-B', join(sourceFolder, 'build'), ...CMAKE_FLAGS]);
  const jobs = String(availableParallelism());
  run('cmake', ['--build', join(sourceFolder, 'build'), '--target', ...PEERS, '-j', jobs]);
  setBrokenVariantAside();
}

/**
 * GCC 12 builds an AMX library whose tile instructions are illegal on the machines that choose it. The peer then falls
 * back to the next family; F16 models, which the speeds are measured on, do not use the tiles.
 */
function setBrokenVariantAside(): void {
  const model = join(peersFolder, 'self-check.gguf');
  run(join(binFolder, 'llama-quantize'), [embeddedPath(EMBEDDED_DEMO_MODEL), model, 'Q4_0', '1']);
  const text = embeddedPath(EMBEDDED_PERPLEXITY_TEXT);
  const args = ['-m', model, '-f', text, '-c', '64', '--chunks', '2', '-t', '1'];
  const { signal } = spawnSync(join(binFolder, 'llama-perplexity'), args, { stdio: 'ignore' });
  const variant = join(binFolder, 'libggml-cpu-sapphirerapids.so');
  if (signal === 'SIGILL' && existsSync(variant)) renameSync(variant, `${variant}.unusable`);
}

if (import.meta.main) {
  for (const name of PEERS) process.stdout.write(`${peerPath(name)}\n`);
  setBrokenVariantAside();
}
