// Lets plain Node import .tsx files in a checkout, where nothing is built; types are stripped by Node itself elsewhere.
// The packaged app has its chart worker bundled and never loads this.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'rolldown/utils';

export function registerTsxLoader(): void {
  registerHooks({
    load(url, context, nextLoad) {
      if (!url.startsWith('file:') || !url.endsWith('.tsx')) return nextLoad(url, context);
      const path = fileURLToPath(url);
      const { code, errors } = transformSync(path, readFileSync(path, 'utf8'), {
        lang: 'tsx',
        jsx: { runtime: 'automatic' },
      });
      const error = errors[0];
      if (error !== undefined) throw error;
      return { format: 'module', source: code, shortCircuit: true };
    },
  });
}
