// Worker process that looks at the computer: which device works, and how fast it is.
import { serveWorker } from '../engine/jobs/serve-worker.ts';
import { describeDevice } from '../engine/machine/find-device.ts';
import { measureSpeed, probeInputSchema } from '../engine/machine/measure-speed.ts';

serveWorker({
  describeDevice: async (input) => describeDevice(probeInputSchema.parse(input).gpu),
  measureSpeed: async (input) => measureSpeed(probeInputSchema.parse(input)),
});
