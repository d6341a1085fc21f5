// Worker process for everything that asks a model questions or measures its likelihoods.

import { serveWorker } from '../engine/jobs/serve-worker.ts';
import { compareModels } from '../engine/kick/compare.ts';
import { measurePerplexity } from '../engine/kick/perplexity.ts';
import { runKick } from '../engine/kick/run-kick.ts';

serveWorker({ kick: runKick, perplexity: measurePerplexity, compare: compareModels });
