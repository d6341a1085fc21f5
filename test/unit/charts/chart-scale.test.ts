import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  linearScale,
  logScale,
  positionOf,
  type Scale,
  ticksBetween,
  tightScale,
  valueAt,
} from '../../../src/renderer/charts/chart-scale.ts';

const SCALES: Readonly<Record<string, (values: readonly number[]) => Scale>> = { linearScale, tightScale, logScale };

const VALUES = fc.array(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 12 });

describe.each(Object.entries(SCALES))('%s', (_name, make) => {
  it('holds all values between its ends, with ascending finite ticks inside', () => {
    fc.assert(
      fc.property(VALUES, (values) => {
        const { domain, ticks } = make(values);
        const slack = 1e-9 * Math.max(...values);
        expect(domain[0]).toBeLessThan(domain[1]);
        expect(domain[0]).toBeLessThanOrEqual(Math.min(...values) + slack);
        expect(domain[1]).toBeGreaterThanOrEqual(Math.max(...values) - slack);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(20);
        expect(ticks).toEqual([...new Set(ticks)].sort((a, b) => a - b));
        expect(
          ticks.every((tick) => Number.isFinite(tick) && tick >= domain[0] - slack && tick <= domain[1] + slack),
        ).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('maps values to places and back', () => {
    fc.assert(
      fc.property(VALUES, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
        const scale = make(values);
        expect(positionOf(scale, valueAt(scale, share))).toBeCloseTo(share, 6);
      }),
    );
  });

  it('stands without any value', () => {
    const { domain, ticks } = make([]);
    expect(domain[0]).toBeLessThan(domain[1]);
    expect(ticks.length).toBeGreaterThanOrEqual(2);
  });
});

describe('round ticks', () => {
  it.each([
    [linearScale([0.654, 0.14]), [0, 0.2, 0.4, 0.6, 0.8]],
    [linearScale([0.6], 8), [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]],
    [linearScale([0, 0]), [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [linearScale([-0.2, 0.3]), [-0.2, -0.1, 0, 0.1, 0.2, 0.3]],
    [tightScale([8.52, 2.2]), [3, 4, 5, 6, 7, 8]],
    [tightScale([0, 0.606]), [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]],
    [tightScale([4.85]), [4.4, 4.6, 4.8, 5, 5.2]],
    [logScale([11.4, 112]), [10, 20, 50, 100, 200]],
    [logScale([0.0013, 0.4]), [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]],
    [logScale([2, 9e5]), [1, 10, 100, 1000, 1e4, 1e5, 1e6]],
  ])('are what a person would write (%#)', (scale, ticks) => {
    expect(scale.ticks).toEqual(ticks);
  });

  it('are free of rounding noise', () => {
    expect(ticksBetween(0, 0.7, 0.1)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
  });
});
