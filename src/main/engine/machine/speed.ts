// The speed of this computer as it was last measured, kept between sessions, and a way to measure it again.
import { join } from 'node:path';
import { z } from 'zod';
import type { SpeedProbe } from '../../../shared/session/machine-calls.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { runWorkerFile } from '../jobs/run-worker.ts';
import { workerFile } from '../jobs/worker-file.ts';
import { JsonFile } from '../settings/json-file.ts';
import type { ProbeInput } from './measure-speed.ts';

const probeSchema = z.custom<SpeedProbe>(
  (value) => typeof value === 'object' && value !== null && 'decodeTokensPerSecond' in value,
);

export class MachineSpeed {
  readonly #file: JsonFile<z.ZodNullable<typeof probeSchema>>;

  constructor(home: string) {
    this.#file = new JsonFile(join(home, 'machine-speed.json'), probeSchema.nullable(), null);
  }

  get last(): SpeedProbe | null {
    return this.#file.read();
  }

  async measure(input: ProbeInput, signal: AbortSignal): Promise<SpeedProbe> {
    const context: JobContext = { signal, progress: () => {}, log: () => {} };
    const probe = await runWorkerFile<SpeedProbe>(workerFile('probe'), 'measureSpeed', input, context);
    this.#file.write(probe);
    return probe;
  }
}
