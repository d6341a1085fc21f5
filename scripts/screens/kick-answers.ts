// Answers of the KICK calls for pictures: a plan, a run half way, a feed, questions of one's own.
import type { AnswerChange, KickCell, KickRun, LiveAnswer } from '../../src/shared/session/kick-calls.ts';
import type { State, World } from './make-world.ts';
import { SAMPLE_TASKS } from './sample-models.ts';
import { denseValueOf, halfWidth } from './sample-scores.ts';

const MODELS: readonly (readonly [string, number])[] = [
  ['lumen', 1],
  ['lumen-w50', 0.72],
  ['lumen-s50', 0.69],
  ['lumen-m50', 0.24],
];

function cellOf(model: string, keeps: number, task: string, done: number): KickCell {
  const value = denseValueOf(task) * keeps;
  const half = halfWidth(value, Math.max(1, done));
  return {
    model,
    task,
    state: done === 0 ? 'queued' : done < 1000 ? 'running' : 'done',
    jobId: `job-${model}`,
    doneCount: done,
    totalCount: 1000,
    score: done === 0 ? null : { value, low: value - half, high: value + half, unit: 'ratio', itemCount: done },
    chanceValue: task === 'multiple-choice-qa' ? 0.25 : null,
    alreadyClear: done > 0 && done < 1000 ? 'Wanda 50 % loses. The other 388 questions only narrow it.' : null,
    notes:
      done > 0 && done < 1000
        ? ['3 questions do not fit the 2,048-token context. They are left out of every version\u2019s score.']
        : [],
    stoppedEarly: false,
  };
}

export function sampleRun(state: KickRun['state']): KickRun {
  const done = (model: number, task: number) =>
    task === 0 ? 1000 : task === 1 ? (model === 0 ? 1000 : model === 1 ? 612 : 0) : 0;
  return {
    runId: 'run-1',
    state,
    createdAt: 1_790_000_000_000,
    models: MODELS.map(([id]) => id),
    tasks: [...SAMPLE_TASKS],
    protocol: 'standard',
    limit: 1000,
    doneCount: 5612,
    totalCount: 16_000,
    remainingMs: 52 * 60_000,
    cells: MODELS.flatMap(([id, keeps], model) =>
      SAMPLE_TASKS.map((task, place) => cellOf(id, keeps, task, done(model, place))),
    ),
  };
}

const CHANGES: readonly AnswerChange[] = [
  'forgotten',
  'kept',
  'kept',
  'never-knew',
  'forgotten',
  'gained',
  'kept',
  'failed',
];

function sampleAnswers(wanted: AnswerChange | undefined, limit: number): LiveAnswer[] {
  const all = Array.from({ length: 400 }, (_, index): LiveAnswer => {
    const change = CHANGES[index % CHANGES.length]!;
    const sample = (answer: string, score: number) => ({
      index,
      id: `q-${index}`,
      prompt: `Question: Made-up question number ${index + 1} about rivers of a land that does not exist?\nAnswer:`,
      answer,
      expected: ['B Lower Reed'],
      score,
      outcome: 'answered' as const,
      logprobs: [-1.2, -0.5, -2.1, -3],
    });
    return {
      model: 'lumen-w50',
      task: 'multiple-choice-qa',
      sample: sample(change === 'forgotten' ? 'A' : 'B', change === 'forgotten' ? 0 : 1),
      denseSample: sample(change === 'gained' ? 'C' : 'B', change === 'gained' ? 0 : 1),
      change,
    };
  });
  return all.filter(({ change }) => wanted === undefined || change === wanted).slice(0, limit);
}

export function kickAnswers(state: State): World {
  return {
    planKick: ({ models, tasks, limit }) => ({
      tasks: tasks.map((task) => ({
        task,
        title: task,
        availableCount: 4000,
        askCount: limit ?? 4000,
        knownCounts: Object.fromEntries(models.map((id) => [id, 120])),
        worstHalfWidth: 0.98 / Math.sqrt(limit ?? 4000),
        problem:
          state === 'error' && task === 'open-book-qa'
            ? 'this set is not included (licence). Fetch it, or drop the file here.'
            : null,
      })),
      estimatedMs: 9 * 60_000,
      sizes: [
        { size: 'taste', limit: 120, worstHalfWidth: 0.089, estimatedMs: 120_000, canSee: 'a collapse' },
        { size: 'quick', limit: 400, worstHalfWidth: 0.049, estimatedMs: 540_000, canSee: 'a 7-point loss' },
        { size: 'standard', limit: 1000, worstHalfWidth: 0.031, estimatedMs: 1_440_000, canSee: 'a 4-point loss' },
        { size: 'full', limit: null, worstHalfWidth: 0.008, estimatedMs: 19_000_000, canSee: 'as in papers' },
      ],
      notes: [],
    }),
    listKickRuns: () => ({
      runs:
        state === 'empty'
          ? []
          : state === 'busy' || state === 'error'
            ? [sampleRun('running'), { ...sampleRun('done'), runId: 'run-0' }]
            : [
                { ...sampleRun('done'), doneCount: 16_000 },
                { ...sampleRun('cancelled'), runId: 'run-2' },
              ],
    }),
    listAnswers: ({ change, limit = 100 }) => {
      const answers = sampleAnswers(change, limit);
      return { answers, totalCount: change === undefined ? 1212 : sampleAnswers(change, 1000).length };
    },
    listOwnQuestions: () => ({
      path: '/home/ada/whittle/questions.jsonl',
      questions:
        state === 'empty'
          ? []
          : [1, 2, 3].map((number) => ({
              id: `own-${number}`,
              question: `Made-up question ${number}: what does the sign at the harbour say?`,
              answers: ['No swimming', 'Swimming forbidden'],
              createdAt: 1_790_000_000_000,
            })),
    }),
  };
}
