import { describe, expect, it } from 'vitest';
import { Conversations, conversationAsMarkdown } from '../../../src/main/engine/chat/conversations.ts';
import { fitToContext } from '../../../src/main/engine/chat/fit-to-context.ts';
import { isRepeating } from '../../../src/main/engine/chat/is-repeating.ts';
import { paneContext } from '../../../src/main/engine/chat/pane-context.ts';
import type { ChatMessage } from '../../../src/shared/session/chat-calls.ts';
import { tempFolder } from '../../support/temp-folder.ts';

describe('a loop', () => {
  const loop = (period: number, times: number) => Array.from({ length: period * times }, (_, i) => i % period);

  it('is the same run three times over, when it is long in all', () => {
    expect(isRepeating([99, ...loop(20, 3)])).toBe(true);
    expect(isRepeating(loop(20, 2))).toBe(false);
    expect(isRepeating(loop(80, 3))).toBe(true);
  });

  it('of a few tokens must last: a row of dashes is none', () => {
    expect(isRepeating(loop(1, 59))).toBe(false);
    expect(isRepeating(loop(1, 60))).toBe(true);
    expect(isRepeating(loop(3, 19))).toBe(false);
  });

  it('that ended is none', () => {
    expect(isRepeating([...loop(20, 5), 77])).toBe(false);
  });
});

describe('a long conversation', () => {
  const say = (role: ChatMessage['role'], content: string): ChatMessage => ({ role, content });
  /** One token a letter. */
  const tokenize = (messages: readonly ChatMessage[]) =>
    new Int32Array(messages.reduce((sum, { content }) => sum + content.length, 0));
  const talk = [
    say('system', 'ss'),
    say('user', 'aaaa'),
    say('assistant', 'bbbb'),
    say('user', 'cccc'),
    say('assistant', 'dddd'),
    say('user', 'ee'),
  ];

  it.each([
    [100, 0, 20],
    [19, 1, 12],
    [12, 1, 12],
    [11, 2, 4],
  ])('in %d tokens loses its oldest turns: %d', (limit, droppedTurnCount, length) => {
    const fitted = fitToContext(talk, limit, tokenize);
    expect(fitted.droppedTurnCount).toBe(droppedTurnCount);
    expect(fitted.tokens).toHaveLength(length);
  });

  it('whose last question alone is too long is refused', () => {
    expect(() => fitToContext(talk, 3, tokenize)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });
});

describe('the context of a pane', () => {
  it.each([
    [4096, 1024, 1024],
    [4096, 131_072, 4096],
    [4096, 0, 4096],
  ])('asked for %i tokens of a model trained on %i is %i', (asked, trained, context) => {
    expect(paneContext(asked, trained)).toBe(context);
  });
});

describe('saved conversations', () => {
  const conversation = {
    id: '../../escape',
    title: 'First',
    models: ['demo', 'small'],
    system: '',
    sampler: { temperature: 0, topK: 40, topP: 0.95, seed: 7 },
    isSynced: true,
    turns: [
      {
        prompt: 'Hello\nthere',
        attachments: [{ name: 'notes.txt', text: 'The bell.\nThe lamp.' }],
        answers: { demo: { text: 'Hi' }, small: { text: 'Ho' } },
      },
    ],
  };

  it('come back after a restart, whatever their id, and stay in their folder', () => {
    const home = tempFolder();
    new Conversations(home).save(conversation);
    const again = new Conversations(home);
    expect(again.list()).toMatchObject([{ id: '../../escape', title: 'First', turnCount: 1 }]);
    expect(again.get('../../escape')).toEqual(conversation);
    again.remove('../../escape');
    expect(again.list()).toEqual([]);
    expect(() => again.get('../../escape')).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });

  it('read as a document', () => {
    const text = conversationAsMarkdown(conversation);
    expect(text).toContain('Models: demo, small. Sampling: greedy, seed 7.');
    expect(text).toContain('> Hello\n> there');
    expect(text).toContain('Attached notes.txt:\n\n    The bell.\n    The lamp.');
    expect(text).toContain('**small**\n\nHo');
  });
});
