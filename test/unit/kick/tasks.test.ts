// Prompts word for word, budgets, cuts and scoring of each task in both protocols.
import { expect, test } from 'vitest';
import type { ChoiceRecord, QuestionRecord } from '../../../src/main/engine/kick/formats/records.ts';
import { findTask, TASKS } from '../../../src/main/engine/kick/registry.ts';
import type { GenerateRequest, RollingRequest, TaskSettings } from '../../../src/main/engine/kick/task.ts';
import { characterTokenizer } from './character-tokenizer.ts';

const standard: TaskSettings = { protocol: 'standard', shots: 5, seed: 0, contextSize: 512 };
const paper: TaskSettings = { ...standard, protocol: 'paper' };
const wide = characterTokenizer(100_000);
const written = (text: string) => [{ kind: 'generate', text }] as const;

const question: QuestionRecord = {
  id: 'q',
  question: 'Who wrote Kim?',
  answers: ['Rudyard Kipling', 'Kipling', 'Bob'],
  firstAnswers: ['rudyard kipling'],
  normalizedAliases: ['kipling'],
  context: 'Kim is by Rudyard Kipling.',
};

const only = (id: string, record: unknown, settings: TaskSettings, tokenizer = wide) => {
  const items = findTask(id).items(record, settings, tokenizer);
  expect(items.length).toBe(1);
  return items[0]!;
};

test('ids are unique, and an unknown one is refused', () => {
  expect(TASKS.map((task) => task.id)).toEqual([
    'factoid-qa',
    'multiple-choice-qa',
    'closed-book-qa',
    'open-book-qa',
    'perplexity',
  ]);
  expect(() => findTask('toString')).toThrow(expect.objectContaining({ code: 'UNKNOWN_TASK' }));
});

test.each([standard, paper])('the prompts are the reference’s, word for word ($protocol)', (settings) => {
  expect(only('factoid-qa', question, settings).prompt).toBe(
    'Please give answer to this question: Who wrote Kim?\nThe answer is ',
  );
  expect(only('closed-book-qa', question, settings).prompt).toBe('Answer these questions:\n\nQ: Who wrote Kim?\nA:');
  expect(only('open-book-qa', question, settings).prompt).toBe(
    'Kim is by Rudyard Kipling.\n\nBased on these texts, answer these questions:\n\nQ: Who wrote Kim?\nA:',
  );
});

test.each(['factoid-qa', 'closed-book-qa', 'open-book-qa'])('%s groups questions by their category', (id) => {
  expect(only(id, question, standard).group).toBeUndefined();
  const { context: _, ...bare } = { ...question, category: 'rare' };
  expect(only(id, bare, standard).group).toBe('rare');
  expect(findTask(id).groupOf(bare)).toBe('rare');
});

test('factoid budgets: 32 tokens up to a newline, or twice the prompt within 2,048 tokens', () => {
  const request = (settings: TaskSettings, record = question) =>
    only('factoid-qa', record, settings).requests[0] as GenerateRequest;
  const promptTokens = request(paper).promptTokens.length;
  expect(request(standard)).toMatchObject({ maxNewTokens: 32, stopAtNewline: true });
  expect(request(paper)).toMatchObject({ maxNewTokens: 2 * promptTokens, stopAtNewline: false });
  const long = { ...question, question: 'x'.repeat(1500) };
  expect(request(paper, long).maxNewTokens).toBe(2048 - request(paper, long).promptTokens.length);
});

test('factoid scoring: word boundaries and any parse, or the substring rule over prompt and text', () => {
  const standardItem = only('factoid-qa', question, standard);
  expect(standardItem.expected).toEqual(question.answers);
  expect(standardItem.score(written(' by Bob.'))).toEqual({
    answer: 'by Bob.',
    score: 1,
    metrics: { exact_match: 0, reference_substring: 0 },
  });
  expect(standardItem.score(written('Bobby'))).toMatchObject({ score: 0 });
  expect(standardItem.score(written('kipling'))).toMatchObject({ score: 1, metrics: { exact_match: 1 } });
  expect(standardItem.score(written(''))).toMatchObject({ score: 0 });
  const paperItem = only('factoid-qa', question, paper);
  expect(paperItem.expected).toEqual(['rudyard kipling']);
  expect(paperItem.score(written(' RudyardKiplings\nx'))).toEqual({ answer: ' RudyardKiplings\nx', score: 1 });
  expect(paperItem.score(written(' Bob'))).toMatchObject({ score: 0 });
  const inPrompt = { ...question, firstAnswers: ['kim'] };
  expect(only('factoid-qa', inPrompt, paper).score(written(''))).toMatchObject({ score: 1 });
  expect(only('factoid-qa', { ...inPrompt, answers: ['kim'] }, standard).score(written(''))).toMatchObject({
    score: 0,
  });
});

