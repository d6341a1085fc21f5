// Reading a text beside llama.cpp's tools: speed of imatrix and perplexity, and the values of perplexity and KL divergence.
import { join } from 'node:path';
import type { Progress } from '../../src/shared/progress.ts';
import { compress } from './bench-quantize.ts';
import { type BenchReport, median } from './bench-report.ts';
import type { BenchSetting } from './bench-setting.ts';
import { numberAfter, type PeerRun, peerCpuFamily, runPeer, stampOf } from './run-peer.ts';

const CONTEXT_SIZE = 512;
const SPEED_CHUNKS = 8;
const KLD_CHUNKS = 16;
const LEAST_SPEED_RATIO = 0.95;
const MOST_PERPLEXITY_DIFFERENCE = 0.001;
const MOST_KLD_DIFFERENCE = 0.02;
const MOST_AGREEMENT_DIFFERENCE = 0.006;

interface RealInput {
  readonly model: string;
  readonly textPath: string;
}

/** Both, or undefined and a line that says what is missing. */
function realInput({ smolPath, wikitextPath }: BenchSetting, what: string, report: BenchReport): RealInput | undefined {
  if (smolPath !== undefined && wikitextPath !== undefined) return { model: smolPath, textPath: wikitextPath };
  report.skip(what, `${smolPath === undefined ? 'SmolLM2' : 'wikitext-2'} is not on this machine`);
  return undefined;
}

function peerArgs(setting: BenchSetting, model: string, textPath: string, chunks: number): string[] {
  return [
    '-m',
    model,
    '-f',
    textPath,
    '-c',
    String(CONTEXT_SIZE),
    '--chunks',
    String(chunks),
    '-t',
    String(setting.threads),
  ];
}

function addSpeed(report: BenchReport, what: string, ours: readonly number[], theirs: readonly number[]): void {
  const ratio = median(ours) / median(theirs);
  report.add({
    what: `${what} speed`,
    measured: `${ratio.toFixed(3)} x (${median(ours).toFixed(0)} tokens/s, llama.cpp ${median(theirs).toFixed(0)})`,
    bar: `>= ${LEAST_SPEED_RATIO} x`,
    passed: ratio >= LEAST_SPEED_RATIO,
  });
}

const tokensPerSecond = (tokens: number, elapsedMs: number): number => (tokens / elapsedMs) * 1000;

/** Speed from the end of the first chunk to the end of the last: without hashing and loading the model. */
class ChunkClock {
  readonly #ends: { readonly chunks: number; readonly atMs: number }[] = [];

  readonly see = ({ unit, done }: Progress): void => {
    if (unit === 'chunks' && done > 0) this.#ends.push({ chunks: done, atMs: performance.now() });
  };

  tokensPerSecond(chunkTokens: number): number {
    const first = this.#ends[0]!;
    const last = this.#ends.at(-1)!;
    return tokensPerSecond((last.chunks - first.chunks) * chunkTokens, last.atMs - first.atMs);
  }
}

export async function benchImatrixSpeed(setting: BenchSetting, report: BenchReport): Promise<void> {
  const real = realInput(setting, 'imatrix speed', report);
  if (real === undefined) return;
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let repeat = 0; repeat < setting.repeats; repeat += 1) {
    const outputPath = join(setting.folder, 'speed.imatrix.gguf');
    const options = { contextSize: CONTEXT_SIZE, chunkCount: SPEED_CHUNKS, force: true, ...setting.device };
    const clock = new ChunkClock();
    await setting.call('measureImatrix', { ...real, outputPath, ...options }, clock.see);
    ours.push(clock.tokensPerSecond(CONTEXT_SIZE));
    const args = [...peerArgs(setting, real.model, real.textPath, SPEED_CHUNKS), '--no-ppl', '-o', outputPath];
    const run = runPeer('llama-imatrix', args);
    theirs.push(tokensPerSecond(SPEED_CHUNKS * CONTEXT_SIZE, run.elapsedMs - stampOf(run.output, 'computing over')));
  }
  addSpeed(report, 'imatrix', ours, theirs);
}

/**
 * Values are compared on the same kernels: those of CPU families round activations differently, by more than the bars for quantized models.
 * Speeds are those of the library that each side takes by itself.
 */
