// Worker process that draws charts: React and a DOM live here, away from every other process.
import type { RenderChartsInput } from '../../shared/chart-job.ts';
import { installDom } from '../engine/export/dom-globals.ts';
import { serveWorker } from '../engine/jobs/serve-worker.ts';

// In a checkout Node runs these sources as they are, and has to be taught .tsx first.
if (import.meta.url.endsWith('.ts')) {
  const { registerTsxLoader } = await import('./load-tsx.ts');
  registerTsxLoader();
}
installDom();
const { renderCharts } = await import('../engine/export/render-chart.tsx');

serveWorker({ renderCharts: async (input) => renderCharts(input as RenderChartsInput) });
