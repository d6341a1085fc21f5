// Real data and models that are no part of the repository. Tests and benchmarks use them where they are, and say so where they are not.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Data sets: by default a folder `shared` beside the checkout. */
const sharedFolder = process.env['WHITTLE_SHARED'] ?? join(root, '..', 'shared');
const modelsFolder = process.env['WHITTLE_TEST_MODELS'] ?? join(homedir(), '.cache', 'whittle-test-models');

/** Path of `shared/data/<name>`, undefined where it is absent. */
export function sharedData(name: string): string | undefined {
  return existing(join(sharedFolder, 'data', ...name.split('/')));
}

/** Path of a real model, undefined where it is absent. */
export function testModel(name: string): string | undefined {
  return existing(join(modelsFolder, name));
}

export const SMOLLM2_F16 = 'SmolLM2-135M-Instruct-F16.gguf';
export const GEMMA3_F16 = 'gemma-3-270m-F16.gguf';
export const C4_SAMPLE = 'c4/c4_sample.jsonl';
export const WIKITEXT2_TEST = 'wikitext2/wikitext2_raw_test_joined.txt';

function existing(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}
