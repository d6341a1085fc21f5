// The version of this package, as scores and artifacts name it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { appFolder } from './app-folder.ts';

let version: string | undefined;

export function engineVersion(): string {
  if (version === undefined) {
    const manifest: unknown = JSON.parse(readFileSync(join(appFolder, 'package.json'), 'utf8'));
    version = (manifest as { version: string }).version;
  }
  return version;
}
