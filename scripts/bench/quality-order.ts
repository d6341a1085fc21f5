// Whether the methods stand in the order that theory gives them: what each recipe of one amount leaves of the real model on held-out text.
import { join } from 'node:path';
import type { RecipeStep } from '../../src/shared/recipe.ts';
import { C4_SAMPLE, sharedData } from '../../test/support/outside-data.ts';
import type { BenchReport } from './bench-report.ts';
import type { BenchSetting } from './bench-setting.ts';

const CHUNKS = 8;
const CONTEXT_SIZE = 512;
const GRID = { bits: 3, groupSize: 128 };
const Q4_0: RecipeStep = { method: 'quantize', params: { type: 'Q4_0' } };

type Measured = Awaited<ReturnType<typeof measure>>;

export async function benchQualityOrder(setting: BenchSetting, report: BenchReport): Promise<void> {
  const calibration = sharedData(C4_SAMPLE);
  const { smolPath, wikitextPath } = setting;
  if (smolPath === undefined || wikitextPath === undefined || calibration === undefined) {
    return report.skip('order of quality', 'SmolLM2, wikitext-2 or the C4 sample is not on this machine');
  }
  const text = { calibration, calibrationSamples: 32, calibrationLength: 512 };
  // As the papers measure: each layer behind those already compressed.
  const inTurn = { ...text, stats: 'sequential' };
  const results = new Map<string, Measured>();
  const add = async (name: string, steps: readonly RecipeStep[]): Promise<void> => {
    const result = await measure(setting, smolPath, wikitextPath, steps);
    if (results.size === 0) report.note(`F16: perplexity ${result.perplexityDense.toFixed(2)}`);
    results.set(name, result);
    report.note(lineOf(name, result));
  };
  await add('magnitude 50 %', [{ method: 'magnitude', params: { sparsity: 0.5 } }]);
  await add('Wanda 50 %', [{ method: 'wanda', params: { sparsity: 0.5, ...inTurn } }]);
  await add('SparseGPT 50 %', [{ method: 'sparsegpt', params: { sparsity: 0.5, ...inTurn } }]);
  await add('round to nearest, 3 bits', [{ method: 'rtn', params: GRID }]);
  await add('GPTQ, 3 bits', [{ method: 'gptq', params: { ...GRID, ...inTurn } }]);
  await add('GPTQ, 3 bits, strongest inputs first', [
    { method: 'gptq', params: { ...GRID, ...inTurn, actOrder: true } },
  ]);
  await add('GPTQ, 3 bits, dense statistics', [{ method: 'gptq', params: { ...GRID, ...text } }]);
  await add('GPTQ, 3 bits, dense statistics, strongest inputs first', [
    { method: 'gptq', params: { ...GRID, ...text, actOrder: true } },
  ]);
  await add('Q4_0', [Q4_0]);
  await add('AWQ, then Q4_0', [{ method: 'awq', params: text }, Q4_0]);
  compare(report, results, 'Wanda 50 %', 'magnitude 50 %');
  compare(report, results, 'SparseGPT 50 %', 'magnitude 50 %');
  compare(report, results, 'GPTQ, 3 bits', 'round to nearest, 3 bits');
  compare(report, results, 'AWQ, then Q4_0', 'Q4_0');
}

async function measure(setting: BenchSetting, dense: string, textPath: string, steps: readonly RecipeStep[]) {
  const model = join(setting.folder, 'quality-order.gguf');
  await setting.call('compress', {
    model: dense,
    outputPath: model,
    recipe: { steps: [...steps] },
    force: true,
    ...setting.device,
  });
  const options = { textPath, contextSize: CONTEXT_SIZE, chunkCount: CHUNKS, ...setting.device };
  return setting.call('compareModels', { dense, model, ...options });
}

function lineOf(
  name: string,
  { perplexity, meanKlDivergence, standardError, topTokenAgreementRatio }: Measured,
): string {
  const divergence = `${meanKlDivergence.toFixed(4)} +- ${standardError.toFixed(4)}`;
  const agreement = `${(topTokenAgreementRatio * 100).toFixed(1)} %`;
  return `| ${name} | ${perplexity.toFixed(2)} | ${divergence} | ${agreement} |`;
}

function compare(report: BenchReport, results: ReadonlyMap<string, Measured>, better: string, worse: string): void {
  const [ours, theirs] = [results.get(better)!, results.get(worse)!];
  report.add({
    what: `${better} against ${worse}`,
    measured: `${(ours.meanKlDivergence / theirs.meanKlDivergence).toFixed(3)} x the KL divergence, ${(ours.perplexity / theirs.perplexity).toFixed(3)} x the perplexity`,
    bar: 'both below 1 x',
    passed: ours.meanKlDivergence < theirs.meanKlDivergence && ours.perplexity < theirs.perplexity,
  });
}
