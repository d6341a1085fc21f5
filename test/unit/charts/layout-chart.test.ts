import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCharts } from '../../../src/main/engine/scores/chart-data.ts';
import { compareScores } from '../../../src/main/engine/scores/compare-scores.ts';
import { FONT, type TextLine } from '../../../src/renderer/charts/chart-measures.ts';
import { type ChartLayout, layoutChart } from '../../../src/renderer/charts/layout-chart.ts';
import { LEGEND_KEY_WIDTH } from '../../../src/renderer/charts/layout-legend.ts';
import { type Box, overlaps } from '../../../src/renderer/charts/place-labels.ts';
import { textWidth } from '../../../src/renderer/charts/text-width.ts';
import {
  DEMO_POINTS,
  FOUR_TASKS,
  type MadePoint,
  makeSweep,
  prunePoint,
  quantPoint,
} from '../scores/synthetic-sweep.ts';

const SIZE = { width: 1200, height: 760, variant: 'full' } as const;

function layoutsOf(points: readonly MadePoint[], itemCount = 200): ChartLayout[] {
  const sweep = makeSweep(points, { tasks: [{ ...FOUR_TASKS[1]!, itemCount }] });
  return buildCharts(sweep, compareScores(sweep)).map(({ data }) => layoutChart(data, SIZE));
}

function textBoxes(lines: readonly TextLine[], size: number, weight: 400 | 600 = 400): Box[] {
  return lines.map(({ x, y, text }) => ({
    left: x,
    top: y - size * 0.8,
    width: textWidth(text, size, weight),
    height: size,
  }));
}

/** Every text of a chart but the ticks, as boxes. */
function allTexts(layout: ChartLayout): Box[] {
  return [
    ...textBoxes(layout.titleLines, FONT.title, 600),
    ...textBoxes(layout.subtitleLines, FONT.subtitle),
    ...textBoxes(layout.captionLines, FONT.caption),
    ...textBoxes(layout.pointLabels, FONT.point),
    ...layout.endLabels.map((label) => label.box),
    ...layout.legend.flatMap(({ y, items }) =>
      items.map(({ x, text }) => ({
        left: x,
        top: y - 7,
        width: LEGEND_KEY_WIDTH + 8 + textWidth(text, FONT.legend),
        height: 14,
      })),
    ),
  ];
}

const ANY_POINT: fc.Arbitrary<MadePoint> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('wanda', 'sparsegpt', 'magnitude', 'other'),
      fc.double({ min: 0.05, max: 0.9, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    )
    .map(([method, sparsity, kept]) => prunePoint(method, sparsity, kept)),
  fc
    .tuple(
      fc.constantFrom('Q8_0', 'Q4_K_M', 'IQ2_XXS', 'Q2_K'),
      fc.double({ min: 1.5, max: 9, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    )
    .map(([type, bits, kept]) => quantPoint(type, bits, kept)),
);

describe('layoutChart', () => {
  it('lets no text lie on another or outside the picture, whatever is drawn', () => {
    fc.assert(
      fc.property(fc.array(ANY_POINT, { maxLength: 24 }), fc.integer({ min: 1, max: 5000 }), (points, itemCount) => {
        for (const layout of layoutsOf(points, itemCount)) {
          const boxes = allTexts(layout);
          for (const [index, box] of boxes.entries()) {
            expect(box.left >= 0 && box.top >= 0 && box.left + box.width <= 1200 && box.top + box.height <= 760).toBe(
              true,
            );
            const other = boxes.slice(0, index).find((candidate) => overlaps(box, candidate));
            expect(other, JSON.stringify([box, other])).toBeUndefined();
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keeps every point, inside the plot, with finite places', () => {
    for (const layout of layoutsOf(DEMO_POINTS)) {
      const { plot, series } = layout;
      for (const { px, py, plotX } of series.flatMap((one) => one.points)) {
        expect(px).toBeGreaterThan(plot.left);
        expect(px).toBeLessThan(plot.left + plot.width);
        expect(py).toBeGreaterThanOrEqual(plot.top);
        expect(py).toBeLessThanOrEqual(plot.top + plot.height);
        expect(plotX).toBeGreaterThanOrEqual(layout.xDomain[0]);
        expect(plotX).toBeLessThanOrEqual(layout.xDomain[1]);
      }
    }
  });

  it('sets series that meet at one x apart, and leaves a lone one where it is', () => {
    const points = [prunePoint('wanda', 0.5, 0.8), prunePoint('magnitude', 0.5, 0.8), prunePoint('wanda', 0.3, 0.9)];
    const layout = layoutsOf(points).find((candidate) => candidate.xScale.domain[0] === 0)!;
    const [wanda, magnitude] = layout.series.map((one) => one.points.find(({ point }) => point.x === 0.5)!);
    expect(magnitude!.px - wanda!.px).toBeCloseTo(7, 6);
    expect((magnitude!.plotX + wanda!.plotX) / 2).toBeCloseTo(0.5, 6);
    expect(layout.series[0]!.points[0]!.plotX).toBeCloseTo(0.3, 9);
  });

  it('draws right as more compressed: bits fall, sparsity rises', () => {
    for (const layout of layoutsOf(DEMO_POINTS)) {
      for (const { points } of layout.series) {
        const pixels = points.map((point) => point.px);
        expect(pixels).toEqual(pixels.toSorted((a, b) => a - b));
      }
    }
  });

  it('starts the score axis at 0', () => {
    const scores = layoutsOf(DEMO_POINTS).filter((layout) => !layout.yScale.isLog);
    expect(scores.length).toBeGreaterThan(0);
    for (const layout of scores) expect(layout.yScale.domain[0]).toBe(0);
  });
});
