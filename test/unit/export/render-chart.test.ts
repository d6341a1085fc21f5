import { beforeAll, describe, expect, it } from 'vitest';
import { installDom } from '../../../src/main/engine/export/dom-globals.ts';
import { rasterizeSvg } from '../../../src/main/engine/export/rasterize-svg.ts';
import { withColors, withEmbeddedFont } from '../../../src/main/engine/export/standalone-svg.ts';
import { buildCharts } from '../../../src/main/engine/scores/chart-data.ts';
import { compareScores } from '../../../src/main/engine/scores/compare-scores.ts';
import { yPixel } from '../../../src/renderer/charts/chart-measures.ts';
import { CHART_THEMES, themeVariables } from '../../../src/renderer/charts/chart-theme.ts';
import { layoutChart } from '../../../src/renderer/charts/layout-chart.ts';
import type { ScoreChartData } from '../../../src/shared/comparison.ts';
import {
  DEMO_POINTS,
  FOUR_TASKS,
  type MadePoint,
  makeSweep,
  prunePoint,
  quantPoint,
  type SweepOptions,
} from '../scores/synthetic-sweep.ts';
import { inkRatio, readPng } from './read-png.ts';

type Renderer = typeof import('../../../src/main/engine/export/render-chart.tsx');
let renderer: Renderer;

beforeAll(async () => {
  installDom();
  renderer = await import('../../../src/main/engine/export/render-chart.tsx');
});

function dataOf(points: readonly MadePoint[], options: SweepOptions = {}): ScoreChartData[] {
  const sweep = makeSweep(points, { tasks: FOUR_TASKS.slice(1, 2), ...options });
  return buildCharts(sweep, compareScores(sweep)).map(({ data }) => data);
}

const CASES: Readonly<Record<string, ScoreChartData[]>> = {
  'the demo': dataOf(DEMO_POINTS),
  'one point': dataOf([quantPoint('Q4_K_M', 4.8, 0.9)]),
  'the dense model alone': dataOf([]),
  'equal values': dataOf(DEMO_POINTS.map((point) => ({ ...point, kept: 1 }))),
  'all zero': dataOf(DEMO_POINTS, { tasks: [{ id: 'factoid-qa', dense: 0, itemCount: 40 }] }),
  'three questions': dataOf(DEMO_POINTS, { tasks: [{ id: 'factoid-qa', dense: 1, itemCount: 3 }] }),
  'hostile names': dataOf(
    [{ ...prunePoint('wanda', 0.5, 0.5), label: '</text><script>alert(1)</script>&nbsp;\u00a0\u0007"' }],
    {
      model: '<svg onload="x">&amp;',
    },
  ),
};

