// Runs the reference code of Wanda, SparseGPT and GPTQ through torch-reference.py. Nothing of it is in this repository:
//   WHITTLE_TORCH       a Python with torch and transformers
//   WHITTLE_REFERENCES  a folder with clones: github.com/locuslab/wanda as wanda, github.com/IST-DASLab/gptq as gptq
//   the model in Hugging Face's format beside the GGUF, as test/support/outside-data.ts finds it
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { readCalibrationText } from '../../src/main/engine/calibration/calibration-text.ts';
import { sampleText } from '../../src/main/engine/calibration/sample-text.ts';
import { ModelSession } from '../../src/main/engine/native/model-session.ts';
import { sharedData, testModel } from '../../test/support/outside-data.ts';
import type { BenchSetting } from './bench-setting.ts';
import { type MemoryPeak, MemoryWatch } from './watch-memory.ts';

export interface ReferenceSettings {
  readonly method: 'wanda' | 'sparsegpt' | 'gptq';
  readonly sparsity?: number;
  /** Zeroed, of how many. */
  readonly pattern?: readonly [number, number];
  readonly bits?: number;
  readonly groupSize?: number;
  /** Standard deviation of what embeddings are moved by, as a share of themselves: to see how much a small difference decides. */
  readonly noise?: number;
  readonly noiseSeed?: number;
}

export interface ReferenceRun {
  /** From the loaded model to the changed one. */
  readonly elapsedMs: number;
  readonly peak: MemoryPeak;
  /** Operations a second of its own matmul, before the run. */
  readonly matmulFlops: number;
  /** The changed matrices as float32 files named as in a GGUF, where they were asked for. */
  readonly outputFolder?: string | undefined;
}

/** Tokens of a sample. */
export const SAMPLE_LENGTH = 512;

/** Documents that both sides read. */
export const calibrationPath = (): string | undefined => sharedData('c4/c4_sample.jsonl');

export class Reference {
  readonly #python: string;
  readonly #sources: string;
  readonly #model: string;
  readonly #folder: string;
  readonly #threads: number;
  readonly #samplesPath: string;

  private constructor(python: string, sources: string, model: string, folder: string, threads: number) {
    this.#python = python;
    this.#sources = sources;
    this.#model = model;
    this.#folder = folder;
    this.#threads = threads;
    this.#samplesPath = join(folder, 'samples.json');
  }

  /** What is missing, as text, when it cannot run here. `ggufPath` gives the token ids. */
  static find(ggufPath: string, { folder, threads, sampleCount }: BenchSetting): Reference | string {
    const { WHITTLE_TORCH: python, WHITTLE_REFERENCES: sources } = process.env;
    const model = testModel('smollm2-135m-instruct');
    const text = calibrationPath();
    if (python === undefined || sources === undefined) return 'WHITTLE_TORCH and WHITTLE_REFERENCES are not set';
    if (!existsSync(join(sources, 'wanda')) || !existsSync(join(sources, 'gptq'))) return `${sources} holds no clones`;
    if (model === undefined || text === undefined) return 'the model or the calibration text is not on this machine';
    const reference = new Reference(python, sources, model, folder, threads);
    reference.#writeSamples(ggufPath, text, sampleCount);
    return reference;
  }

  #writeSamples(ggufPath: string, textPath: string, sampleCount: number): void {
    using session = ModelSession.open({ modelPath: ggufPath, vocabOnly: true });
    const samples = sampleText(
      readCalibrationText(textPath),
      (document) => session.tokenize(document, { addSpecial: true }),
      {
        sampling: 'first',
        sampleCount,
        sampleLength: SAMPLE_LENGTH,
        seed: 0,
      },
    );
    writeFileSync(this.#samplesPath, JSON.stringify(samples.map((sample) => [...sample])));
  }

  async run(settings: ReferenceSettings, keepOutput = false): Promise<ReferenceRun> {
    const name = `reference-${settings.method}-${settings.pattern?.join('-') ?? settings.sparsity ?? settings.bits}`;
    const settingsPath = join(this.#folder, `${name}.json`);
    const outputFolder = keepOutput ? join(this.#folder, name) : undefined;
    writeFileSync(settingsPath, JSON.stringify({ ...settings, threads: this.#threads }));
    if (outputFolder !== undefined) mkdirSync(outputFolder, { recursive: true });
    const script = fileURLToPath(new URL('torch-reference.py', import.meta.url));
    const outputs = outputFolder === undefined ? [] : [outputFolder];
    const args = [script, this.#sources, this.#model, this.#samplesPath, settingsPath, ...outputs];
    return { ...(await this.#spawn(args)), outputFolder };
  }

  async #spawn(args: readonly string[]): Promise<Omit<ReferenceRun, 'outputFolder'>> {
    const env = { ...process.env, OMP_NUM_THREADS: String(this.#threads), HF_HUB_OFFLINE: '1' };
    const child = spawn(this.#python, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const watch = new MemoryWatch();
    let errors = '';
    child.stderr.on('data', (text) => {
      errors = `${errors}${text}`.slice(-4000);
    });
    let elapsedMs: number | undefined;
    let matmulFlops = 0;
    createInterface(child.stdout).on('line', (line) => {
      if (!line.startsWith('REFERENCE ')) return;
      const facts: { loaded?: true; elapsedMs?: number; matmulFlops?: number } = JSON.parse(
        line.slice('REFERENCE '.length),
      );
      if (facts.loaded) watch.reset();
      elapsedMs = facts.elapsedMs ?? elapsedMs;
      matmulFlops = facts.matmulFlops ?? matmulFlops;
    });
    const status = await new Promise((resolve) => child.on('close', resolve));
    const peak = watch.stop();
    if (status !== 0 || elapsedMs === undefined) throw new Error(`the reference failed (${status}): ${errors}`);
    return { elapsedMs, peak, matmulFlops };
  }
}
