// Where the entry of a worker process lies: TypeScript in a checkout, JavaScript in the packaged app.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { appFolder } from '../app-folder.ts';

export function workerFile(worker: string): string {
  const packaged = join(appFolder, 'engine', 'main', 'workers', `${worker}-worker.js`);
  return existsSync(packaged) ? packaged : join(appFolder, 'src', 'main', 'workers', `${worker}-worker.ts`);
}
