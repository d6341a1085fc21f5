import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { generateAbi } from '../../../scripts/generate-abi.ts';
import {
  DEFAULTS,
  LLAMA_VERSION,
  type NativeFunctions,
  NODE_LLAMA_CPP_VERSION,
} from '../../../src/main/engine/native/abi.generated.ts';
import { checkAbi, checkPackageVersion } from '../../../src/main/engine/native/check-abi.ts';
import { nativeFunctions } from '../../../src/main/engine/native/libraries.ts';

const mismatch = (what: string) =>
  expect.objectContaining({ code: 'ABI_MISMATCH', details: expect.objectContaining({ what }) });
const hasGit = spawnSync('git', ['--version']).status === 0;

test.skipIf(!hasGit)('the generated bindings are those of the installed release (skipped without git)', () => {
  const file = new URL('../../../src/main/engine/native/abi.generated.ts', import.meta.url);
  expect(generateAbi()).toBe(readFileSync(file, 'utf8'));
});

test('the generated version is the one that package.json pins', () => {
  const manifest: unknown = createRequire(import.meta.url)('../../../package.json');
  expect(manifest).toMatchObject({ dependencies: { 'node-llama-cpp': NODE_LLAMA_CPP_VERSION } });
});

test('the loaded libraries pass the check', () => {
  expect(() => checkAbi(nativeFunctions())).not.toThrow();
});

test('another version of the package is refused before anything is loaded', () => {
  expect(() => checkPackageVersion('@node-llama-cpp/linux-x64', '3.22.0')).toThrow(
    mismatch('the version of @node-llama-cpp/linux-x64'),
  );
});

const withFunctions = (changed: Partial<NativeFunctions>): NativeFunctions => ({ ...nativeFunctions(), ...changed });

test.each(['0.4.9', `${LLAMA_VERSION}.1`, `${LLAMA_VERSION}-dev2`, null])(
  'a llama.cpp that calls itself %s is refused',
  (version) => {
    expect(() => checkAbi(withFunctions({ llama_version: () => version }))).toThrow(mismatch('llama_version()'));
  },
);

test('defaults that decode to other values than the header states are refused', () => {
  const shifted = { ...DEFAULTS.llama_context_params, n_batch: 512 };
  expect(() => checkAbi(withFunctions({ llama_context_default_params: () => shifted }))).toThrow(
    mismatch('the default of llama_context_params.n_batch'),
  );
});

test('a tensor whose fields lie elsewhere is refused', () => {
  const f = nativeFunctions();
  const swapped = withFunctions({ ggml_mul_mat: (context, a, b) => f.ggml_mul_mat(context, b, a) });
  expect(() => checkAbi(swapped)).toThrow(mismatch('the layout of ggml_tensor'));
});
