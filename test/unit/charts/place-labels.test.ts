import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlaps, placePointLabels, spreadColumn } from '../../../src/renderer/charts/place-labels.ts';

describe('spreadColumn', () => {
  it('keeps the order of the wishes, their gap and the ends of the column', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 12 }), (wishes) => {
        const centres = spreadColumn(wishes, 20, 0, 400);
        const order = wishes.map((_, index) => index).sort((a, b) => wishes[a]! - wishes[b]! || a - b);
        for (const [place, index] of order.entries()) {
          expect(centres[index]).toBeGreaterThanOrEqual(-1e-6);
          expect(centres[index]).toBeLessThanOrEqual(400 + 1e-6);
          if (place > 0) expect(centres[index]! - centres[order[place - 1]!]!).toBeGreaterThanOrEqual(20 - 1e-6);
        }
      }),
    );
  });

  it('leaves wishes alone that do not touch', () => {
    expect(spreadColumn([300, 100, 200], 20, 0, 400)).toEqual([300, 100, 200]);
  });

  it('sets labels of one wish around it, not all below', () => {
    expect(spreadColumn([100, 100, 100], 20, 0, 400)).toEqual([80, 100, 120]);
  });

  it('squeezes rather than leaves the column when there is no room', () => {
    const centres = spreadColumn(new Array<number>(11).fill(50), 20, 0, 100);
    expect(Math.min(...centres)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...centres)).toBeLessThanOrEqual(100);
  });
});

describe('placePointLabels', () => {
  const area = { left: 0, top: 0, width: 400, height: 300 };

  it('never lets a label lie on another, on an obstacle or outside', () => {
    const point = fc.record({ x: fc.integer({ min: 0, max: 400 }), y: fc.integer({ min: 0, max: 300 }) });
    fc.assert(
      fc.property(fc.array(point, { maxLength: 30 }), (points) => {
        const obstacles = points.map(({ x, y }) => ({ left: x - 6, top: y - 6, width: 12, height: 12 }));
        const boxes = placePointLabels(
          points.map((place) => ({ ...place, width: 44, height: 13 })),
          obstacles,
          area,
        );
        const placed = boxes.filter((box) => box !== undefined);
        for (const [index, box] of placed.entries()) {
          expect(box.left >= 0 && box.top >= 0 && box.left + box.width <= 400 && box.top + box.height <= 300).toBe(
            true,
          );
          expect([...obstacles, ...placed.slice(0, index)].some((other) => overlaps(box, other))).toBe(false);
        }
      }),
    );
  });

  it('drops a label that has no free place, not its neighbours', () => {
    const wall = { left: 0, top: 0, width: 200, height: 300 };
    const boxes = placePointLabels(
      [
        { x: 100, y: 100, width: 40, height: 13 },
        { x: 300, y: 100, width: 40, height: 13 },
      ],
      [wall],
      area,
    );
    expect(boxes.map((box) => box !== undefined)).toEqual([false, true]);
  });
});
