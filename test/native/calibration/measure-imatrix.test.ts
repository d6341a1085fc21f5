import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Imatrix, readImatrix } from '../../../src/main/engine/calibration/imatrix-file.ts';
import { imatrixJobSchema } from '../../../src/main/engine/calibration/imatrix-job.ts';
import { measureImatrix } from '../../../src/main/engine/calibration/measure-imatrix.ts';
import {
  EMBEDDED_CALIBRATION_TEXT,
  EMBEDDED_DEMO_MODEL,
  embeddedPath,
} from '../../../src/main/engine/embedded-files.ts';
import { readGguf } from '../../../src/main/engine/gguf/read-gguf.ts';
import type { JobContext } from '../../../src/main/engine/jobs/job-context.ts';
import { LLAMA_CPP_RELEASE } from '../../../src/main/engine/native/abi.generated.ts';
import { ModelSession } from '../../../src/main/engine/native/model-session.ts';
import { makeTinyLlama } from '../../support/make-gguf.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { makeTinyMixture } from '../native/make-tiny-mixture.ts';

const DEMO = embeddedPath(EMBEDDED_DEMO_MODEL);
const TEXT = embeddedPath(EMBEDDED_CALIBRATION_TEXT);
const PEERS = process.env['WHITTLE_PEERS'] ?? join(homedir(), '.cache', 'whittle-peers');
const LLAMA_IMATRIX = join(PEERS, `llama.cpp-${LLAMA_CPP_RELEASE}`, 'build', 'bin', 'llama-imatrix');

const quiet: JobContext = { signal: new AbortController().signal, progress: () => {}, log: () => {} };
const codeOf = (code: string) => expect.objectContaining({ code });

const measure = (job: Record<string, unknown>, context = quiet) =>
  measureImatrix(imatrixJobSchema.parse({ textPath: TEXT, gpu: 'none', threads: 1, ...job }), context);

/** Aborts when `chunkCount` chunks have been read. */
function stopAfter(chunkCount: number): JobContext {
  const controller = new AbortController();
  const progress: JobContext['progress'] = ({ done }) => {
    if (done >= chunkCount) controller.abort();
  };
  return { signal: controller.signal, progress, log: () => {} };
}

function largestRelativeDifference(a: Imatrix, b: Imatrix): number {
  expect([...a.entries.keys()].sort()).toEqual([...b.entries.keys()].sort());
  let largest = 0;
  for (const [name, { sums, counts }] of a.entries) {
    const other = b.entries.get(name)!;
    expect([...counts]).toEqual([...other.counts]);
    for (const [index, sum] of sums.entries()) {
      largest = Math.max(largest, Math.abs(sum - other.sums[index]!) / Math.max(1e-9, Math.abs(sum)));
    }
  }
  return largest;
}

/** Root of sum (a - b)^2 / sum a^2 of the worst tensor: kernels of another CPU family move a weak column by more than its share. */
function largestTensorDifference(a: Imatrix, b: Imatrix): number {
  expect([...a.entries.keys()].sort()).toEqual([...b.entries.keys()].sort());
  const differences = [...a.entries].map(([name, { sums, counts }]) => {
    const other = b.entries.get(name)!;
    expect([...counts]).toEqual([...other.counts]);
    const error = sums.reduce((total, sum, index) => total + (sum - other.sums[index]!) ** 2, 0);
    return Math.sqrt(error / sums.reduce((total, sum) => total + sum ** 2, 0));
  });
  return Math.max(...differences);
}

describe('the importance matrix of a text', () => {
  it('is the sum of squares of all inputs, chunk by chunk with the begin token in front', async () => {
    const folder = tempFolder();
    const [modelPath, outputPath] = [join(folder, 'in.gguf'), join(folder, 'imatrix.gguf')];
    makeTinyLlama(modelPath, { hiddenSize: 64 });
    const result = await measure({ modelPath, outputPath, contextSize: 64, chunkCount: 3 });
    expect(result).toMatchObject({ path: outputPath, chunkCount: 3, tokenCount: 192, tensorCount: 14 });
    const wanted = slowSums(modelPath, 64, 3);
    const imatrix = readImatrix(outputPath);
    expect(imatrix).toMatchObject({ chunkCount: 3, chunkSize: 64, datasets: [TEXT] });
    for (const [name, { sums, counts }] of imatrix.entries) {
      expect([...counts]).toEqual([192]);
      for (const [index, sum] of sums.entries()) expect(sum / wanted.get(name)![index]!).toBeCloseTo(1, 5);
    }
    expect(readdirSync(folder).sort()).toEqual(['imatrix.gguf', 'in.gguf']);
  });

  it('is kept in the form of llama.cpp', async () => {
    const folder = tempFolder();
    const [modelPath, outputPath] = [join(folder, 'in.gguf'), join(folder, 'imatrix.gguf')];
    makeTinyLlama(modelPath, { hiddenSize: 64, layerCount: 1 });
    await measure({ modelPath, outputPath, contextSize: 64, chunkCount: 1 });
    const { metadata, tensors } = readGguf(outputPath);
    expect(metadata.get('general.type')?.asString()).toBe('imatrix');
    expect(metadata.get('imatrix.chunk_count')).toMatchObject({ type: 'uint32' });
    expect(tensors.slice(0, 2)).toMatchObject([
      { name: 'blk.0.attn_k.weight.in_sum2', shape: [64, 1], type: 'F32' },
      { name: 'blk.0.attn_k.weight.counts', shape: [1, 1], type: 'F32' },
    ]);
  });

  it('counts the tokens of every expert', async () => {
    const folder = tempFolder();
    const [modelPath, outputPath] = [join(folder, 'in.gguf'), join(folder, 'imatrix.gguf')];
    makeTinyMixture(modelPath, { hiddenSize: 64, feedForwardSize: 32, expertCount: 4, usedCount: 2 });
    await measure({ modelPath, outputPath, contextSize: 64, chunkCount: 2 });
    const { entries } = readImatrix(outputPath);
    for (const kind of ['gate', 'up', 'down']) {
      const { sums, counts } = entries.get(`blk.1.ffn_${kind}_exps.weight`)!;
      expect(counts).toHaveLength(4);
      expect(counts.reduce((sum, count) => sum + count)).toBe(2 * 128);
      expect(sums).toHaveLength(4 * (kind === 'down' ? 32 : 64));
    }
  });
});

