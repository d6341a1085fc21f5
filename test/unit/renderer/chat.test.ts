import { describe, expect, test } from 'vitest';
import {
  addTurn,
  differingWords,
  editTurn,
  firstDifference,
  messagesFor,
  newTalk,
  withAnswer,
} from '../../../src/renderer/chat/conversation.ts';
import { layoutTurn, type Measure, type TurnPicture, wrapWords } from '../../../src/renderer/chat/layout-turn.ts';
import { markWords } from '../../../src/renderer/chat/mark-words.ts';
import { markdownWords } from '../../../src/renderer/chat/markdown-words.ts';
import { readAttachment } from '../../../src/renderer/chat/read-attachment.ts';
import { shadeOf } from '../../../src/renderer/chat/SurpriseText.tsx';
import { compareWords } from '../../../src/renderer/chat/word-difference.ts';

function talkOf(...prompts: readonly string[]) {
  return prompts.reduce(
    (talk, prompt, turn) => withAnswer(addTurn(talk, prompt), turn, 'dense', { text: `answer ${turn}` }),
    newTalk(['dense', 'small']),
  );
}

describe('conversation', () => {
  test('a model is sent its own earlier turns and no one else\u2019s', () => {
    const talk = { ...addTurn(talkOf('one'), 'two'), system: 'Be brief.' };
    expect(messagesFor(talk, 1, 'dense').map(({ role, content }) => `${role}: ${content}`)).toEqual([
      'system: Be brief.',
      'user: one',
      'assistant: answer 0',
      'user: two',
    ]);
    expect(messagesFor(talk, 1, 'small').map(({ content }) => content)).toEqual(['Be brief.', 'two']);
  });

  test('attached texts stand before the prompt, in this turn and in what later turns are sent', () => {
    const asked = addTurn(newTalk(['dense']), 'Sum it up.', [{ name: 'notes.txt', text: 'The bell rings.\n' }]);
    const sent = 'notes.txt:\n\nThe bell rings.\n\nSum it up.';
    expect(messagesFor(asked, 0, 'dense')).toEqual([{ role: 'user', content: sent }]);
    const next = addTurn(withAnswer(asked, 0, 'dense', { text: 'A bell.' }), 'Again?');
    expect(messagesFor(next, 1, 'dense')[0]?.content).toBe(sent);
    expect(editTurn(asked, 0, 'Shorter.').turns[0]?.attachments).toHaveLength(1);
  });

  test('another prompt at a turn leaves out what followed from the old one', () => {
    const edited = editTurn(talkOf('one', 'two', 'three'), 1, 'deux');
    expect(edited.turns.map(({ prompt }) => prompt)).toEqual(['one', 'deux']);
    expect(edited.turns[1]!.answers).toEqual({});
  });

  test('the first prompt becomes the title', () => {
    expect(talkOf('What rings for fog?', 'And then?').title).toBe('What rings for fog?');
  });

  test.each([
    [['a', 'b'], ['a', 'c'], 2],
    [['a'], ['a', 'b'], 2],
    [['a', 'b'], ['a', 'b'], undefined],
    [[], [], undefined],
  ])('the first token of %j and %j that differs is %s', (a, b, place) => {
    expect(firstDifference(a, b)).toBe(place);
  });

  test('how many answers differ is said in words', () => {
    const turn = (a: string, b: string) => ({
      prompt: '',
      attachments: [],
      answers: { dense: { text: a }, small: { text: b } },
    });
    expect(differingWords([turn('x', 'y'), turn('x', 'x'), turn('x', 'z')])).toBe('Two of three answers differ.');
    expect(differingWords([turn('x', 'y'), turn('x', 'x')])).toBe('One of two answers differs.');
    expect(differingWords([turn('x', 'y')])).toBe('The answers differ.');
    expect(differingWords([turn('x', ' x ')])).toBe('The answers are the same.');
    expect(differingWords([{ prompt: '', attachments: [], answers: { dense: { text: 'x' } } }])).toBeUndefined();
  });
});

