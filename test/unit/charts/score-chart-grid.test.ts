import { createElement } from 'react';
import { beforeAll, describe, expect, it } from 'vitest';
import { installDom } from '../../../src/main/engine/export/dom-globals.ts';
import { buildCharts } from '../../../src/main/engine/scores/chart-data.ts';
import { compareScores } from '../../../src/main/engine/scores/compare-scores.ts';
import { DEMO_POINTS, makeSweep } from '../scores/synthetic-sweep.ts';

beforeAll(() => {
  installDom();
});

describe('ScoreChartGrid', () => {
  it('shows a small chart of each task, in the colours of the page', async () => {
    const { createRoot } = await import('react-dom/client');
    const { flushSync } = await import('react-dom');
    const { ScoreChartGrid } = await import('../../../src/renderer/charts/ScoreChartGrid.tsx');
    const sweep = makeSweep(DEMO_POINTS);
    const charts = buildCharts(sweep, compareScores(sweep), { axes: ['sparsityRatio'] }).map(({ data }) => data);
    const host = document.createElement('div');
    flushSync(() => createRoot(host).render(createElement(ScoreChartGrid, { charts, width: 900 })));
    const pictures = [...host.querySelectorAll('svg')];
    expect(pictures.map((picture) => picture.querySelector('title')?.textContent)).toEqual(
      charts.map(({ title }) => title),
    );
    for (const picture of pictures) {
      expect(Number(picture.getAttribute('width'))).toBeLessThan(300);
      expect(picture.outerHTML).toContain('var(--chart-bg)');
      expect(picture.outerHTML).not.toMatch(/NaN/);
    }
  });
});