test('in-context scoring: one way over the first line, or containment either way', () => {
  const item = only('closed-book-qa', question, standard);
  expect(item.requests[0]).toMatchObject({ maxNewTokens: 32, stopAtNewline: true });
  expect(item.score(written(' It was Kipling'))).toEqual({
    answer: 'It was Kipling',
    score: 1,
    metrics: { exact_match: 0, f1: 0.5 },
  });
  expect(item.score(written(' The'))).toMatchObject({ score: 0 });
  expect(item.score(written(''))).toMatchObject({ answer: '', score: 0, metrics: { exact_match: 0, f1: 0 } });
  const paperItem = only('closed-book-qa', question, paper);
  expect(paperItem.expected).toEqual(['kipling']);
  expect(paperItem.requests[0]).toMatchObject({ maxNewTokens: 32, stopAtNewline: false });
  expect(paperItem.score(written(''))).toEqual({ answer: '', score: 1, metrics: { f1: 0 } });
  expect(paperItem.score(written('\n\nKip\nOther'))).toMatchObject({ answer: 'Kip', score: 1 });
  expect(paperItem.score(written(' Twain\nKipling'))).toMatchObject({ answer: 'Twain', score: 0 });
});

test('the standard protocol cuts the passage by tokens at its end until the prompt fits the window', () => {
  const context = `${'word '.repeat(400)}Kipling`;
  const item = only('open-book-qa', { ...question, context }, standard, characterTokenizer(300));
  expect((item.requests[0] as GenerateRequest).promptTokens.length).toBe(300);
  expect(item.prompt.startsWith('word word ')).toBe(true);
  expect(item.prompt.endsWith('\n\nBased on these texts, answer these questions:\n\nQ: Who wrote Kim?\nA:')).toBe(true);
  expect(item.score(written('Kipling')).metrics?.['answer_in_context']).toBe(0);
  const long = only('open-book-qa', { ...question, context: 'x'.repeat(5000) }, standard);
  expect((long.requests[0] as GenerateRequest).promptTokens.length).toBe(2048);
  const whole = only('open-book-qa', question, standard);
  expect(whole.score(written('x')).metrics?.['answer_in_context']).toBe(1);
});

test('the paper’s protocol cuts the passage to 3,072 code points and lets no window but 2,048 tokens count', () => {
  const pairs: TaskSettings = paper;
  const tokenizer = { ...wide, tokenize: (text: string) => wide.tokenize(text).filter((_, index) => index % 4 === 0) };
  const item = only('open-book-qa', { ...question, context: '😀'.repeat(4000) }, pairs, tokenizer);
  expect([...item.prompt.split('\n\n')[0]!].length).toBe(3072);
  const tooLong = only('open-book-qa', { ...question, context: 'x'.repeat(3000) }, paper);
  expect(tooLong.requests).toEqual([]);
  expect(tooLong.failure).toMatch(/2048/);
  expect(tooLong.score([])).toEqual({ answer: '', score: null });
  expect(only('factoid-qa', question, paper, characterTokenizer(10)).requests.length).toBe(1);
  expect(only('factoid-qa', question, standard, characterTokenizer(10)).requests).toEqual([]);
});

test('a question without passage cannot be asked open book', () => {
  const { context: _, ...closed } = question;
  expect(only('open-book-qa', closed, standard)).toMatchObject({
    requests: [],
    failure: 'the question has no passage',
  });
});

const example = { question: 'E?', choices: ['1', '2', '3', '4'], label: 'C' } as const;
const choice: ChoiceRecord = {
  id: 'us_states/3',
  subject: 'us_states',
  question: 'Q?',
  choices: ['None', 'b', 'c', 'd'],
  label: 'B',
  examples: Array.from({ length: 5 }, (_, index) => ({
    ...example,
    question: `E${index}?`,
    choices: ['1', '2', '3', '4'],
  })),
};