describe('words that differ', () => {
  test('only words that the other text does not have there are told', () => {
    const { left, right, sameRatio } = compareWords(
      'the work it does now'.split(' '),
      'the work done on it now'.split(' '),
    );
    expect([...left]).toEqual([3]);
    expect([...right]).toEqual([2, 3]);
    expect(sameRatio).toBeCloseTo(4 / 6);
  });

  test('an empty text differs in nothing of its own', () => {
    expect(compareWords(['a'], []).right.size).toBe(0);
    expect(compareWords([], ['a']).sameRatio).toBe(0);
  });

  test('texts too long to align are compared place by place', () => {
    const words = Array.from({ length: 2500 }, (_, index) => String(index));
    const { right } = compareWords(words, words.with(7, 'x'));
    expect([...right]).toEqual([7]);
  });

  test('words of Markdown are those on the screen, without its signs', () => {
    expect(markdownWords('1. Boats give **way**\n2. [here](https://x.y)\n\n| a | b |\n|---|---|\n| c | `d` |')).toEqual(
      ['Boats', 'give', 'way', 'here', 'a', 'b', 'c', 'd'],
    );
  });

  test('marks cover the words of their numbers across elements, neighbours in one mark', () => {
    const text = (value: string) => ({ type: 'text', value });
    const tree = {
      type: 'root',
      children: [text('one two '), { type: 'element', tagName: 'b', children: [text('three')] }, text(' four five')],
    };
    markWords({ marked: new Set([1, 2, 3, 4]), className: 'm' })(tree);
    const said = (node: { type: string; value?: string; tagName?: string; children?: object[] }): string =>
      node.type === 'text'
        ? node.value!
        : `<${node.tagName ?? ''}>${(node.children ?? []).map((child) => said(child as never)).join('')}</>`;
    expect(said(tree)).toBe('<>one <mark>two</> <b><mark>three</></> <mark>four five</></>');
  });
});

describe('surprise', () => {
  test('likely tokens are bare, unlikely ones shaded up to full', () => {
    expect(shadeOf(0.6)).toBe(0);
    expect(shadeOf(0.01)).toBeGreaterThan(0.3);
    expect(shadeOf(1e-6)).toBe(1);
    expect(shadeOf(0)).toBe(1);
  });
});

describe('attached texts', () => {
  test('a text in UTF-8 is taken as it is', async () => {
    await expect(readAttachment(new File(['h\u00e4fen\n'], 'a.txt'), 64)).resolves.toEqual({
      name: 'a.txt',
      text: 'h\u00e4fen\n',
    });
  });

  test.each([
    ['no text', new File([new Uint8Array([0xff, 0xfe, 0x00, 0x41])], 'a.bin')],
    ['a text with zero bytes', new File(['a\0b'], 'b.txt')],
    ['an empty one', new File([' \n'], 'c.txt')],
    ['one longer than any context of 64 tokens', new File(['x'.repeat(64 * 6 + 1)], 'd.txt')],
    ['one that is not even read', new File(['x'.repeat(64 * 24 + 1)], 'e.txt')],
  ])('%s is refused', async (_case, file) => {
    await expect(readAttachment(file, 64)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('picture of a turn', () => {
  /** Every letter is 7 px wide. */
  const measure: Measure = (text) => text.length * 7;
  const answer = (label: string, text: string) => ({
    label,
    text,
    size: '1 GB',
    slot: label === 'dense' ? 0 : 1,
    fill: 'solid' as const,
    meta: '3 tokens',
  });
  const picture: TurnPicture = {
    prompt: 'What rings for fog?',
    attachedNames: ['notes.txt'],
    answers: [answer('dense', 'The bell rings twice.'), answer('small', 'The horn rings twice.')],
    marksWords: true,
    caption: 'Greedy, seed 0.',
  };

  test('no line is wider than its column, no word is lost, breaks of the text stay', () => {
    const text = `one two three\n\n${'y'.repeat(30)} end`;
    const lines = wrapWords(text, 70, measure as (part: string) => number);
    for (const line of lines) {
      const width = line.reduce((sum, piece) => sum + piece.width, 0) + 7 * Math.max(0, line.length - 1);
      expect(width).toBeLessThanOrEqual(70);
    }
    expect(lines.map((line) => line.map((piece) => piece.text).join(' '))).toEqual([
      'one two',
      'three',
      '',
      'y'.repeat(10),
      'y'.repeat(10),
      'y'.repeat(10),
      'end',
    ]);
    expect(lines.flat().at(-1)?.word).toBe(4);
  });

  test('everything lies inside the picture, and the words that differ are underlined in both', () => {
    const { width, height, items } = layoutTurn(picture, measure);
    for (const item of items) {
      expect(item.x).toBeGreaterThanOrEqual(0);
      expect(item.y).toBeGreaterThan(0);
      const right = item.kind === 'text' ? item.x + measure(item.text, item.font) : item.x;
      expect(right).toBeLessThanOrEqual(width);
      expect(item.y).toBeLessThanOrEqual(height);
    }
    const texts = items.flatMap((item) => (item.kind === 'text' ? item.text : []));
    expect(texts).toEqual(expect.arrayContaining(['fog?', 'bell', 'horn', 'Greedy,', 'notes.txt']));
    expect(items.filter(({ kind }) => kind === 'mark')).toEqual([
      expect.objectContaining({ isDense: true, width: 28 }),
      expect.objectContaining({ isDense: false, width: 28 }),
    ]);
    expect(layoutTurn({ ...picture, marksWords: false }, measure).items.some(({ kind }) => kind === 'mark')).toBe(
      false,
    );
  });
});
