// The interface of a KICK task: records of a data set -> items with requests to the model -> a score for each item.
import { z } from 'zod';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { Protocol } from '../../../shared/kick.ts';

/** What a task may know of the model: its tokens, never its weights. */
export interface PromptTokenizer {
  /** Tokens as the model gets a prompt: with the begin token if the model adds one; text is never read as a special token. */
  readonly tokenize: (text: string) => Int32Array;
  /** Tokens of a piece of text inside a prompt, without special tokens. */
  readonly tokenizePart: (text: string) => Int32Array;
  readonly detokenize: (tokens: Int32Array) => string;
  /** The model's own window in tokens. */
  readonly windowTokens: number;
  readonly addsBos: boolean;
  readonly bosToken: number;
}

export interface TaskSettings {
  readonly protocol: Protocol;
  /** Examples before each question; tasks without examples ignore it. */
  readonly shots: number;
  readonly seed: number;
  /** Tokens a window of rolling likelihood, before the model's window limits it. */
  readonly contextSize: number;
}

/** Greedy continuation of a prompt. The end token is never part of the text. */
export interface GenerateRequest {
  readonly kind: 'generate';
  readonly promptTokens: Int32Array;
  readonly maxNewTokens: number;
  /** Stop when the text holds a newline; the text then ends before it. */
  readonly stopAtNewline: boolean;
}

/** Log-likelihoods of several continuations, and the one token that greedy decoding would write. */
export interface ChooseRequest {
  readonly kind: 'choose';
  readonly promptTokens: Int32Array;
  readonly choices: readonly Int32Array[];
}

/** Log-likelihoods of `tokens[scoreFrom]` and of all tokens after it, each given those before it; `scoreFrom` >= 1. */
export interface RollingRequest {
  readonly kind: 'rolling';
  readonly tokens: Int32Array;
  readonly scoreFrom: number;
}

export type TaskRequest = GenerateRequest | ChooseRequest | RollingRequest;

export interface GenerateReply {
  readonly kind: 'generate';
  readonly text: string;
}

export interface ChooseReply {
  readonly kind: 'choose';
  /** Natural log, summed over the tokens of each continuation. */
  readonly logLikelihoods: readonly number[];
  /** Text of the most likely next token; empty when that is an end or control token. */
  readonly nextTokenText: string;
}

export interface RollingReply {
  readonly kind: 'rolling';
  /** Natural log, one a scored position. */
  readonly logLikelihoods: readonly number[];
}

export type TaskReply = GenerateReply | ChooseReply | RollingReply;

interface ScoredAnswer {
  readonly answer: string;
  /** The task's main metric for this item; null when it failed. */
  readonly score: number | null;
  readonly metrics?: Readonly<Record<string, number>>;
  readonly logprobs?: readonly number[];
}

/** One question as it is asked. No requests: it cannot be asked (`failure` says why), and counts as failed. */
export interface TaskItem {
  readonly id: string;
  /** `groupOf` of its record; set by `defineTask`. */
  readonly group?: string | undefined;
  readonly prompt: string;
  readonly expected: readonly string[];
  readonly requests: readonly TaskRequest[];
  readonly failure?: string | undefined;
  readonly score: (replies: readonly TaskReply[]) => ScoredAnswer;
}

export interface Metric {
  readonly name: string;
  /** `ratio` for proportions and shares 0..1. */
  readonly unit: string;
  readonly higherIsBetter: boolean;
  /**
   * `proportion`: mean of zeros and ones, Wilson interval. `mean`: mean of values, normal interval.
   * `perplexity`: exp of the mean over tokens of the sums that each sample's metrics hold.
   */
  readonly aggregate: 'proportion' | 'mean' | 'perplexity';
}

/** What a data set must hold for a task. */
export type DataNeed = 'questions' | 'passages' | 'choices' | 'text';

export interface KickTask {
  /** Also the file's name. */
  readonly id: string;
  /** Raised when prompt or scoring changes. */
  readonly version: number;
  readonly title: string;
  readonly summary: string;
  readonly source: { readonly title: string; readonly url: string };
  /** Of the data that the source names; the embedded set has its own in resources/SOURCES.md. */
  readonly licence: string;
  readonly needsJudge: boolean;
  readonly usesShots: boolean;
  readonly dataNeed: DataNeed;
  /** Named as in resources/SOURCES.md. */
  readonly embeddedData: string;
  /** Score of guessing. */
  readonly chanceValue?: number | undefined;
  /** Main metric first; the others are found under their names in each sample's metrics. */
  readonly metrics: (protocol: Protocol) => readonly Metric[];
  /** Further groups that an item's group belongs to, such as the category of a subject. */
  readonly widerGroups?: ((group: string) => readonly string[]) | undefined;
  /** The subject, bucket or category of a record; undefined where the data has none. */
  readonly groupOf: (record: unknown) => string | undefined;
  readonly items: (record: unknown, settings: TaskSettings, tokenizer: PromptTokenizer) => readonly TaskItem[];
}

export interface TaskDefinition<Doc> extends Omit<KickTask, 'items' | 'groupOf'> {
  readonly docSchema: z.ZodType<Doc>;
  readonly groupOf?: (doc: Doc) => string | undefined;
  readonly items: (doc: Doc, settings: TaskSettings, tokenizer: PromptTokenizer) => readonly TaskItem[];
}

/** A task whose records are checked by its schema before it sees them. */
export function defineTask<Doc>(definition: TaskDefinition<Doc>): KickTask {
  const { docSchema, items, groupOf, ...rest } = definition;
  const check = (record: unknown): Doc => {
    const parsed = docSchema.safeParse(record);
    if (parsed.success) return parsed.data;
    throw new WorkbenchError('BAD_DATA', `A record does not fit the task ${rest.id}: ${z.prettifyError(parsed.error)}`);
  };
  return {
    ...rest,
    groupOf: (record) => groupOf?.(check(record)),
    items: (record, settings, tokenizer) => {
      const doc = check(record);
      const group = groupOf?.(doc);
      return items(doc, settings, tokenizer).map((item) => ({ ...item, group }));
    },
  };
}

/** Both protocols stop at 2,048 tokens; `standard` also at the model's own window. */
export const PROTOCOL_LIMIT_TOKENS = 2048;

export function promptLimitTokens({ protocol }: TaskSettings, { windowTokens }: PromptTokenizer): number {
  return protocol === 'paper' ? PROTOCOL_LIMIT_TOKENS : Math.min(PROTOCOL_LIMIT_TOKENS, windowTokens);
}
