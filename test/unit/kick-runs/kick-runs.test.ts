import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readQuestionFile } from '../../../src/main/engine/kick/formats/question-file.ts';
import type { RunIdentity } from '../../../src/main/engine/kick/sample-journal.ts';
import { KickRuns } from '../../../src/main/engine/kick-runs/kick-runs.ts';
import { LiveAnswers } from '../../../src/main/engine/kick-runs/live-answers.ts';
import { lmEvalResults } from '../../../src/main/engine/kick-runs/lm-eval-results.ts';
import { OwnQuestions } from '../../../src/main/engine/kick-runs/own-questions.ts';
import { planKick, worstHalfWidth } from '../../../src/main/engine/kick-runs/plan-kick.ts';
import { JobQueue } from '../../../src/main/engine/queue/job-queue.ts';
import { JournalIndex } from '../../../src/main/engine/score-board/journal-index.ts';
import { ImportedScores } from '../../../src/main/engine/session/import-scores.ts';
import type { ComparisonRow } from '../../../src/shared/comparison.ts';
import type { Job } from '../../../src/shared/job.ts';
import type { SampleResult } from '../../../src/shared/kick.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const identity = { task: 'factoid-qa', modelSha256: 'a' } as RunIdentity;
const sample = (index: number, score: number): SampleResult => ({
  index,
  id: `q${index}`,
  prompt: 'p',
  answer: 'a',
  expected: ['a'],
  score,
  outcome: 'answered',
});

/** A queue whose jobs run until the end of the test, and the runs over it. */
function world() {
  const home = tempFolder();
  const queue = new JobQueue({ home, run: () => new Promise(() => {}), emit: () => {} });
  onTestFinished(() => queue.close());
  const answers = new LiveAnswers(home, new JournalIndex(join(home, 'journals')));
  const runs = new KickRuns(queue, answers);
  const start = (models: readonly string[], tasks: readonly string[]) =>
    runs.start({ models, tasks, limit: 300, protocol: 'standard', shots: 5, seed: 0, data: {} }, (input, runId) =>
      queue.add({ kind: 'kick', input, runId, title: 'KICK', models: [String(input['model'])], canResume: true }),
    );
  return { home, queue, answers, runs, start };
}

describe('a run of several versions', () => {
  it('is a job for each version and task: task by task, the base first, in the order of the request', () => {
    const { start } = world();
    const run = start(['base', 'small'], ['factoid-qa', 'multiple-choice-qa']);
    expect(run.cells.map(({ task, model, state }) => [task, model, state])).toEqual([
      ['factoid-qa', 'base', 'running'],
      ['factoid-qa', 'small', 'queued'],
      ['multiple-choice-qa', 'base', 'queued'],
      ['multiple-choice-qa', 'small', 'queued'],
    ]);
    expect(run).toMatchObject({ state: 'running', models: ['base', 'small'], limit: 300 });
  });

  it('shows the score so far with its interval, and sets each answer beside the dense one', () => {
    const { start, answers, runs } = world();
    const run = start(['base', 'small'], ['factoid-qa']);
    const [base, small] = run.cells;
    answers.add(base!.jobId, { identity, journalPath: undefined, samples: [sample(0, 1), sample(1, 1), sample(2, 0)] });
    answers.add(small!.jobId, { identity, journalPath: undefined, samples: [sample(0, 1)] });
    answers.add(small!.jobId, { identity, journalPath: undefined, samples: [sample(1, 0), sample(2, 1)] });
    const cell = runs.get(run.runId).cells[1];
    expect(cell).toMatchObject({ doneCount: 3, score: { value: 2 / 3, itemCount: 3 } });
    expect(cell?.score?.low).toBeLessThan(2 / 3);
    const told = runs.answers(runs.jobsOf(run.runId).slice(1));
    expect(told.map(({ sample: { index }, change }) => [index, change])).toEqual([
      [2, 'gained'],
      [1, 'forgotten'],
      [0, 'kept'],
    ]);
  });

  it('says when more questions would not change the verdict', () => {
    const { start, answers, runs } = world();
    const run = start(['base', 'small'], ['factoid-qa']);
    const [base, small] = run.cells;
    const ask = (score: (index: number) => number) =>
      Array.from({ length: 250 }, (_, index) => sample(index, score(index)));
    answers.add(base!.jobId, { identity, journalPath: undefined, samples: ask(() => 1) });
    answers.add(small!.jobId, { identity, journalPath: undefined, samples: ask((index) => (index % 3 === 0 ? 1 : 0)) });
    expect(runs.get(run.runId).cells.map(({ alreadyClear }) => alreadyClear)).toEqual([null, 'Already clear: loses.']);
  });

  it('reads the answers of an earlier day from the journal', () => {
    const { home, start, answers, runs } = world();
    const run = start(['base'], ['factoid-qa']);
    const jobId = run.cells[0]!.jobId;
    const journalPath = join(home, 'journals', 'x.jsonl');
    mkdirSync(join(home, 'journals'));
    writeFileSync(journalPath, `{"head":1}\n${JSON.stringify(sample(0, 1))}\n{"index":1,"torn`);
    answers.add(jobId, { identity, journalPath, samples: [] });
    answers.end(jobId);
    expect(answers.samplesOf(jobId)).toEqual([sample(0, 1)]);
    expect(new LiveAnswers(home, new JournalIndex(join(home, 'journals'))).samplesOf(jobId)).toHaveLength(1);
    expect(runs.get(run.runId).cells[0]?.doneCount).toBe(1);
  });
});

