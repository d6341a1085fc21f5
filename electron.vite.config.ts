// Builds what Electron runs (main, preload) and the page. The engine is not in it: a real Node runs that from its sources, or,
// packaged, from out/engine.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

/** Set by hand, so that building needs no Electron: the oldest that is tested. */
const ELECTRON_TARGET = 'node20.18';
const PAGE_TARGET = 'chrome130';

export default defineConfig({
  main: {
    build: {
      target: ELECTRON_TARGET,
      outDir: 'out/main',
      externalizeDeps: false,
      rollupOptions: { input: { index: 'src/main/desktop/index.ts' }, external: ['electron'] },
    },
  },
  preload: {
    build: {
      target: ELECTRON_TARGET,
      outDir: 'out/preload',
      externalizeDeps: false,
      // A sandboxed preload script can only be CommonJS.
      rollupOptions: {
        input: { preload: 'src/main/desktop/preload.ts' },
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    base: './',
    plugins: [react()],
    build: {
      target: PAGE_TARGET,
      outDir: 'out/renderer',
      // Not electron-vite's default; the page is read and compiled at every start.
      minify: true,
      emptyOutDir: true,
      // Fonts stay files: the policy of the page allows them from its own address.
      assetsInlineLimit: 0,
      rollupOptions: { input: 'src/renderer/index.html' },
    },
  },
});
