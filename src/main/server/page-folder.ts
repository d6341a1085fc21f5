// Where the built page lies: out/renderer of a checkout, and beside the engine in the packaged app.
import { join } from 'node:path';
import { appFolder } from '../engine/app-folder.ts';

export function pageFolder(): string {
  return join(appFolder, 'out', 'renderer');
}
