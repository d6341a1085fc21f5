// Worker process that answers what a recipe would write. It stays, so that a preview does not wait for a process to start.
import { serveWorker } from '../engine/jobs/serve-worker.ts';
import { planTensors, planTensorsSchema } from '../engine/recipes/plan-tensors.ts';

serveWorker({ planTensors: async (input) => planTensors(planTensorsSchema.parse(input)) });
