// Ends the rest of a running KICK job and keeps the score of what was answered, beside the dense score of the same questions.
// Both are stored as a selection of their own, so that they never stand beside scores of the whole set.
import { WorkbenchError } from '../../../shared/errors.ts';
import type { SampleResult } from '../../../shared/kick.ts';
import { CallPlace } from '../calls/call-place.ts';
import { describeFile } from '../calls/describe-file.ts';
import { describeSelection, storeScores } from '../calls/store-scores.ts';
import { findTask } from '../kick/registry.ts';
import type { RunIdentity } from '../kick/sample-journal.ts';
import { type RunFacts, scoreSamples } from '../kick/score-samples.ts';
import { stoppedSelection } from '../score-board/parse-selection.ts';
import type { Services } from '../session/services.ts';

export async function endEarly(services: Services, jobId: string): Promise<void> {
  const { queue, liveAnswers, kickRuns, emit } = services;
  const job = queue.get(jobId);
  const identity = liveAnswers.identityOf(jobId);
  const samples = [...liveAnswers.samplesOf(jobId)];
  if (identity === undefined || samples.length === 0) {
    throw new WorkbenchError('NOT_POSSIBLE_NOW', 'Nothing was answered yet, so there is nothing to keep.', { jobId });
  }
  queue.cancel(jobId);
  await queue.whenEnded(jobId);
  const { limit, limitPerGroup } = job.input as { limit?: number; limitPerGroup?: number };
  const selection = stoppedSelection(describeSelection({ limit, limitPerGroup }), samples.length);
  await store(services, job.models[0] ?? '', identity, samples, selection);
  const dense = kickRuns.denseJobOf(job);
  const denseIdentity = dense === undefined ? undefined : liveAnswers.identityOf(dense.id);
  if (dense !== undefined && denseIdentity !== undefined) {
    const same = liveAnswers.samplesOf(dense.id).slice(0, samples.length);
    if (same.length === samples.length) await store(services, dense.models[0] ?? '', denseIdentity, same, selection);
  }
  emit({ type: 'scores-changed', rows: [] });
}

async function store(
  services: Services,
  model: string,
  identity: RunIdentity,
  samples: readonly SampleResult[],
  selection: string,
): Promise<void> {
  const place = new CallPlace(services.home);
  const records = scoreSamples(findTask(identity.task), samples, factsOf(identity));
  const context = { signal: new AbortController().signal, progress: () => {}, log: () => {} };
  const file = await describeFile(services.pathOf(model), identity.modelSha256, place, context);
  storeScores(place.scoreStorePath, file, records, selection);
}

function factsOf(identity: RunIdentity): RunFacts {
  const { protocol, seed, shots } = identity.settings as {
    protocol: 'standard' | 'paper';
    seed: number;
    shots?: number;
  };
  const { dataSha256, modelSha256, engineVersion, llamaCppVersion } = identity;
  const usesShots = findTask(identity.task).usesShots;
  const shotFacts = usesShots && shots !== undefined ? { shots } : {};
  return { protocol, seed, ...shotFacts, dataSha256, modelSha256, engineVersion, llamaCppVersion, elapsedMs: 0 };
}