/** Plain loops over whole chunks, the output matrix computed and all. */
function slowSums(modelPath: string, contextSize: number, chunkCount: number): Map<string, number[]> {
  const sums = new Map<string, number[]>();
  const session = ModelSession.open({
    modelPath,
    contextSize,
    gpu: 'none',
    matmulObserver: {
      observe: ({ weightName, columns, values }) => {
        const sum = sums.get(weightName) ?? new Array<number>(columns).fill(0);
        for (const [index, value] of values().entries()) sum[index % columns]! += value * value;
        sums.set(weightName, sum);
      },
    },
  });
  const tokens = session.tokenize(readFileSync(TEXT, 'utf8'), { addSpecial: true });
  for (let chunk = 0; chunk < chunkCount; chunk++) {
    const piece = tokens.slice(chunk * contextSize, (chunk + 1) * contextSize);
    piece[0] = session.bosToken;
    session.clear();
    session.decodeRun(piece, { logits: 'all' });
  }
  session.close();
  return sums;
}

describe('a stopped measurement', () => {
  it('keeps what was read, and goes on to the same sums when asked to resume', async () => {
    const folder = tempFolder();
    const [outputPath, wholePath] = [join(folder, 'imatrix.gguf'), join(folder, 'whole.gguf')];
    const job = { modelPath: DEMO, outputPath, contextSize: 64, chunkCount: 24 };
    await expect(measure(job, stopAfter(16))).rejects.toThrow(codeOf('CANCELLED'));
    expect(readdirSync(folder)).toEqual(['imatrix.gguf.partial']);
    let firstDone = Number.POSITIVE_INFINITY;
    const listening: JobContext = {
      ...quiet,
      progress: ({ done }) => {
        firstDone = Math.min(firstDone, done);
      },
    };
    const result = await measure({ ...job, resume: true }, listening);
    expect(firstDone).toBeGreaterThan(16);
    expect(result).toMatchObject({ chunkCount: 24, tokenCount: 24 * 64 });
    await measure({ ...job, outputPath: wholePath });
    expect(largestRelativeDifference(readImatrix(outputPath), readImatrix(wholePath))).toBeLessThan(1e-6);
    expect(readdirSync(folder).sort()).toEqual(['imatrix.gguf', 'whole.gguf']);
  });

  it('is not resumed with other settings', async () => {
    const folder = tempFolder();
    const outputPath = join(folder, 'imatrix.gguf');
    const job = { modelPath: DEMO, outputPath, contextSize: 64, chunkCount: 16 };
    await expect(measure(job, stopAfter(8))).rejects.toThrow(codeOf('CANCELLED'));
    const result = await measure({ ...job, contextSize: 32, resume: true });
    expect(readImatrix(result.path)).toMatchObject({ chunkCount: 16, chunkSize: 32 });
    expect([...(readImatrix(result.path).entries.get('blk.0.attn_q.weight')?.counts ?? [])]).toEqual([16 * 32]);
  });
});

describe('refusals', () => {
  it('names a text that is too short, and leaves nothing', async () => {
    const folder = tempFolder();
    const textPath = join(folder, 'text.txt');
    writeFileSync(textPath, 'short');
    const job = { modelPath: DEMO, outputPath: join(folder, 'imatrix.gguf'), textPath };
    await expect(measure(job)).rejects.toThrow(codeOf('BAD_DATA'));
    expect(readdirSync(folder)).toEqual(['text.txt']);
  });

  it('does not replace a file unasked', async () => {
    const folder = tempFolder();
    const outputPath = join(folder, 'imatrix.gguf');
    writeFileSync(outputPath, 'mine');
    await expect(measure({ modelPath: DEMO, outputPath })).rejects.toThrow(codeOf('FILE_EXISTS'));
  });
});

it('agrees with llama-imatrix within 1e-3', async ({ skip }) => {
  if (!existsSync(LLAMA_IMATRIX)) return skip('llama-imatrix is not built: scripts/bench/build-peers.ts makes it');
  const folder = tempFolder();
  const [outputPath, peerPath] = [join(folder, 'imatrix.gguf'), join(folder, 'peer.gguf')];
  await measure({ modelPath: DEMO, outputPath, chunkCount: 8 });
  const flags = ['-m', DEMO, '-f', TEXT, '-o', peerPath, '--chunks', '8', '-t', '1', '--no-ppl'];
  expect(spawnSync(LLAMA_IMATRIX, flags).status).toBe(0);
  expect(largestTensorDifference(readImatrix(outputPath), readImatrix(peerPath))).toBeLessThan(1e-3);
});
