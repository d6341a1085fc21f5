// A conversation with the embedded model, as the chat worker holds it.
import { afterAll, describe, expect, it } from 'vitest';
import { type ChatPartial, ChatSession } from '../../../src/main/engine/chat/chat-session.ts';
import { EMBEDDED_DEMO_MODEL, embeddedPath } from '../../../src/main/engine/embedded-files.ts';
import type { JobContext } from '../../../src/main/engine/jobs/job-context.ts';

const session = new ChatSession({ modelPath: embeddedPath(EMBEDDED_DEMO_MODEL), gpu: 'none', threads: 1 });
afterAll(() => session.close());

const greedy = { temperature: 0, maxTokens: 64, seed: 0 };
const question = [{ role: 'user' as const, content: 'What is the capital of Portugal?' }];

function contextFor(pieces: string[] = [], signal = new AbortController().signal): JobContext {
  return {
    signal,
    progress: ({ partial }) => partial !== undefined && pieces.push((partial as ChatPartial).text),
    log: () => {},
  };
}

describe('a chat session', () => {
  it('answers through the template of the model, piece by piece', async () => {
    const pieces: string[] = [];
    const result = await session.answer(question, greedy, contextFor(pieces));
    expect(result.answer).toBe('Lisbon');
    expect(pieces.join('')).toBe(result.answer);
    expect(result.usedChatTemplate).toBe(true);
    expect(result.promptTokensPerSecond).toBeGreaterThan(0);
    expect(result.generatedTokensPerSecond).toBeGreaterThan(0);
  });

  it('gives the same answer when most of the prompt is read already', async () => {
    const again = await session.answer(question, greedy, contextFor());
    expect(again.answer).toBe('Lisbon');
    const other = [{ role: 'user' as const, content: 'What is the capital of France?' }];
    expect((await session.answer(other, greedy, contextFor())).answer).toBe('Paris');
    expect((await session.answer(question, greedy, contextFor())).answer).toBe('Lisbon');
  });

  it('draws the same answer for the same seed', async () => {
    const draw = (seed: number) => session.answer(question, { temperature: 2, maxTokens: 12, seed }, contextFor());
    const first = await draw(3);
    expect((await draw(3)).answer).toBe(first.answer);
    const others = [await draw(4), await draw(5), await draw(6)];
    expect(others.some(({ answer }) => answer !== first.answer)).toBe(true);
  });

  it('stops at the number of tokens that was asked for', async () => {
    const result = await session.answer(question, { ...greedy, maxTokens: 1 }, contextFor());
    expect(result.generatedTokenCount).toBe(1);
    expect('Lisbon'.startsWith(result.answer)).toBe(true);
  });

  it('refuses a conversation that does not fit its context', async () => {
    const long = [{ role: 'user' as const, content: 'word '.repeat(5000) }];
    await expect(session.answer(long, greedy, contextFor())).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('can be cancelled', async () => {
    const run = session.answer(question, greedy, contextFor([], AbortSignal.abort()));
    await expect(run).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
