// A run that answers quicker than any model: what a page hears while thousands of questions are asked.
import type { WorkbenchSession } from '../../../src/main/engine/session/workbench-session.ts';
import type { Job } from '../../../src/shared/job.ts';

const JOB: Job = {
  id: 'job-1',
  kind: 'kick',
  state: 'running',
  title: 'KICK of many',
  models: ['demo'],
  input: {},
  canResume: true,
  createdAt: 0,
  elapsedMs: 0,
};
const REST_EVERY = 100;
const REST_MS = 10;

export function startFlood({ events }: WorkbenchSession): void {
  events.emit({ type: 'job-changed', job: JOB });
}

/** Two events for each answer: the answer and the progress. */
export async function sendAnswers({ events }: WorkbenchSession, count: number, from: number): Promise<void> {
  for (let done = from; done < from + count; done += 1) {
    events.emit({
      type: 'job-progress',
      jobId: JOB.id,
      progress: { stage: 'asking', done, total: 100_000, unit: 'questions' },
    });
    const sample = {
      index: done,
      id: `q${done}`,
      prompt: 'p'.repeat(300),
      answer: 'a',
      expected: ['a'],
      score: 1,
      outcome: 'answered' as const,
    };
    events.emit({ type: 'answers', jobId: JOB.id, model: 'demo', task: 'factoid-qa', answers: [{ sample }] });
    if (done % REST_EVERY === 0) await new Promise((resolve) => setTimeout(resolve, REST_MS));
  }
}
