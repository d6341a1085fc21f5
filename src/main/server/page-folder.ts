// Where the built page lies: out/renderer of a checkout, and beside the engine in the packaged app.
import { fileURLToPath } from 'node:url';

export function pageFolder(): string {
  return fileURLToPath(new URL('../../../out/renderer/', import.meta.url));
}
