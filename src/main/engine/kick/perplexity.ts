// Perplexity of a text as a job of its own: the same windows and sums as the task, without samples or journal.
import { z } from 'zod';
import type { JobContext } from '../jobs/job-context.ts';
import { yieldToEvents } from '../models/yield-to-events.ts';
import { decodeWindow } from './decode-window.ts';
import { openSession } from './open-session.ts';
import { addSums, type LikelihoodSums, meanNllError, summarizeWindow, windowPerplexity } from './perplexity-sums.ts';
import { readWindows, textFieldsSchema } from './text-input.ts';

const perplexityInputSchema = textFieldsSchema.extend({
  modelPath: z.string().min(1),
  protocol: z.enum(['llama.cpp', 'paper']).default('llama.cpp'),
});

export interface PerplexityResult {
  readonly perplexity: number;
  /** Of the perplexity, as llama.cpp computes it. */
  readonly standardError: number;
  /** Tokens that went through the model. */
  readonly tokenCount: number;
  readonly scoredTokenCount: number;
  readonly chunkCount: number;
  /** Without loading the model. */
  readonly elapsedMs: number;
  readonly tokensPerSecond: number;
}

export async function measurePerplexity(rawInput: unknown, context: JobContext): Promise<PerplexityResult> {
  const input = perplexityInputSchema.parse(rawInput);
  const { windows, windowTokens, scoreFrom } = readWindows(
    input.modelPath,
    input,
    input.protocol === 'paper' ? 'paper' : 'standard',
  );
  using session = openSession({ ...input, cells: windowTokens, sequences: 1 }, context);
  const startedMs = performance.now();
  const parts: LikelihoodSums[] = [];
  for (const [index, window] of windows.entries()) {
    for (const { batchIndices, targets } of decodeWindow(session, window, scoreFrom)) {
      parts.push(summarizeWindow(session.logProbabilities(batchIndices, targets)));
    }
    context.progress({ stage: 'perplexity', done: index + 1, total: windows.length, unit: 'chunks' });
    await yieldToEvents(context.signal);
  }
  const sums = addSums(parts);
  const perplexity = windowPerplexity(sums);
  const elapsedMs = performance.now() - startedMs;
  const tokenCount = windows.length * windowTokens;
  return {
    perplexity,
    standardError: perplexity * meanNllError(sums),
    tokenCount,
    scoredTokenCount: sums.token_count,
    chunkCount: windows.length,
    elapsedMs: Math.round(elapsedMs),
    tokensPerSecond: (tokenCount * 1000) / elapsedMs,
  };
}
