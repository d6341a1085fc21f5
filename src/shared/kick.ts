// Records of LLM-KICK runs: one line per question, one score per task and metric.

export const PROTOCOLS = ['standard', 'paper'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** Why a question has no score of its own; `answered` when it has one. */
export type SampleOutcome = 'answered' | 'failed';

export interface SampleResult {
  readonly index: number;
  readonly id: string;
  readonly group?: string | undefined;
  readonly prompt: string;
  /** The text that the model wrote, never the prompt, cut as the protocol cuts it before matching. */
  readonly answer: string;
  readonly expected: readonly string[];
  /** The task's main metric for this question; null when the question failed. */
  readonly score: number | null;
  readonly metrics?: Readonly<Record<string, number>> | undefined;
  readonly outcome: SampleOutcome;
  /** Why it failed. */
  readonly failure?: string | undefined;
  /** Multiple choice: natural-log likelihoods of ` A` to ` D` after `Answer:`. */
  readonly logprobs?: readonly number[] | undefined;
}

export interface GroupScore {
  readonly name: string;
  readonly value: number;
  readonly itemCount: number;
}

export interface ScoreRecord {
  readonly task: string;
  readonly taskVersion: number;
  readonly protocol: Protocol;
  readonly metric: string;
  readonly value: number;
  /** `ratio` for proportions 0..1. */
  readonly unit: string;
  readonly higherIsBetter: boolean;
  /** Asked; `answeredCount + failedCount`. */
  readonly itemCount: number;
  readonly answeredCount: number;
  readonly failedCount: number;
  /** 95 % interval: Wilson for proportions, normal for means. */
  readonly confidenceLow: number;
  readonly confidenceHigh: number;
  readonly dataSha256: string;
  readonly modelSha256: string;
  readonly seed: number;
  readonly elapsedMs: number;
  readonly shots?: number | undefined;
  /** Score of guessing, when the task has one (0.25 with four choices). */
  readonly chanceValue?: number | undefined;
  readonly engineVersion: string;
  readonly llamaCppVersion: string;
  readonly groups?: readonly GroupScore[] | undefined;
}

/** One file of a sweep with its scores; the first point of a sweep is the dense model (recipe with no steps). */
export interface SweepPoint {
  readonly label: string;
  readonly model: string;
  readonly modelSha256: string;
  /** null for the dense model. */
  readonly recipe: import('./recipe.ts').Recipe | null;
  /** Registry family of the last loss-making step: `quantize`, `prune`, ...; `dense` for the original. */
  readonly method: string;
  readonly sizeBytes: number;
  readonly bitsPerWeight: number;
  readonly sparsityRatio: number;
  readonly scores: readonly ScoreRecord[];
}

export interface Sweep {
  readonly sweepId: string;
  readonly points: readonly SweepPoint[];
}
