// Files that come with the product: the demo model, the KICK sets, the calibration text. Origins in resources/SOURCES.md.
import { join } from 'node:path';
import { appFolder } from './app-folder.ts';

export const EMBEDDED_DEMO_MODEL = 'demo-model/whittle-demo-f16.gguf';
export const EMBEDDED_CALIBRATION_TEXT = 'calibration/whittle-demo-calibration.txt';
export const EMBEDDED_PERPLEXITY_TEXT = 'kick/perplexity/whittle-demo-test.txt';

/** Absolute path of an embedded file or folder, named as in resources/SOURCES.md. */
export function embeddedPath(name: string): string {
  return join(appFolder, 'resources', ...name.split('/'));
}
