// `npm run bench`: speed and results beside llama.cpp's own tools, built from the source of the very release that Whittle uses.
// Usage: npm run bench -- [--only bytes,wall,imatrix,perplexity,divergence,memory,mmlu,methods,large,reference,window,order,feedback] [--threads N] [--repeats N] [--folder DIR] [--methods NAMES] [--samples N]
// --samples: fewer than 32 for a trial of methods and reference; their bars are those of 32. --methods: of methods and reference, only these of algebra, wanda, sparsegpt, gptq, feedback.
// Needs an idle machine, and half an hour once to build the peers.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { benchFeedback } from './bench-feedback.ts';
import { benchLarge } from './bench-large.ts';
import { benchMemory } from './bench-memory.ts';
import { benchMethods } from './bench-methods.ts';
import { benchQuantizedBytes, benchQuantizeWall } from './bench-quantize.ts';
import { BenchReport } from './bench-report.ts';
import { BenchSetting } from './bench-setting.ts';
import { benchDivergence, benchImatrixSpeed, benchPerplexity } from './bench-text.ts';
import { benchWindow } from './bench-window.ts';
import { benchMmluThroughput } from './mmlu-throughput.ts';
import { benchQualityOrder } from './quality-order.ts';
import { benchReferenceQuality } from './reference-quality.ts';

const PARTS: Readonly<Record<string, (setting: BenchSetting, report: BenchReport) => Promise<void>>> = {
  bytes: benchQuantizedBytes,
  wall: benchQuantizeWall,
  imatrix: benchImatrixSpeed,
  perplexity: benchPerplexity,
  divergence: benchDivergence,
  memory: benchMemory,
  mmlu: benchMmluThroughput,
  methods: benchMethods,
  large: benchLarge,
  reference: benchReferenceQuality,
  window: benchWindow,
  order: benchQualityOrder,
  feedback: benchFeedback,
};

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(PARTS).join(',') },
    threads: { type: 'string', default: String(availableParallelism()) },
    repeats: { type: 'string', default: '5' },
    folder: { type: 'string' },
    methods: { type: 'string' },
    samples: { type: 'string', default: '32' },
  },
});

const folder = values.folder === undefined ? mkdtempSync(join(tmpdir(), 'whittle-bench-')) : resolve(values.folder);
mkdirSync(folder, { recursive: true });
const setting = new BenchSetting({
  folder,
  threads: Number(values.threads),
  repeats: Number(values.repeats),
  sampleCount: Number(values.samples),
  methods: values.methods?.split(','),
});
const report = new BenchReport();
console.log(`${setting.threads} threads, medians of ${setting.repeats}, on the CPU`);
try {
  for (const name of values.only.split(',')) {
    const part = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
    if (part === undefined) throw new Error(`there is no part ${name}; parts: ${Object.keys(PARTS).join(', ')}`);
    await part(setting, report);
  }
} finally {
  if (values.folder === undefined) rmSync(folder, { recursive: true, force: true });
}
process.exitCode = report.allPassed ? 0 : 1;