async function onPeerKernels<Value>(work: () => Promise<Value>): Promise<Value> {
  const family = peerCpuFamily();
  if (family !== undefined) process.env['WHITTLE_CPU_FAMILY'] = family;
  try {
    return await work();
  } finally {
    delete process.env['WHITTLE_CPU_FAMILY'];
  }
}

/** From the first chunk to the estimate. */
function perplexityMs({ output }: PeerRun): number {
  return stampOf(output, 'Final estimate') - stampOf(output, 'calculating perplexity over');
}

export async function benchPerplexity(setting: BenchSetting, report: BenchReport): Promise<void> {
  const real = realInput(setting, 'perplexity', report);
  if (real === undefined) return;
  const quantized = join(setting.folder, 'perplexity-q4.gguf');
  await compress(setting, real.model, quantized, { type: 'Q4_K_M' });
  for (const [name, model] of [
    ['dense', real.model],
    ['Q4_K_M', quantized],
  ] as const) {
    const ours: number[] = [];
    const theirs: number[] = [];
    let values = { ours: 0, theirs: 0 };
    for (let repeat = 0; repeat < setting.repeats; repeat += 1) {
      const options = { contextSize: CONTEXT_SIZE, chunkCount: SPEED_CHUNKS, ...setting.device };
      const measure = () => setting.call('measurePerplexity', { model, textPath: real.textPath, ...options });
      const result = name === 'dense' ? await measure() : await onPeerKernels(measure);
      ours.push(result.tokensPerSecond);
      const run = runPeer('llama-perplexity', peerArgs(setting, model, real.textPath, SPEED_CHUNKS));
      theirs.push(tokensPerSecond(SPEED_CHUNKS * CONTEXT_SIZE, perplexityMs(run)));
      values = { ours: result.perplexity, theirs: numberAfter(run.output, 'Final estimate: PPL =') };
    }
    if (name === 'dense') addSpeed(report, 'perplexity', ours, theirs);
    const difference = Math.abs(values.ours / values.theirs - 1);
    report.add({
      what: `perplexity of ${name}, wikitext-2, ${SPEED_CHUNKS} chunks`,
      measured: `${values.ours.toFixed(4)}, llama-perplexity ${values.theirs.toFixed(4)} (${(difference * 100).toFixed(3)} %)`,
      bar: 'within 0.1 %',
      passed: difference <= MOST_PERPLEXITY_DIFFERENCE,
    });
  }
}

export async function benchDivergence(setting: BenchSetting, report: BenchReport): Promise<void> {
  const real = realInput(setting, 'KL divergence', report);
  if (real === undefined) return;
  const logits = join(setting.folder, 'dense.kld');
  runPeer('llama-perplexity', [
    ...peerArgs(setting, real.model, real.textPath, KLD_CHUNKS),
    '--kl-divergence-base',
    logits,
  ]);
  for (const type of ['Q4_K_M', 'Q2_K']) {
    const model = join(setting.folder, 'divergence.gguf');
    await compress(setting, real.model, model, { type });
    const options = { textPath: real.textPath, contextSize: CONTEXT_SIZE, chunkCount: KLD_CHUNKS, ...setting.device };
    const ours = await onPeerKernels(() => setting.call('compareModels', { dense: real.model, model, ...options }));
    const flags = ['--kl-divergence-base', logits, '--kl-divergence'];
    const { output } = runPeer('llama-perplexity', [
      '-m',
      model,
      '-c',
      String(CONTEXT_SIZE),
      '-t',
      String(setting.threads),
      ...flags,
    ]);
    const theirKld = numberAfter(output, 'Mean    KLD:');
    const difference = Math.abs(ours.meanKlDivergence / theirKld - 1);
    report.add({
      what: `mean KL divergence, ${type}`,
      measured: `${ours.meanKlDivergence.toFixed(6)}, llama-perplexity ${theirKld.toFixed(6)} (${(difference * 100).toFixed(2)} %)`,
      bar: 'within 2 %',
      passed: difference <= MOST_KLD_DIFFERENCE,
    });
    const theirAgreement = numberAfter(output, 'Same top p:') / 100;
    const apart = Math.abs(ours.topTokenAgreementRatio - theirAgreement);
    report.add({
      what: `same top token, ${type}`,
      measured: `${(ours.topTokenAgreementRatio * 100).toFixed(2)} %, llama-perplexity ${(theirAgreement * 100).toFixed(2)} %`,
      bar: 'within 0.6 points',
      passed: apart <= MOST_AGREEMENT_DIFFERENCE,
    });
  }
}
