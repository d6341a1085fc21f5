// Multiple-choice QA: MMLU's questions with up to five worked examples of the same subject before them.
import { failedItem, tooLong } from '../failed-item.ts';
import { type Choice, type ChoiceRecord, choiceRecordSchema } from '../formats/records.ts';
import { mmluGroups } from '../mmlu-categories.ts';
import {
  type ChooseReply,
  defineTask,
  type PromptTokenizer,
  promptLimitTokens,
  type TaskItem,
  type TaskSettings,
} from '../task.ts';

const LETTERS = ['A', 'B', 'C', 'D'] as const;
/** Where a letter is due; tokens of ` A` are those that follow this text. */
const ANSWER_CUE = '\nAnswer:';

export const multipleChoiceQa = defineTask({
  id: 'multiple-choice-qa',
  version: 1,
  title: 'Multiple-choice QA',
  summary: 'Exam questions with four choices in many subjects.',
  source: { title: 'LLM-KICK, arXiv 2310.01382; MMLU, arXiv 2009.03300', url: 'https://arxiv.org/abs/2310.01382' },
  licence: 'MMLU: MIT',
  needsJudge: false,
  usesShots: true,
  dataNeed: 'choices',
  embeddedData: 'kick/multiple-choice-qa',
  chanceValue: 0.25,
  docSchema: choiceRecordSchema,
  groupOf: (doc) => doc.subject,
  widerGroups: mmluGroups,
  metrics: (protocol) => [
    { name: 'accuracy', unit: 'ratio', higherIsBetter: true, aggregate: 'proportion' },
    ...(protocol === 'paper'
      ? []
      : [{ name: 'generated_letter_accuracy', unit: 'ratio', higherIsBetter: true, aggregate: 'proportion' } as const]),
    { name: 'no_letter', unit: 'ratio', higherIsBetter: false, aggregate: 'proportion' },
  ],
  items: (doc, settings, tokenizer) => [choiceItem(doc, settings, tokenizer)],
});

function choiceItem(doc: ChoiceRecord, settings: TaskSettings, tokenizer: PromptTokenizer): TaskItem {
  const isPaper = settings.protocol === 'paper';
  // The reference lets a prompt of 2,048 tokens stand; one token more is written after it.
  const limit = promptLimitTokens(settings, tokenizer) - (isPaper ? 0 : 1);
  let shots = Math.min(settings.shots, doc.examples.length);
  let prompt = choicePrompt(doc, shots);
  let promptTokens = tokenizer.tokenize(prompt);
  while (promptTokens.length > limit && shots > 0) {
    shots--;
    prompt = choicePrompt(doc, shots);
    promptTokens = tokenizer.tokenize(prompt);
  }
  const item = { id: doc.id, prompt, expected: [doc.label] };
  if (promptTokens.length > limit) return failedItem(item, tooLong(promptTokens.length, limit));
  return {
    ...item,
    requests: [{ kind: 'choose', promptTokens, choices: letterTokens(tokenizer) }],
    score: ([reply]) => scoreChoice(reply as ChooseReply, doc.label, isPaper),
  };
}

/** Two blanks stand before the subject, as in the reference. */
function choicePrompt(doc: ChoiceRecord, shots: number): string {
  const subject = doc.subject
    .split('_')
    .map((word) => ` ${word}`)
    .join('');
  const header = `The following are multiple choice questions (with answers) about ${subject}.\n\n`;
  const examples = doc.examples.slice(0, shots).map((example) => `${choiceText(example)} ${example.label}\n\n`);
  return header + examples.join('') + choiceText(doc);
}

function choiceText({ question, choices }: Choice): string {
  const lines = choices.map((choice, index) => `\n${LETTERS[index]}. ${choice}`);
  return question + lines.join('') + ANSWER_CUE;
}

const letterCache = new WeakMap<PromptTokenizer, readonly Int32Array[]>();

/** Tokens of ` A` to ` D` after the cue. A tokenizer that would join cue and letter gets the letters by themselves. */
function letterTokens(tokenizer: PromptTokenizer): readonly Int32Array[] {
  const cached = letterCache.get(tokenizer);
  if (cached !== undefined) return cached;
  const cue = tokenizer.tokenizePart(ANSWER_CUE);
  const tokens = LETTERS.map((letter) => {
    const whole = tokenizer.tokenizePart(`${ANSWER_CUE} ${letter}`);
    const continues = whole.length > cue.length && cue.every((token, index) => whole[index] === token);
    return continues ? whole.slice(cue.length) : tokenizer.tokenizePart(` ${letter}`);
  });
  letterCache.set(tokenizer, tokens);
  return tokens;
}

function scoreChoice(reply: ChooseReply, label: string, isPaper: boolean) {
  const written = [...reply.nextTokenText].at(-1) ?? '';
  const noLetter = LETTERS.some((letter) => letter === written) ? 0 : 1;
  const writtenScore = written === label ? 1 : 0;
  const logprobs = reply.logLikelihoods;
  if (isPaper) return { answer: written, score: writtenScore, metrics: { no_letter: noLetter }, logprobs };
  const best = LETTERS[logprobs.indexOf(Math.max(...logprobs))] ?? '';
  const metrics = { generated_letter_accuracy: writtenScore, no_letter: noLetter };
  return { answer: best, score: best === label ? 1 : 0, metrics, logprobs };
}
