// SHA-256 of a model, remembered: a file of many gigabytes is read once, not once per recipe.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GgufFile } from '../gguf/read-gguf.ts';
import { type HashOptions, hashFiles } from '../models/hash-file.ts';

/** Of the file, or of its shards' bytes in order. A file counts as unchanged while size, time, number and place are the same. */
export async function hashModel(
  file: Pick<GgufFile, 'shards'>,
  cacheFolder: string | undefined,
  options: HashOptions,
): Promise<string> {
  const paths = file.shards.map(({ path }) => path);
  if (cacheFolder === undefined) return hashFiles(paths, options);
  const record = join(cacheFolder, 'sha256', fingerprint(paths));
  const known = readRecord(record);
  if (known !== undefined) return known;
  const sha256 = await hashFiles(paths, options);
  mkdirSync(join(cacheFolder, 'sha256'), { recursive: true });
  writeFileSync(record, sha256);
  return sha256;
}

function fingerprint(paths: readonly string[]): string {
  const facts = paths.map((path) => {
    const { size, mtimeNs, ino } = statSync(path, { bigint: true });
    return [path, String(size), String(mtimeNs), String(ino)];
  });
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

function readRecord(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    return /^[0-9a-f]{64}$/.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}