describe('renderChart', () => {
  it.each(Object.entries(CASES))('draws %s as whole XML without a hole in it', (_name, charts) => {
    for (const data of charts) {
      const svg = renderer.renderChart(data, { theme: 'light' });
      expect(svg).toMatch(
        /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[^>]* width="1200" height="760" viewBox="0 0 1200 760"/,
      );
      expect(svg).not.toMatch(/NaN|undefined|Infinity|null/);
      expect(svg).not.toMatch(/<script|<foreignObject|href=|var\(--|class=|style=/);
      // The rasterizer's parser is strict: it refuses what is not well-formed XML.
      expect(inkRatio(readPng(rasterizeSvg(svg, 0.5)))).toBeGreaterThan(0.005);
    }
  });

  it('shows every series with all its points, its line and its intervals', () => {
    for (const data of CASES['the demo']!) {
      const svg = renderer.renderChart(data, { theme: 'light' });
      for (const { slot, points, joined, label, fill } of data.series) {
        const color = CHART_THEMES.light.series(slot);
        const attribute = fill === 'solid' ? 'fill' : 'stroke';
        const markers = svg.match(
          new RegExp(`translate\\([^)]*\\) scale\\(1\\.35\\)"[^>]*(?:d="[^"]*")?[^>]*${attribute}="${color}"`, 'g'),
        );
        const own = data.series.filter((series) => series.slot === slot && series.fill === fill);
        if (fill === 'solid')
          expect(markers, `${data.name} ${label}`).toHaveLength(own.flatMap((one) => one.points).length);
        if (joined) expect(svg).toMatch(new RegExp(`stroke="${color}" stroke-width="2.5"`));
        expect(points.length).toBeGreaterThan(0);
      }
      const bars = svg.match(/stroke-width="1.5"[^>]*><line /g) ?? [];
      expect(bars).toHaveLength(data.series.flatMap((series) => series.points).length);
    }
  });

  it('keeps title, subtitle, legend, caption, axis words and ticks inside the picture', () => {
    for (const data of CASES['the demo']!) {
      const svg = renderer.renderChart(data, { theme: 'light' });
      const texts = [...svg.matchAll(/<text [^>]*>(.*?)<\/text>/g)].map((match) =>
        match[1]!.replaceAll(/<[^>]*>/g, ''),
      );
      const legend = svg.slice(svg.indexOf('data-part="legend"'));
      for (const { label } of data.series) expect(legend).toContain(`>${label}</text>`);
      expect(texts.join(' ')).toContain(data.title.slice(0, 60));
      expect(texts).toContain(data.subtitle);
      for (const line of data.caption) expect(texts.join(' ')).toContain(line.slice(0, 40));
      const { xTicks, yTicks } = layoutChart(data, { width: 1200, height: 760, variant: 'full' });
      for (const { text } of [...xTicks, ...yTicks]) expect(texts).toContain(text);
      if (data.chanceValue !== null) expect(texts).toContain('chance 25.0');
      expect(texts.some((text) => text.startsWith('dense '))).toBe(true);
    }
  });

  it('places points where the layout says, so that labels and lines of both meet', () => {
    const data = CASES['the demo']!.find((chart) => chart.axis === 'sparsityRatio')!;
    const layout = layoutChart(data, { width: 1200, height: 760, variant: 'full' });
    const svg = renderer.renderChart(data, { theme: 'light' });
    for (const { px, py } of layout.series.flatMap((series) => series.points)) {
      const drawn = [...svg.matchAll(/translate\(([\d.]+) ([\d.]+)\) scale\(1\.35\)/g)].some(
        ([, x, y]) => Math.abs(Number(x) - px) < 0.02 && Math.abs(Number(y) - py) < 0.02,
      );
      expect(drawn).toBe(true);
    }
    const denseY = yPixel(layout.plot, layout.yScale, data.dense!.value);
    const line = [...svg.matchAll(/<line [^>]*stroke-width="2.5"[^>]*>/g)].map(([tag]) =>
      Number(/ y1="([\d.]+)"/.exec(tag)?.[1]),
    );
    expect(line.some((y) => Math.abs(y - denseY) < 0.02)).toBe(true);
  });

  it('draws light and dark from literal colours and leaves them to the page on demand', () => {
    const [data] = CASES['the demo']!;
    const [light, dark, page] = (['light', 'dark', 'page'] as const).map((theme) =>
      renderer.renderChart(data!, { theme }),
    );
    expect(light).toContain(`fill="${CHART_THEMES.light.background}"`);
    expect(dark).toContain(`fill="${CHART_THEMES.dark.background}"`);
    expect(page).toContain('fill="var(--chart-bg)"');
    expect(page).not.toMatch(/="#[0-9A-F]{6}"/i);
    expect(withColors(page!, themeVariables('light'))).toBe(light);
    expect(withColors(page!, themeVariables('dark'))).toBe(dark);
  });

  it('gives the same text twice, with ids of its own', () => {
    const [one, two] = CASES['the demo']!;
    const first = renderer.renderChart(one!, { theme: 'light' });
    expect(renderer.renderChart(one!, { theme: 'light' })).toBe(first);
    const ids = (svg: string) => [...svg.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]!);
    const other = new Set(ids(renderer.renderChart(two!, { theme: 'light' })));
    expect(ids(first).some((id) => other.has(id))).toBe(false);
    for (const [, id] of first.matchAll(/url\(#([^)]*)\)/g)) expect(ids(first)).toContain(id);
  });

  it('names itself for screen readers', () => {
    const data = CASES['the demo']![1]!;
    const svg = renderer.renderChart(data, { theme: 'light' });
    expect(svg).toContain('role="img"');
    expect(svg).toMatch(/<title>[^<]+<\/title><desc>Dense 71\.0 percent/);
  });

  it('escapes names once and keeps what XML allows of them', () => {
    const svg = renderer.renderChart(CASES['hostile names']!.find((data) => data.axis === 'sparsityRatio')!, {
      theme: 'light',
    });
    expect(svg).toContain('&lt;svg onload="x"&gt;&amp;amp;');
    expect(svg).not.toContain('\u0007');
  });
});

describe('renderGrid', () => {
  it('holds a small chart of every task, one title and one legend', () => {
    const sweep = makeSweep(DEMO_POINTS);
    const charts = buildCharts(sweep, compareScores(sweep), { axes: ['sparsityRatio'] }).map(({ data }) => data);
    const svg = renderer.renderGrid(charts, 'What pruning costs', { theme: 'light' });
    expect(svg.match(/<svg /g)).toHaveLength(1 + charts.length);
    for (const { taskTitle } of charts) expect(svg).toContain(`>${taskTitle}</text>`);
    expect(svg.match(/>Wanda<\/text>/g)).toHaveLength(1);
    expect(svg).not.toMatch(/NaN|undefined/);
    expect(inkRatio(readPng(rasterizeSvg(svg, 0.5)))).toBeGreaterThan(0.01);
  });
});

describe('rasterizeSvg', () => {
  it('writes a PNG of the asked size with readable ink on an even ground', () => {
    const png = readPng(rasterizeSvg(renderer.renderChart(CASES['the demo']![0]!, { theme: 'dark' }), 2));
    expect([png.width, png.height]).toEqual([2400, 1520]);
    expect([...png.data.subarray(0, 4)]).toEqual([0x11, 0x1a, 0x17, 255]);
    expect(inkRatio(png)).toBeGreaterThan(0.01);
    expect(inkRatio(png)).toBeLessThan(0.3);
  });

  it('uses the bundled typeface in both weights', () => {
    const text = (weight: number) =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="40" font-family="'Atkinson Hyperlegible Next'"><rect width="300" height="40" fill="#fff"/><text x="5" y="28" font-size="24" font-weight="${weight}">Wanda Q4_K_M</text></svg>`;
    const [regular, strong] = [400, 600].map((weight) => inkRatio(readPng(rasterizeSvg(text(weight), 1))));
    expect(regular).toBeGreaterThan(0.03);
    expect(strong).toBeGreaterThan(regular! * 1.08);
  });

  it('is not put off by an embedded font', () => {
    const svg = renderer.renderChart(CASES['one point']![0]!, { theme: 'light' });
    expect(rasterizeSvg(withEmbeddedFont(svg), 0.5)).toEqual(rasterizeSvg(svg, 0.5));
  });
});
