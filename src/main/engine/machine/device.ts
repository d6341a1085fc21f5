// The device that each choice of a backend leads to on this computer, kept between sessions: finding it takes a process of its own.

import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { serializeError } from '../../../shared/errors.ts';
import type { FoundDevice } from '../../../shared/session/machine-calls.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { runWorkerFile } from '../jobs/run-worker.ts';
import { workerFile } from '../jobs/worker-file.ts';
import { LLAMA_CPP_RELEASE } from '../native/abi.generated.ts';
import type { GpuChoice } from '../native/library-path.ts';
import { JsonFile } from '../settings/json-file.ts';

const deviceSchema = z.object({
  backend: z.enum(['cpu', 'cuda', 'metal', 'vulkan', 'unknown']),
  cpuFamily: z.string().nullable(),
  name: z.string(),
  memoryBytes: z.number().nullable(),
  warnings: z.array(z.string()),
});
const keptSchema = z.record(z.string(), deviceSchema);

/** Asks a worker process; a test may answer itself. */
export type FindDevice = (gpu: GpuChoice) => Promise<FoundDevice>;

export class MachineDevice {
  readonly #file: JsonFile<typeof keptSchema>;
  readonly #find: FindDevice;
  readonly #finding = new Map<GpuChoice, Promise<FoundDevice>>();

  constructor(home: string, find: FindDevice = findInWorker) {
    this.#file = new JsonFile(join(home, 'machine-device.json'), keptSchema, {});
    this.#find = find;
  }

  /** As it was last found. */
  async get(gpu: GpuChoice): Promise<FoundDevice> {
    return this.#file.read()[keyOf(gpu)] ?? (await this.find(gpu));
  }

  /** Looks anew: drivers come and go. A search that fails is told as a device `unknown` with the reason, and not kept. */
  find(gpu: GpuChoice): Promise<FoundDevice> {
    const running = this.#finding.get(gpu) ?? this.#look(gpu);
    this.#finding.set(gpu, running);
    return running.finally(() => this.#finding.delete(gpu));
  }

  /** True when it is another one than was known. */
  async refresh(gpu: GpuChoice): Promise<boolean> {
    const known = this.#file.read()[keyOf(gpu)];
    return !isDeepStrictEqual(await this.find(gpu), known);
  }

  async #look(gpu: GpuChoice): Promise<FoundDevice> {
    try {
      const found = deviceSchema.parse(await this.#find(gpu));
      this.#file.write({ ...this.#file.read(), [keyOf(gpu)]: found });
      return found;
    } catch (error) {
      const warnings = [serializeError(error).message];
      return { backend: 'unknown', cpuFamily: null, name: '', memoryBytes: null, warnings };
    }
  }
}

/** Another llama.cpp, or another CPU library by hand, is another device. */
function keyOf(gpu: GpuChoice): string {
  return [gpu, LLAMA_CPP_RELEASE, process.env['WHITTLE_CPU_FAMILY'] ?? ''].join('/');
}

function findInWorker(gpu: GpuChoice): Promise<FoundDevice> {
  const context: JobContext = { signal: new AbortController().signal, progress: () => {}, log: () => {} };
  return runWorkerFile<FoundDevice>(workerFile('probe'), 'describeDevice', { gpu }, context);
}
