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
import { markWords } from '../../../src/renderer/chat/mark-words.ts';
import { markdownWords } from '../../../src/renderer/chat/markdown-words.ts';
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
    const turn = (a: string, b: string) => ({ prompt: '', answers: { dense: { text: a }, small: { text: b } } });
    expect(differingWords([turn('x', 'y'), turn('x', 'x'), turn('x', 'z')])).toBe('Two of three answers differ.');
    expect(differingWords([turn('x', 'y'), turn('x', 'x')])).toBe('One of two answers differs.');
    expect(differingWords([turn('x', 'y')])).toBe('The answers differ.');
    expect(differingWords([turn('x', ' x ')])).toBe('The answers are the same.');
    expect(differingWords([{ prompt: '', answers: { dense: { text: 'x' } } }])).toBeUndefined();
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
