// Perplexity and the comparison of two models against sums taken straight from the definitions.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  EMBEDDED_DEMO_MODEL,
  EMBEDDED_PERPLEXITY_TEXT,
  embeddedPath,
} from '../../../src/main/engine/embedded-files.ts';
import type { JobContext } from '../../../src/main/engine/jobs/job-context.ts';
import { compareModels } from '../../../src/main/engine/kick/compare.ts';
import { measurePerplexity } from '../../../src/main/engine/kick/perplexity.ts';
import { runKick } from '../../../src/main/engine/kick/run-kick.ts';
import { ModelSession } from '../../../src/main/engine/native/model-session.ts';
import { makeTinyLlama } from '../../support/make-gguf.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { logSoftmax } from './plain-loop.ts';

const modelPath = embeddedPath(EMBEDDED_DEMO_MODEL);
const device = { gpu: 'none', threads: 1 } as const;
const context: JobContext = { signal: new AbortController().signal, progress: () => {}, log: () => {} };
const text = readFileSync(embeddedPath(EMBEDDED_PERPLEXITY_TEXT), 'utf8').trimEnd();

/** ln p of the second half of each window, as llama.cpp's tool describes it, one whole window at a time. */
function slowLogLikelihoods(windowTokens: number, windowCount: number): number[] {
  using session = ModelSession.open({ modelPath, contextSize: windowTokens, batchSize: windowTokens, ...device });
  const tokens = session.tokenize(text);
  const values: number[] = [];
  for (let index = 0; index < windowCount; index++) {
    const window = tokens.slice(index * windowTokens, (index + 1) * windowTokens);
    if (session.addsBos) window[0] = session.bosToken;
    session.clear();
    session.decodeRun(window, { logits: 'all' });
    for (let at = windowTokens / 2; at < windowTokens - 1; at++) {
      values.push(logSoftmax(session.logits(at), window[at + 1]!));
    }
  }
  return values;
}

test('perplexity and its error are those of the definition, and the task gives the same', async () => {
  const values = slowLogLikelihoods(256, 5);
  const mean = values.reduce((sum, value) => sum - value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length - mean * mean;
  const result = await measurePerplexity({ modelPath, contextSize: 256, chunkCount: 5, ...device }, context);
  expect(result.perplexity / Math.exp(mean)).toBeCloseTo(1, 4);
  expect(result.standardError / (Math.exp(mean) * Math.sqrt(variance / (values.length - 1)))).toBeCloseTo(1, 4);
  expect(result).toMatchObject({ tokenCount: 1280, scoredTokenCount: 5 * 127, chunkCount: 5 });
  const { scores } = await runKick(
    { modelPath, tasks: ['perplexity'], contextSize: 256, limit: 5, ...device },
    context,
  );
  expect(scores[0]!.value / result.perplexity).toBeCloseTo(1, 4);
  expect(scores[0]!.itemCount).toBe(5);
});

test('the paper’s windows score every position but the first, in windows that 512 does not divide', async () => {
  const path = join(tempFolder(), 'text.txt');
  writeFileSync(path, text.slice(0, 9000));
  const result = await measurePerplexity({ modelPath, textPath: path, protocol: 'paper', ...device }, context);
  // The demo model's window of 1,024 is below the paper's 2,048.
  expect(result.scoredTokenCount).toBe(result.chunkCount * 1023);
  const tiny = await measurePerplexity({ modelPath, textPath: path, contextSize: 513, ...device }, context);
  expect(tiny.scoredTokenCount).toBe(tiny.chunkCount * (513 - 256 - 1));
});

test('a text shorter than one window is refused', async () => {
  const path = join(tempFolder(), 'short.txt');
  writeFileSync(path, 'Too short.');
  await expect(measurePerplexity({ modelPath, textPath: path, ...device }, context)).rejects.toMatchObject({
    code: 'BAD_DATA',
  });
});

test('a model equals itself: no divergence, full agreement, one perplexity', async () => {
  const result = await compareModels(
    { densePath: modelPath, modelPath, contextSize: 256, chunkCount: 3, ...device },
    context,
  );
  expect(Math.abs(result.meanKlDivergence)).toBeLessThan(1e-6);
  expect(result).toMatchObject({ topTokenAgreementRatio: 1, perplexityRatio: 1, meanProbabilityDifference: 0 });
  expect(result.scoredTokenCount).toBe(3 * 127);
});

test('models that cut a text into other tokens are not compared', async () => {
  const other = join(tempFolder(), 'tiny.gguf');
  makeTinyLlama(other);
  await expect(
    compareModels({ densePath: modelPath, modelPath: other, contextSize: 64, chunkCount: 2, ...device }, context),
  ).rejects.toMatchObject({ code: 'UNSUPPORTED_MODEL' });
});
