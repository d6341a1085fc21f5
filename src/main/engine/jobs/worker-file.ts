// Where the entry of a worker process lies: TypeScript in a checkout, JavaScript in the packaged app.
import { fileURLToPath } from 'node:url';

export function workerFile(worker: string): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`../../workers/${worker}-worker.${extension}`, import.meta.url));
}
