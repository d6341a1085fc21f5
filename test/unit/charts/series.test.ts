import { describe, expect, it } from 'vitest';
import { METHODS } from '../../../src/main/engine/compress/registry.ts';
import { CHART_THEMES } from '../../../src/renderer/charts/chart-theme.ts';
import { identifySeries, SERIES_SLOTS, seriesOfRecipe, typeOfRecipe } from '../../../src/shared/series.ts';

function luminance(hex: string): number {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const [red, green, blue] = channels.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light! + 0.05) / (dark! + 0.05);
}

describe('series slots', () => {
  it('tell eight series apart by colour and by marker', () => {
    expect(SERIES_SLOTS.map((slot) => slot.slot)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    for (const key of ['light', 'dark', 'marker'] as const)
      expect(new Set(SERIES_SLOTS.map((slot) => slot[key])).size).toBe(8);
  });

  it.each(['light', 'dark'] as const)('stand out from the %s background by 3:1, words by 4.5:1', (name) => {
    const theme = CHART_THEMES[name];
    for (const { slot } of SERIES_SLOTS)
      expect(contrast(theme.series(slot), theme.background), `slot ${slot}`).toBeGreaterThanOrEqual(3);
    for (const ink of [theme.ink, theme.ink2, theme.ink3, theme.chance])
      expect(contrast(ink, theme.background)).toBeGreaterThanOrEqual(4.5);
    for (const mark of [theme.dense, theme.axis]) expect(contrast(mark, theme.background)).toBeGreaterThanOrEqual(3);
  });
});

describe('seriesOfRecipe', () => {
  const step = (method: string, params: Record<string, unknown> = {}) => ({ method, params });

  it.each([
    [[step('wanda', { sparsity: 0.5 })], 'wanda', 'Wanda', 1],
    [[step('magnitude', { sparsity: 0.5 })], 'magnitude', 'magnitude', 3],
    [[step('quantize', { type: 'Q4_K_M' })], 'quantize-k', 'K-quants', 4],
    [[step('quantize', { type: 'Q4_K_M', imatrix: 'x.gguf' })], 'quantize-imatrix', 'K-quants, imatrix', 5],
    [[step('quantize', { type: 'IQ2_XXS', imatrix: 'x.gguf' })], 'quantize-i', 'I-quants', 5],
    [[step('wanda'), step('quantize', { type: 'Q4_K_M' })], 'wanda+Q4_K_M', 'Wanda, then Q4_K_M', 1],
    [[step('wanda', { pattern: '2:4' })], 'wanda-nm', 'Wanda N:M', 1],
    [[step('toString')], 'toString', 'toString', 8],
  ])('gives %j a line of its own kind', (steps, id, label, slot) => {
    expect(seriesOfRecipe({ steps })).toMatchObject({ id, label, slot });
  });

  it('knows every method of the registry by more than its id', () => {
    const unknown = seriesOfRecipe({ steps: [step('no-method')] });
    for (const { id } of METHODS) {
      const { label, slot } = seriesOfRecipe({ steps: [step(id)] });
      expect({ label, slot }, id).not.toEqual({ label: id, slot: unknown.slot });
    }
  });

  it('gives a line of its own to what differs beyond the amount, and names it', () => {
    const wanda = (sparsity: number, calibrationSamples: number, stats = 'dense') => ({
      steps: [step('wanda', { sparsity, calibrationSamples, stats, seed: sparsity })],
    });
    const few = [wanda(0.4, 8), wanda(0.5, 8), wanda(0.5, 128)];
    const identify = identifySeries(few);
    expect(few.map((recipe) => identify(recipe).label)).toEqual([
      'Wanda, 8 samples',
      'Wanda, 8 samples',
      'Wanda, 128 samples',
    ]);
    expect(identify(few[0]!).id).toBe(identify(few[1]!).id);
    expect(identifySeries([wanda(0.4, 8), wanda(0.5, 8)])(wanda(0.4, 8))).toEqual(seriesOfRecipe(wanda(0.4, 8)));
    const both = [wanda(0.5, 8), wanda(0.5, 8, 'sequential')];
    expect(identifySeries(both)(both[1]!).label).toBe('Wanda, stats sequential');
  });

  it('tells quantizers of its own from those of llama.cpp', () => {
    const look = (quantizer: string) => seriesOfRecipe({ steps: [step('quantize', { type: 'Q4_0', quantizer })] });
    expect([look('llama'), look('gptq')].map(({ id, label, slot }) => [id, label, slot])).toEqual([
      ['quantize-k', 'K-quants', 4],
      ['quantize-gptq', 'GPTQ', 6],
    ]);
  });

  it('reads the type that a recipe ends with', () => {
    expect(typeOfRecipe({ steps: [step('quantize', { type: 'Q8_0' }), step('quantize', { type: 'Q4_K' })] })).toBe(
      'Q4_K',
    );
    expect(typeOfRecipe(null)).toBeUndefined();
  });
});
