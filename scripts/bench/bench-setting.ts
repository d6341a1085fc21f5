// What every part of the benchmark works with: the engine, the real model and text where they are, threads, a folder.

import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Workbench } from '../../src/main/engine/workbench.ts';
import type { CallInput, CallName, CallOutput } from '../../src/shared/contract.ts';
import type { Progress } from '../../src/shared/progress.ts';
import { SMOLLM2_F16, sharedData, testModel, WIKITEXT2_TEST } from '../../test/support/outside-data.ts';

export interface BenchOptions {
  readonly folder: string;
  readonly threads: number;
  readonly repeats: number;
  readonly sampleCount: number;
  readonly methods?: readonly string[] | undefined;
}

export class BenchSetting {
  readonly folder: string;
  readonly threads: number;
  readonly repeats: number;
  /** Of the calibration that is shared with the reference code. */
  readonly sampleCount: number;
  /** SmolLM2-135M-Instruct in F16. */
  readonly smolPath = testModel(SMOLLM2_F16);
  readonly wikitextPath = sharedData(WIKITEXT2_TEST);
  readonly #workbench: Workbench;
  readonly #methods: readonly string[] | undefined;

  /** `methods`: those that are measured whole; undefined: all. */
  constructor({ folder, threads, repeats, sampleCount, methods }: BenchOptions) {
    this.folder = folder;
    this.threads = threads;
    this.repeats = repeats;
    this.sampleCount = sampleCount;
    this.#methods = methods;
    this.#workbench = new Workbench({ home: `${folder}/home` });
  }

  /** A call of the engine, on the CPU. */
  call<Name extends CallName>(
    name: Name,
    input: CallInput<Name>,
    progress: (progress: Progress) => void = () => {},
  ): Promise<CallOutput<Name>> {
    return this.#workbench.call(name, input, { signal: new AbortController().signal, progress, log: () => {} });
  }

  wants(method: string): boolean {
    return this.#methods?.includes(method) ?? true;
  }

  /** As `call`, in a home of its own: nothing that was measured before is found again. */
  async freshCall<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> {
    const home = mkdtempSync(join(this.folder, 'home-'));
    try {
      const workbench = new Workbench({ home });
      return await workbench.call(name, input, {
        signal: new AbortController().signal,
        progress: () => {},
        log: () => {},
      });
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  }

  get device(): { gpu: 'none'; threads: number } {
    return { gpu: 'none', threads: this.threads };
  }
}
