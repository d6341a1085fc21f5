// Worker process that looks at the computer: which device works, and how fast it is.
import { serveWorker } from '../engine/jobs/serve-worker.ts';
import { measureSpeed, probeInputSchema } from '../engine/machine/measure-speed.ts';

serveWorker({ measureSpeed: async (input) => measureSpeed(probeInputSchema.parse(input)) });
