// What the versions forgot and gained, question by question: counts for all, examples for the mildest version that loses.
import type { ChangedAnswer, ComparisonRow } from '../../../shared/comparison.ts';
import type { ScoreRecord, Sweep, SweepPoint } from '../../../shared/kick.ts';
import { findChangedAnswers } from '../scores/changed-answers.ts';
import { type FindSamples, protocolKey } from '../scores/compare-scores.ts';
import { mainRecords } from './report-table.ts';

interface ChangeCount {
  readonly recipe: string;
  readonly forgottenCount: number;
  readonly gainedCount: number;
}

export interface ForgottenExamples {
  readonly recipe: string;
  readonly answers: readonly ForgottenAnswer[];
}

interface ForgottenAnswer {
  readonly question: string;
  readonly expected: string;
  readonly denseSaid: string;
  readonly versionSaid: string;
}

/** The changes of one task of one model. */
export interface TaskChanges {
  readonly title: string;
  readonly counts: readonly ChangeCount[];
  readonly examples: ForgottenExamples | null;
}

const MAX_EXAMPLES = 5;
const MAX_QUESTION_LETTERS = 260;
const MAX_ANSWER_LETTERS = 90;

function cutEnd(text: string, maxLetters: number): string {
  const letters = [...text.trim().replaceAll(/\s+/g, ' ')];
  return letters.length <= maxLetters ? letters.join('') : `${letters.slice(0, maxLetters - 1).join('')}\u2026`;
}

/** The question itself stands in the last paragraph of a prompt; worked examples and passages stand before it. */
function questionOf(prompt: string): string {
  return cutEnd(
    prompt
      .trim()
      .split(/\n\s*\n/)
      .at(-1) ?? '',
    MAX_QUESTION_LETTERS,
  );
}

function exampleOf({ prompt, expected, denseAnswer, answer }: ChangedAnswer): ForgottenAnswer {
  return {
    question: questionOf(prompt),
    expected: cutEnd(expected.slice(0, 3).join(' / '), MAX_ANSWER_LETTERS),
    denseSaid: cutEnd(denseAnswer, MAX_ANSWER_LETTERS),
    versionSaid: cutEnd(answer, MAX_ANSWER_LETTERS),
  };
}

interface Compared {
  readonly recipe: string;
  readonly row: ComparisonRow | undefined;
  readonly forgotten: readonly ChangedAnswer[];
  readonly gained: readonly ChangedAnswer[];
}

/** The version that loses with the highest score: there forgetting begins. Without one, nothing is clearly forgotten. */
function mildestLoser(versions: readonly Compared[]): Compared | undefined {
  const losers = versions.filter(({ row, forgotten }) => row?.verdict === 'loses' && forgotten.length > 0);
  return losers.toSorted((a, b) => b.row!.value - a.row!.value)[0];
}

interface ChangesInput {
  readonly sweep: Sweep;
  readonly rows: readonly ComparisonRow[];
  readonly findSamples: FindSamples;
  readonly taskTitle: (task: string) => string;
}

function changesOf(dense: SweepPoint, record: ScoreRecord, input: ChangesInput): TaskChanges | undefined {
  const denseSamples = input.findSamples(dense.modelSha256, record);
  if (denseSamples === undefined) return undefined;
  const points = input.sweep.points.filter((point) => point.model === dense.model && point.recipe !== null);
  const versions = points.flatMap((point): Compared[] => {
    const own = point.scores.find((score) => protocolKey(score) === protocolKey(record));
    const samples = own && input.findSamples(point.modelSha256, own);
    if (samples === undefined) return [];
    const row = input.rows.find(
      (candidate) =>
        candidate.modelSha256 === point.modelSha256 &&
        candidate.recipe === point.label &&
        candidate.task === record.task &&
        candidate.metric === record.metric &&
        candidate.shots === (record.shots ?? null),
    );
    return [{ recipe: point.label, row, ...findChangedAnswers(samples, denseSamples) }];
  });
  if (versions.length === 0) return undefined;
  const loser = mildestLoser(versions);
  return {
    title: input.taskTitle(record.task),
    counts: versions.map(({ recipe, forgotten, gained }) => ({
      recipe,
      forgottenCount: forgotten.length,
      gainedCount: gained.length,
    })),
    examples:
      loser === undefined
        ? null
        : { recipe: loser.recipe, answers: loser.forgotten.slice(0, MAX_EXAMPLES).map(exampleOf) },
  };
}

/** Empty where no samples were kept, and for measures that are not answers to questions. */
export function findReportChanges(input: ChangesInput): TaskChanges[] {
  return input.sweep.points
    .filter((point) => point.recipe === null)
    .flatMap((dense) => {
      const records = mainRecords(dense.scores).filter(({ higherIsBetter }) => higherIsBetter);
      return records.flatMap((record) => changesOf(dense, record, input) ?? []);
    });
}
