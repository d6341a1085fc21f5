// What closed-book and open-book QA share: budgets, extraction, matching, metrics. The tasks differ in their prompts alone.
import type { Protocol } from '../../../shared/kick.ts';
import { containsRun, firstLine, triviaWords } from './answer-text.ts';
import { failedItem, tooLong } from './failed-item.ts';
import type { QuestionRecord } from './formats/records.ts';
import { containsTriviaAnswer, triviaExactMatch, triviaF1, twoWayContainment } from './metrics.ts';
import {
  type GenerateReply,
  type Metric,
  type PromptTokenizer,
  promptLimitTokens,
  type TaskItem,
  type TaskSettings,
} from './task.ts';

const IN_CONTEXT_NEW_TOKENS = 32;

/** `paper`: its EM is containment either way, so exact match is told beside it only by `standard`. */
export function inContextMetrics(protocol: Protocol): Metric[] {
  return [
    { name: 'accuracy', unit: 'ratio', higherIsBetter: true, aggregate: 'proportion' },
    ...(protocol === 'paper'
      ? []
      : [{ name: 'exact_match', unit: 'ratio', higherIsBetter: true, aggregate: 'proportion' } as const]),
    { name: 'f1', unit: 'ratio', higherIsBetter: true, aggregate: 'mean' },
  ];
}

/** What the protocol matches against: the reference takes the data's normalised aliases. */
export function acceptedAnswers(doc: QuestionRecord, protocol: Protocol): readonly string[] {
  return protocol === 'paper' ? (doc.normalizedAliases ?? doc.answers) : doc.answers;
}

/** Item for a prompt that is already cut; `context` is the part of the passage that it holds. */
export function inContextItem(
  doc: QuestionRecord,
  prompt: string,
  settings: TaskSettings,
  tokenizer: PromptTokenizer,
  context?: string,
): TaskItem {
  const isPaper = settings.protocol === 'paper';
  const expected = acceptedAnswers(doc, settings.protocol);
  const item = { id: doc.id, prompt, expected };
  const promptTokens = tokenizer.tokenize(prompt);
  const limit = promptLimitTokens(settings, tokenizer);
  if (promptTokens.length > limit) return failedItem(item, tooLong(promptTokens.length, limit));
  const contextShare = context === undefined ? {} : { answer_in_context: answerInContext(context, expected) };
  return {
    ...item,
    requests: [{ kind: 'generate', promptTokens, maxNewTokens: IN_CONTEXT_NEW_TOKENS, stopAtNewline: !isPaper }],
    score: ([reply]) => {
      const answer = firstLine((reply as GenerateReply).text);
      const f1 = triviaF1(answer, expected);
      if (isPaper) return { answer, score: twoWayContainment(answer, expected), metrics: { f1, ...contextShare } };
      const exact = triviaExactMatch(answer, expected);
      return {
        answer,
        score: containsTriviaAnswer(answer, expected),
        metrics: { exact_match: exact, f1, ...contextShare },
      };
    },
  };
}

function answerInContext(context: string, answers: readonly string[]): number {
  const words = triviaWords(context);
  return answers.some((answer) => containsRun(words, triviaWords(answer))) ? 1 : 0;
}