describe('the plan of a run', () => {
  const request = {
    models: [{ id: 'demo', sha256: 'a'.repeat(64), sizeBytes: 1000 }],
    tasks: ['factoid-qa', 'perplexity'],
    limit: 120,
    protocol: 'standard' as const,
    shots: 5,
    seed: 0,
    data: {},
    earlier: [],
    speed: null,
  };

  it('counts questions, gives the worst interval of proportions, and no time before one was measured', () => {
    const plan = planKick({ ...request, journals: new JournalIndex(tempFolder()) });
    expect(plan.tasks[0]).toMatchObject({
      task: 'factoid-qa',
      availableCount: 360,
      askCount: 120,
      knownCounts: { demo: 0 },
    });
    expect(plan.tasks[0]?.worstHalfWidth).toBeCloseTo(0.0895, 4);
    expect(plan.tasks[1]?.worstHalfWidth).toBeNull();
    expect(plan.estimatedMs).toBeNull();
    expect(plan.sizes.map(({ size, limit }) => [size, limit])).toEqual([
      ['taste', 120],
      ['quick', 400],
      ['standard', 1000],
      ['full', null],
    ]);
  });

  it('estimates from the speed of the computer, and from its own jobs once there are some', () => {
    const speed = {
      promptTokensPerSecond: 3000,
      decodeTokensPerSecond: 400,
      weightsBytes: 1000,
      backend: 'cpu',
      threads: 1,
      elapsedMs: 1,
      measuredAt: 0,
    };
    const journals = new JournalIndex(tempFolder());
    const one = { ...request, tasks: ['factoid-qa'], journals, speed };
    // 30 tokens read and 16 written, 120 times.
    expect(planKick(one).estimatedMs).toBe(Math.round(120 * (30 / 3 + 16 / 0.4)));
    const twice = { ...one, models: [{ id: 'demo', sha256: null, sizeBytes: 2000 }] };
    expect(planKick(twice).estimatedMs).toBe(2 * (planKick(one).estimatedMs ?? 0));
    const path = join(tempFolder(), 'm.gguf');
    writeFileSync(path, Buffer.alloc(500));
    const job = {
      state: 'done',
      elapsedMs: 5000,
      input: { tasks: ['factoid-qa'], model: path },
      output: { scores: [{ itemCount: 100 }] },
    } as unknown as Job;
    // 50 ms a question on 500 bytes.
    expect(planKick({ ...one, earlier: [job] }).estimatedMs).toBe(120 * 100);
  });

  it('names a data set that cannot be read instead of failing', () => {
    const data = { 'factoid-qa': join(tempFolder(), 'missing.json') };
    const plan = planKick({ ...request, data, journals: new JournalIndex(tempFolder()) });
    expect(plan.tasks[0]?.problem).toContain('does not exist');
    expect(plan.notes).toHaveLength(1);
  });

  it.each([
    [120, 0.0895],
    [400, 0.049],
    [1000, 0.031],
    [2000, 0.0219],
  ])('knows that %d questions give an interval of +- %d', (count, width) => {
    expect(worstHalfWidth(count)).toBeCloseTo(width, 3);
  });
});

describe("a person's own questions", () => {
  it('are kept in the form that the question tasks read', () => {
    const own = new OwnQuestions(tempFolder());
    const saved = own.save({ question: 'Who lives next door?', answers: ['Anna', 'Anna B.'] });
    own.save({ id: saved.id, question: 'Who lives next door now?', answers: ['Ben'] });
    own.save({ question: 'Second?', answers: ['yes'] });
    expect(own.list().map(({ question }) => question)).toEqual(['Who lives next door now?', 'Second?']);
    expect(readQuestionFile(own.path)).toMatchObject([
      { question: 'Who lives next door now?', answers: ['Ben'] },
      { answers: ['yes'] },
    ]);
    own.remove(saved.id);
    expect(own.list()).toHaveLength(1);
    expect(() => own.remove(saved.id)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });
});

describe('imported scores', () => {
  it('need five columns, are drawn without a verdict, and replace themselves', () => {
    const home = tempFolder();
    const path = join(home, 'paper.csv');
    writeFileSync(
      path,
      'model,recipe,task,metric,value,sparsity_ratio\nVicuna,Wanda 50 %,factoid-qa,accuracy,0.447,0.5\nVicuna,broken,factoid-qa,accuracy,x,\n',
    );
    const imported = new ImportedScores(home);
    expect(imported.add(path)).toMatchObject({ importedCount: 1, issues: [expect.stringMatching(/^Row 2/)] });
    imported.add(path);
    expect(imported.rows()).toMatchObject([
      {
        model: 'Vicuna',
        value: 0.447,
        sparsityRatio: 0.5,
        verdict: null,
        isImported: true,
        slot: 8,
        confidenceLow: 0.447,
      },
    ]);
    writeFileSync(path, 'a,b\n1,2\n');
    expect(() => imported.add(path)).toThrow(expect.objectContaining({ code: 'BAD_DATA' }));
  });
});

describe('results for lm-evaluation-harness', () => {
  it('hold value and standard error by task, by version', () => {
    const row = {
      recipe: 'Q4_K_M',
      modelSha256: 'c'.repeat(64),
      task: 'factoid-qa',
      metric: 'accuracy',
      value: 0.5,
    } as ComparisonRow;
    const results = lmEvalResults([
      {
        ...row,
        confidenceLow: 0.5 - 0.0979982,
        confidenceHigh: 0.5 + 0.0979982,
        taskVersion: 1,
        shots: null,
        itemCount: 100,
        answeredCount: 99,
      },
    ]);
    expect(results['Q4_K_M cccccccccccc']).toMatchObject({
      results: { 'factoid-qa': { 'accuracy,none': 0.5, 'accuracy_stderr,none': expect.closeTo(0.05, 6) } },
      versions: { 'factoid-qa': 1 },
      'n-samples': { 'factoid-qa': { original: 100, effective: 99 } },
    });
  });
});
