import { inflateSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { installDom } from '../../../src/main/engine/export/dom-globals.ts';
import { readSvg } from '../../../src/main/engine/export/read-svg.ts';
import { withColors, withEmbeddedFont } from '../../../src/main/engine/export/standalone-svg.ts';
import { svgAsPdf } from '../../../src/main/engine/export/svg-as-pdf.ts';
import { buildCharts } from '../../../src/main/engine/scores/chart-data.ts';
import { compareScores } from '../../../src/main/engine/scores/compare-scores.ts';
import { themeVariables } from '../../../src/renderer/charts/chart-theme.ts';
import { DEMO_POINTS, FOUR_TASKS, makeSweep } from '../scores/synthetic-sweep.ts';

let charts: string[];

beforeAll(async () => {
  installDom();
  const { renderChart } = await import('../../../src/main/engine/export/render-chart.tsx');
  const sweep = makeSweep(DEMO_POINTS, { tasks: FOUR_TASKS.slice(1, 3) });
  charts = buildCharts(sweep, compareScores(sweep)).map(({ data }) =>
    withEmbeddedFont(withColors(renderChart(data, { theme: 'page' }), themeVariables('light'))),
  );
}, 60_000);

/** Every stream that unpacks: the drawing of the page among them. */
function streamsOf(pdf: Buffer): string[] {
  return [...pdf.toString('latin1').matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g)].flatMap(([, data]) => {
    try {
      return [inflateSync(Buffer.from(data!, 'latin1')).toString('latin1')];
    } catch {
      return [];
    }
  });
}

const picture = (content: string): string => `<svg xmlns="x" width="100" height="50">${content}</svg>`;

async function drawingOf(content: string): Promise<string> {
  const streams = streamsOf(await svgAsPdf(picture(content), 'A chart'));
  return streams.find((text) => text.includes(' cm')) ?? '';
}

describe('a chart as PDF', () => {
  it('has its lines as paths and its words as text in embedded fonts, and no picture', async () => {
    expect(charts.length).toBeGreaterThan(3);
    for (const svg of charts) {
      const pdf = await svgAsPdf(svg, 'Score');
      const text = pdf.toString('latin1');
      expect(text).toMatch(/^%PDF-1\.7/);
      expect(text).toContain('/MediaBox [0 0 1200 760]');
      expect(text).not.toContain('/Subtype /Image');
      expect(text.match(/\/FontFile2/g)).toHaveLength(2);
      const drawing = streamsOf(pdf).find((stream) => stream.includes(' Tf')) ?? '';
      const wordCount = svg.split(/<text[ >]/).length - 1;
      expect(drawing.match(/\bBT\b/g)?.length).toBeGreaterThanOrEqual(wordCount);
      expect(drawing.match(/\bl\b/g)?.length).toBeGreaterThan(10);
    }
  });

  it('keeps colours, dashes, widths and places', async () => {
    const drawing = await drawingOf(
      '<g transform="translate(5 6) scale(2)"><line x1="1" y1="2" x2="3" y2="4" fill="#00ff00" stroke="#ff0000" stroke-width="3" stroke-dasharray="4 1 2 1"/></g>',
    );
    expect(drawing).toContain('1 0 0 1 5 6 cm');
    expect(drawing).toContain('2 0 0 2 0 0 cm');
    expect(drawing).toContain('1 0 0 SCN');
    expect(drawing).toContain('[4 1 2 1] 0 d');
    expect(drawing).toMatch(/3 w\n[\s\S]*1 2 m\n3 4 l\nS/);
    expect(drawing).not.toContain('scn');
  });

  it('refuses what it cannot draw instead of leaving it out', async () => {
    for (const content of ['<image x="0"/>', '<g transform="rotate(3)"><path d="M0 0"/></g>']) {
      await expect(svgAsPdf(picture(content), ''), content).rejects.toMatchObject({ code: 'INTERNAL' });
    }
    expect(() => readSvg('<svg><g></svg>')).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  });
});
