// Data sets in every form, told apart by content, and the refusals that name file and line.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { embeddedPath } from '../../../src/main/engine/embedded-files.ts';
import { readDataset } from '../../../src/main/engine/kick/dataset.ts';
import { CONTEXT_KEPT_CHARACTERS } from '../../../src/main/engine/kick/formats/trivia-qa.ts';
import { tempFolderForFile } from '../../support/temp-folder.ts';

const root = tempFolderForFile();
const folder = () => root;

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder(), name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const codeAndLine = (read: () => unknown) => {
  try {
    read();
  } catch (error) {
    const { code, details } = error as { code: string; details: { line?: number; path: string } };
    return { code, line: details.line, path: details.path };
  }
  throw new Error('nothing was thrown');
};

test('FreebaseQA gives all answers of all parses, and those of the first parse apart', () => {
  const path = write(
    'any-name.txt',
    JSON.stringify({
      Questions: [
        {
          'Question-ID': 'q0',
          RawQuestion: 'Who?',
          Category: 'people',
          Parses: [
            { Answers: [{ AnswersName: ['ann', 'anne'] }, { AnswersName: ['bob'] }] },
            { Answers: [{ AnswersName: ['cy', 'ann'] }] },
          ],
        },
      ],
    }),
  );
  const { records, sha256 } = readDataset('questions', path);
  expect(records).toEqual([
    {
      id: 'q0',
      question: 'Who?',
      answers: ['ann', 'anne', 'bob', 'cy'],
      firstAnswers: ['ann', 'anne'],
      category: 'people',
    },
  ]);
  expect(sha256).toBe(createHash('sha256').update(readFileSync(path)).digest('hex'));
});

test('TriviaQA gives value and aliases, and glues its first pages from the evidence folder', () => {
  write('evidence/wikipedia/W.txt', 'wiki text');
  write('evidence/web/1/x.txt', 'web text');
  const entry = {
    Question: 'Where?',
    QuestionId: 'tc_1',
    Answer: { Value: 'Rome', Aliases: ['Roma', 'Rome'], NormalizedAliases: ['roma', 'rome'] },
    EntityPages: [{ Filename: 'W.txt' }, { Filename: 'other.txt' }],
    SearchResults: [{ Filename: '1/x.txt' }],
  };
  const path = write('qa/dev.json', JSON.stringify({ Data: [entry], Domain: 'Web' }, null, 2));
  const record = { id: 'tc_1', question: 'Where?', answers: ['Rome', 'Roma'], normalizedAliases: ['roma', 'rome'] };
  expect(readDataset('passages', path).records).toEqual([{ ...record, context: 'wiki textweb text' }]);
  const outside = { ...entry, EntityPages: [{ Filename: '../../secret.txt' }], SearchResults: [] };
  write('secret.txt', 'not yours');
  const hostile = write('qa/hostile.json', JSON.stringify({ Data: [outside] }));
  expect(readDataset('questions', hostile).records).toEqual([record]);
});

test('the Hugging Face form of TriviaQA is read with pages as columns and as rows', () => {
  const answer = { value: 'Rome', aliases: ['Roma'], normalized_aliases: ['roma', 'rome'] };
  const columns = { wiki_context: ['wiki', 'second'], filename: ['a', 'b'] };
  const rows = [{ search_context: 'web', filename: 'c' }];
  const lines = [
    { question_id: 'x', question: 'Where?', answer, entity_pages: columns, search_results: rows },
    { question_id: 'y', question: 'Where?', answer, entity_pages: { wiki_context: [] }, search_results: [] },
  ];
  const records = readDataset(
    'passages',
    write('rc.jsonl', lines.map((line) => JSON.stringify(line)).join('\n')),
  ).records;
  expect(records).toEqual([
    { id: 'x', question: 'Where?', answers: ['Rome', 'Roma'], normalizedAliases: ['roma', 'rome'], context: 'wikiweb' },
    { id: 'y', question: 'Where?', answers: ['Rome', 'Roma'], normalizedAliases: ['roma', 'rome'] },
  ]);
});

test('plain JSON lines take answers under three names, as a text or a list, and number what has no id', () => {
  const lines = [
    '{"id": 7, "question": "a?", "answers": ["x", "x", ""]}',
    '',
    '{"question": "b?", "golden_answers": ["y"], "context": "c"}',
    '{"question": "d?", "answer": "z", "category": "rare"}',
  ];
  expect(readDataset('questions', write('plain', lines.join('\r\n'))).records).toEqual([
    { id: '7', question: 'a?', answers: ['x'] },
    { id: '1', question: 'b?', answers: ['y'], context: 'c' },
    { id: '2', question: 'd?', answers: ['z'], category: 'rare' },
  ]);
});

test('SQuAD gives each question its paragraph and leaves out the unanswerable', () => {
  const paragraphs = [
    {
      context: 'Water boils at 100 degrees.',
      qas: [
        { id: 's1', question: 'When?', answers: [{ text: '100 degrees' }, { text: '100' }, { text: '100' }] },
        { id: 's2', question: 'Why?', answers: [] },
      ],
    },
  ];
  const path = write('squad.json', JSON.stringify({ version: '1.1', data: [{ title: 't', paragraphs }] }));
  expect(readDataset('passages', path).records).toEqual([
    { id: 's1', question: 'When?', answers: ['100 degrees', '100'], context: 'Water boils at 100 degrees.' },
  ]);
});

