import { describe, expect, it } from 'vitest';
import { msOfCompression } from '../../../src/main/engine/sweep/estimate-compression.ts';

const speed = {
  promptTokensPerSecond: 1000,
  decodeTokensPerSecond: 100,
  weightsBytes: 1e6,
  backend: 'cpu',
  threads: 1,
  elapsedMs: 0,
  measuredAt: 0,
};
const ms = (method: string, params: Record<string, unknown>, sizeBytes = 1e6) =>
  msOfCompression({ steps: [{ method, params }] }, sizeBytes, speed);

describe('the time of a compression', () => {
  it('grows with the bytes of the source and with what is read for calibration', () => {
    expect(ms('quantize', { type: 'Q4_K_M' })).toBe(2000);
    expect(ms('quantize', { type: 'Q4_K_M' }, 3e6)).toBe(4000);
    const samples = { sparsity: 0.5, calibrationSamples: 8, calibrationLength: 512 };
    expect(ms('wanda', samples)).toBe(2000 + 8 * 512);
    expect(ms('wanda', { ...samples, stats: 'sequential' })).toBe(2000 + 2 * 8 * 512);
    expect(ms('wanda', { sparsity: 0.5 })).toBe(2000 + 128 * 512);
  });

  it('is not guessed for methods that solve for their weights', () => {
    expect(ms('sparsegpt', { sparsity: 0.5 })).toBeNull();
  });
});
