// The calls listScores and writeReport: what was measured, as rows and as a report.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CallOutput, CheckedInput } from '../../../shared/contract.ts';
import { REPORT_FORMATS, writeReport } from '../export/export-report.ts';
import { scoreRowOf } from '../export/score-rows.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { TASKS } from '../kick/registry.ts';
import { inspectModel } from '../models/inspect-model.ts';
import { compareScores } from '../scores/compare-scores.ts';
import { listScores } from '../scores/list-scores.ts';
import { ScoreStore } from '../scores/score-store.ts';
import { SweepJournal } from '../sweep/sweep-journal.ts';
import { findSweepSamples } from '../sweep/sweep-samples.ts';
import type { CallPlace } from './call-place.ts';

export async function listScoresCall(
  { model, task, sweepId }: CheckedInput<'listScores'>,
  place: CallPlace,
): Promise<CallOutput<'listScores'>> {
  if (sweepId !== undefined) {
    const journal = SweepJournal.open(place.sweepsFolder, sweepId);
    return compareScores(journal.sweep, { findSamples: findSweepSamples(journal.folder) }).map(scoreRowOf);
  }
  if (!existsSync(place.scoreStorePath)) return [];
  const name = model === undefined ? undefined : await storedName(model, place);
  const store = ScoreStore.open(place.scoreStorePath);
  try {
    return listScores(store, { model: name, task }).map(scoreRowOf);
  } finally {
    store.close();
  }
}

/** Scores are kept under the name in the model's header; anything that is no model is a label or a hash. */
async function storedName(reference: string, place: CallPlace): Promise<string> {
  try {
    return (await inspectModel(place.modelPath(reference))).name;
  } catch {
    return reference;
  }
}

export async function writeReportCall(
  { outputFolder, sweepId, formats, force }: CheckedInput<'writeReport'>,
  place: CallPlace,
  context: JobContext,
): Promise<CallOutput<'writeReport'>> {
  const journal = SweepJournal.open(place.sweepsFolder, sweepId);
  const { files } = await writeReport(journal.sweep, resolve(outputFolder), formats ?? REPORT_FORMATS, context, {
    findSamples: findSweepSamples(journal.folder),
    taskTitles: Object.fromEntries(TASKS.map(({ id, title }) => [id, title])),
    date: journal.date,
    overwrite: force,
  });
  return { files: [...files] };
}