test('a passage longer than any prompt is cut in memory', () => {
  const line = JSON.stringify({ question: 'q', answers: ['a'], context: 'x'.repeat(CONTEXT_KEPT_CHARACTERS + 9) });
  const [record] = readDataset('passages', write('long.jsonl', line)).records as { context: string }[];
  expect(record?.context.length).toBe(CONTEXT_KEPT_CHARACTERS);
});

test('MMLU folders give subjects in order, text as text, and the examples of each subject', () => {
  write('m/test/zoology_test.csv', '"A ""dished face"" is, often",None,1.0,"x\ny",nan,B\n');
  write('m/test/art_test.csv', 'q0,a,b,c,d,A\nq1,a,b,c,d,D');
  write('m/dev/art_dev.csv', 'e0,1,2,3,4,C\n');
  const { records, sha256 } = readDataset('choices', join(folder(), 'm'));
  const example = { question: 'e0', choices: ['1', '2', '3', '4'], label: 'C' };
  expect(records).toEqual([
    { id: 'art/0', subject: 'art', question: 'q0', choices: ['a', 'b', 'c', 'd'], label: 'A', examples: [example] },
    { id: 'art/1', subject: 'art', question: 'q1', choices: ['a', 'b', 'c', 'd'], label: 'D', examples: [example] },
    {
      id: 'zoology/0',
      subject: 'zoology',
      question: 'A "dished face" is, often',
      choices: ['None', '1.0', 'x\ny', 'nan'],
      label: 'B',
      examples: [],
    },
  ]);
  write('m/dev/art_dev.csv', 'e0,1,2,3,4,D\n');
  expect(readDataset('choices', join(folder(), 'm')).sha256).not.toBe(sha256);
});

test.each([
  ['a broken line of JSON lines', '{"question":"q","answers":["a"]}\n{"question":"q","answers":["a"]\n', 2],
  ['a broken first line of JSON lines', '{"question":"q","answers":["a"}\n{"question":"q","answers":["a"]}\n', 1],
  ['a line without answers', '{"question":"q","answers":["a"]}\n\n{"question":"q"}\n', 3],
  ['a line with another type', '{"question":"q","answers":["a"]}\n{"question":5,"answers":["a"]}\n', 2],
  ['a broken line of a JSON document', '{"Questions": [\n {"a": 1},\n {"b": x},\n {"c": 2}\n]}\n', 3],
  ['an unterminated text in a JSON document', '{"Questions": [\n {"a": 1},\n {"b: 3},\n {"c": 3}]}', 3],
  ['plain text', 'hello\nworld\n', 1],
])('%s is refused with its line', (_, content, line) => {
  const path = write('broken.json', content);
  expect(codeAndLine(() => readDataset('questions', path))).toEqual({ code: 'BAD_DATA', line, path });
});

test.each([
  ['a row with five columns', 'q,a,b,c,d,A\nq,a,b,c,A\n', 2],
  ['a row without a letter', 'q,a,b,c,d,E\n', 1],
  ['a quote that is never closed', 'q,a,b,c,d,A\n"q,a,b,c,d,A\n', 2],
])('%s of a CSV file is refused with its line', (_, content, line) => {
  const path = write('broken/test/x_test.csv', content);
  expect(codeAndLine(() => readDataset('choices', join(folder(), 'broken')))).toMatchObject({
    code: 'BAD_DATA',
    line,
    path,
  });
});

test('what is no data at all is refused by its kind', () => {
  const empty = write('empty', '');
  const binary = write('binary', new Uint8Array([0xff, 0xfe, 0x00, 0x41]));
  const noPassage = write('no-passage.jsonl', '{"question":"q","answers":["a"]}');
  const other = write('other.json', '{"tc_33": {"question": "q", "answer": "a"}}');
  expect(codeAndLine(() => readDataset('questions', join(folder(), 'absent'))).code).toBe('FILE_NOT_FOUND');
  for (const [need, path] of [
    ['questions', empty],
    ['text', empty],
    ['text', binary],
    ['questions', binary],
    ['questions', folder()],
    ['choices', folder()],
    ['choices', noPassage],
    ['passages', noPassage],
    ['questions', other],
  ] as const) {
    expect(codeAndLine(() => readDataset(need, path)).code, `${need} ${path}`).toBe('BAD_DATA');
  }
});

test.each([
  ['questions', 'kick/factoid-qa/FreebaseQA-whittle-demo.json', 360],
  ['choices', 'kick/multiple-choice-qa', 360],
  ['questions', 'kick/closed-book-qa/closed_book.jsonl', 360],
  ['passages', 'kick/open-book-qa/open_book.jsonl', 360],
  ['text', 'kick/perplexity/whittle-demo-test.txt', 1],
] as const)('the embedded %s of %s are read whole', (need, name, count) => {
  expect(readDataset(need, embeddedPath(name)).records.length).toBe(count);
});
