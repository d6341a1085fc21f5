// Compares a model with the dense one it came from: both read the same windows side by side, and no logits are stored.
import { z } from 'zod';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { yieldToEvents } from '../models/yield-to-events.ts';
import type { ModelSession } from '../native/model-session.ts';
import { type ComparedTokens, type ComparisonStatistics, summarizeComparison } from './comparison-sums.ts';
import { decodeWindow } from './decode-window.ts';
import { openSession } from './open-session.ts';
import { readWindows, textFieldsSchema } from './text-input.ts';
import type { Windows } from './windows.ts';

const compareInputSchema = textFieldsSchema.extend({
  densePath: z.string().min(1),
  modelPath: z.string().min(1),
});

export interface CompareResult extends ComparisonStatistics {
  readonly tokenCount: number;
  readonly chunkCount: number;
  /** Without loading the models. */
  readonly elapsedMs: number;
  readonly tokensPerSecond: number;
}

export async function compareModels(rawInput: unknown, context: JobContext): Promise<CompareResult> {
  const input = compareInputSchema.parse(rawInput);
  const cut = readWindows(input.densePath, input, 'standard');
  checkSameTokens(cut, readWindows(input.modelPath, input, 'standard'), input);
  const needs = { ...input, cells: cut.windowTokens, sequences: 1 };
  using dense = openSession({ ...needs, modelPath: input.densePath }, context);
  using model = openSession(needs, context);
  const startedMs = performance.now();
  const tokens = { klDivergences: [], sameTop: [], denseLogLikelihoods: [], logLikelihoods: [] };
  for (const [index, window] of cut.windows.entries()) {
    compareWindow(dense, model, window, cut.scoreFrom, tokens);
    context.progress({ stage: 'comparing', done: index + 1, total: cut.windows.length, unit: 'chunks' });
    await yieldToEvents(context.signal);
  }
  const elapsedMs = performance.now() - startedMs;
  const tokenCount = cut.windows.length * cut.windowTokens;
  return {
    ...summarizeComparison(tokens),
    tokenCount,
    chunkCount: cut.windows.length,
    elapsedMs: Math.round(elapsedMs),
    tokensPerSecond: (tokenCount * 1000) / elapsedMs,
  };
}

type Mutable<T> = { [Key in keyof T]: T[Key] extends readonly (infer Value)[] ? Value[] : never };

function compareWindow(
  dense: ModelSession,
  model: ModelSession,
  window: Int32Array,
  scoreFrom: number,
  into: Mutable<ComparedTokens>,
): void {
  const ofModel = decodeWindow(model, window, scoreFrom);
  for (const { batchIndices, targets } of decodeWindow(dense, window, scoreFrom)) {
    ofModel.next();
    const { klDivergence, topTokens, otherTopTokens } = dense.compareRows(batchIndices, model, batchIndices);
    into.klDivergences.push(...klDivergence);
    into.sameTop.push(...Array.from(topTokens, (token, row) => token === otherTopTokens[row]));
    into.denseLogLikelihoods.push(...dense.logProbabilities(batchIndices, targets));
    into.logLikelihoods.push(...model.logProbabilities(batchIndices, targets));
  }
}

function checkSameTokens(
  dense: Windows,
  model: Windows,
  { densePath, modelPath }: z.infer<typeof compareInputSchema>,
): void {
  const isSame =
    dense.windowTokens === model.windowTokens &&
    dense.windows.every((window, index) => window.every((token, at) => token === model.windows[index]?.[at]));
  if (isSame) return;
  throw new WorkbenchError(
    'UNSUPPORTED_MODEL',
    `${modelPath} cuts the text into other tokens or windows than ${densePath}. Compare a model with the one it was made from.`,
    { densePath, modelPath },
  );
}