test('the choice prompt keeps the two blanks and the order of the examples', () => {
  expect(only('multiple-choice-qa', choice, { ...standard, shots: 2 })).toMatchObject({
    group: 'us_states',
    expected: ['B'],
    prompt:
      'The following are multiple choice questions (with answers) about  us states.\n\n' +
      'E0?\nA. 1\nB. 2\nC. 3\nD. 4\nAnswer: C\n\n' +
      'E1?\nA. 1\nB. 2\nC. 3\nD. 4\nAnswer: C\n\n' +
      'Q?\nA. None\nB. b\nC. c\nD. d\nAnswer:',
  });
});

test('shots are dropped from the end while the prompt is too long, and none are left of an endless question', () => {
  const shotsIn = (prompt: string) => prompt.split('Answer: C').length - 1;
  const length = (shots: number) => only('multiple-choice-qa', choice, { ...standard, shots }).prompt.length + 1;
  const three = only('multiple-choice-qa', choice, standard, characterTokenizer(length(3) + 1));
  expect(shotsIn(three.prompt)).toBe(3);
  const two = only('multiple-choice-qa', choice, standard, characterTokenizer(length(3)));
  expect(shotsIn(two.prompt)).toBe(2);
  expect(two.prompt).toContain('E0?');
  // The paper's limit is 2,048 whatever the window, and a prompt of just that length stands.
  const filler = 'x'.repeat(2048 - length(0));
  expect(only('multiple-choice-qa', { ...choice, question: `Q?${filler}` }, paper).requests.length).toBe(1);
  expect(only('multiple-choice-qa', { ...choice, question: `Q?${filler}` }, standard).requests).toEqual([]);
  expect(only('multiple-choice-qa', { ...choice, question: `Q?x${filler}` }, paper).requests).toEqual([]);
});

test('choices are scored by likelihood, or by the last character of one written token', () => {
  const reply = (nextTokenText: string) =>
    [{ kind: 'choose', logLikelihoods: [-3, -1, -2, -9], nextTokenText }] as const;
  expect(only('multiple-choice-qa', choice, standard).score(reply(' D'))).toEqual({
    answer: 'B',
    score: 1,
    metrics: { generated_letter_accuracy: 0, no_letter: 0 },
    logprobs: [-3, -1, -2, -9],
  });
  const paperItem = only('multiple-choice-qa', choice, paper);
  expect(paperItem.score(reply(' B'))).toMatchObject({ answer: 'B', score: 1, metrics: { no_letter: 0 } });
  expect(paperItem.score(reply('xB'))).toMatchObject({ answer: 'B', score: 1 });
  expect(paperItem.score(reply('\n'))).toMatchObject({ answer: '\n', score: 0, metrics: { no_letter: 1 } });
  expect(paperItem.score(reply(''))).toMatchObject({ answer: '', score: 0, metrics: { no_letter: 1 } });
});

test('perplexity windows: llama.cpp’s with the begin token in each, the paper’s as the text runs on', () => {
  const text = 'abcdefghijklmnopqrstuvwxyz\n';
  const windows = (settings: TaskSettings, tokenizer = wide) =>
    findTask('perplexity')
      .items({ id: 'text', text }, settings, tokenizer)
      .map((item) => item.requests[0] as RollingRequest);
  const first = windows({ ...standard, contextSize: 9 });
  // 27 tokens: begin and 26 letters; the last newline is not part of the text.
  expect(first.length).toBe(3);
  expect(first[1]).toMatchObject({ scoreFrom: 5 });
  expect(Array.from(first[1]!.tokens)).toEqual([1, ...Array.from('jklmnopq', (letter) => letter.charCodeAt(0))]);
  const whole = windows(paper, characterTokenizer(14));
  expect(whole.map(({ tokens, scoreFrom }) => [tokens.length, scoreFrom])).toEqual([
    [14, 1],
    [14, 1],
  ]);
  expect(String.fromCharCode(...whole[1]!.tokens)).toBe('nopqrstuvwxyz\n');
  expect(() => windows({ ...standard, contextSize: 64 })).toThrow(expect.objectContaining({ code: 'BAD_DATA' }));
});
