// The version of this package, as scores and artifacts name it.
import { readFileSync } from 'node:fs';

let version: string | undefined;

export function engineVersion(): string {
  if (version === undefined) {
    const manifest: unknown = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
    version = (manifest as { version: string }).version;
  }
  return version;
}
