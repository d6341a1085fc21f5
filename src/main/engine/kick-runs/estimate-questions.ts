// How long questions will take, from the speed of this computer on the demo model. A first guess: once a task was run here, its own
// time is used instead.
import type { SpeedProbe } from '../../../shared/session/machine-calls.ts';
import type { DataNeed } from '../kick/task.ts';

interface QuestionTokens {
  /** Read anew for each question; what all questions of a subject share is read once. */
  readonly prompt: number;
  readonly generated: number;
}

/** Typical of the published sets; within a factor of two. */
const TOKENS: Readonly<Record<DataNeed, QuestionTokens>> = {
  questions: { prompt: 30, generated: 16 },
  passages: { prompt: 400, generated: 16 },
  choices: { prompt: 110, generated: 0 },
  text: { prompt: 512, generated: 0 },
};

/** Milliseconds a question, for a model of that many bytes: time grows with the bytes that are read for each token. */
export function msPerQuestion(need: DataNeed, sizeBytes: number, speed: SpeedProbe): number {
  const { prompt, generated } = TOKENS[need];
  const demoMs = (prompt / speed.promptTokensPerSecond + generated / speed.decodeTokensPerSecond) * 1000;
  return demoMs * (sizeBytes / speed.weightsBytes);
}
