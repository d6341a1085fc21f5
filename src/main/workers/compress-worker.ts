// Worker process that writes models: recipes, their dry runs, importance matrices; also reads whole ones.
import { imatrixJobSchema } from '../engine/calibration/imatrix-job.ts';
import { influenceJobSchema, measureLayerInfluence } from '../engine/calibration/layer-influence.ts';
import { measureImatrix } from '../engine/calibration/measure-imatrix.ts';
import { compressJobSchema, planJobSchema } from '../engine/compress/compress-job.ts';
import { planResult } from '../engine/compress/plan-result.ts';
import { runRecipe } from '../engine/compress/run-recipe.ts';
import { serveWorker } from '../engine/jobs/serve-worker.ts';
import { inspectJobSchema, runInspectJob } from '../engine/models/inspect-job.ts';

serveWorker({
  compress: (input, context) => runRecipe(compressJobSchema.parse(input), context),
  plan: async (input) => planResult(planJobSchema.parse(input)),
  inspect: (input, context) => runInspectJob(inspectJobSchema.parse(input), context),
  influence: (input, context) => measureLayerInfluence(influenceJobSchema.parse(input), context),
  imatrix: (input, context) => measureImatrix(imatrixJobSchema.parse(input), context),
});
