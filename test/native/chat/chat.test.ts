// Conversations with the embedded model: in this process as the worker holds them, and through a process that stays loaded.
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type ChatPiece, ChatSession } from '../../../src/main/engine/chat/chat-session.ts';
import { EMBEDDED_DEMO_MODEL, embeddedPath } from '../../../src/main/engine/embedded-files.ts';
import type { JobContext } from '../../../src/main/engine/jobs/job-context.ts';
import { Workbench } from '../../../src/main/engine/workbench.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const session = new ChatSession({ modelPath: embeddedPath(EMBEDDED_DEMO_MODEL), gpu: 'none', threads: 1 });
afterAll(() => session.close());

const say = (content: string) => [{ role: 'user' as const, content }];
const question = say('What is the capital of Portugal?');
const LISBON = 'The capital of Portugal is Lisbon.';
const PARIS = 'The capital of France is Paris.';
const greedy = { temperature: 0, topK: 0, topP: 1, seed: 0 };

function ask(
  messages: typeof question,
  options: { sampler?: typeof greedy; maxTokens?: number } = {},
  context = contextFor(),
) {
  return session.answer(
    { messages, isCompletion: false, stopsLoops: false, sampler: greedy, maxTokens: 64, ...options },
    context,
  );
}

function contextFor(pieces: string[] = [], signal = new AbortController().signal): JobContext {
  return {
    signal,
    progress: ({ partial }) => partial !== undefined && pieces.push((partial as ChatPiece).text),
    log: () => {},
  };
}

describe('a chat session', () => {
  it('answers through the template of the model, piece by piece', async () => {
    const pieces: string[] = [];
    const result = await ask(question, {}, contextFor(pieces));
    expect(result.text).toBe(LISBON);
    expect(pieces.join('')).toBe(result.text);
    expect(result.usedChatTemplate).toBe(true);
    expect(result.promptTokensPerSecond).toBeGreaterThan(0);
    expect(result.generatedTokensPerSecond).toBeGreaterThan(0);
  });

  it('gives the same answer when most of the prompt is read already', async () => {
    const again = await ask(question);
    expect(again).toMatchObject({ text: LISBON, cachedTokenCount: again.promptTokenCount - 1 });
    expect((await ask(say('What is the capital of France?'))).text).toBe(PARIS);
    expect((await ask(question)).text).toBe(LISBON);
  });

  it('draws the same answer for the same seed', async () => {
    const draw = (seed: number) => ask(question, { sampler: { ...greedy, temperature: 2, seed }, maxTokens: 12 });
    const first = await draw(3);
    expect((await draw(3)).text).toBe(first.text);
    const others = [await draw(4), await draw(5), await draw(6)];
    expect(others.some(({ text }) => text !== first.text)).toBe(true);
  });

  it('stops at the number of tokens that was asked for', async () => {
    const result = await ask(question, { maxTokens: 1 });
    expect(result).toMatchObject({ tokenCount: 1, stopReason: 'length' });
    expect(LISBON.startsWith(result.text)).toBe(true);
  });

  it('refuses a question that does not fit its context', async () => {
    await expect(ask(say('word '.repeat(5000)))).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('can be stopped', async () => {
    expect(await ask(question, {}, contextFor([], AbortSignal.abort()))).toMatchObject({ stopReason: 'stopped' });
  });

  it('reads another answer in one pass: the likely one surprises less', async () => {
    const own = await session.surprise(question, LISBON, false);
    const other = await session.surprise(question, LISBON.replace('Lisbon', 'Paris'), false);
    expect(own.tokens.map(({ text }) => text).join('')).toBe(LISBON);
    expect(own.tokens[0]?.topText).toBe(own.tokens[0]?.text);
    expect(own.perplexity).toBeLessThan(other.perplexity);
  });
});

describe('a chat that stays open', () => {
  it('loads its model once: the file may be gone for the second answer', async () => {
    const home = tempFolder();
    const model = join(home, 'model.gguf');
    copyFileSync(embeddedPath(EMBEDDED_DEMO_MODEL), model);
    const input = { model, messages: question, gpu: 'none', threads: 1 } as const;
    using chat = await new Workbench({ home }).openChat(input, contextFor());
    expect(await chat.answer(input, contextFor())).toMatchObject({ answer: LISBON, usedChatTemplate: true });
    if (process.platform !== 'win32') rmSync(model);
    const next = { ...input, messages: say('What is the capital of France?') };
    expect(await chat.answer(next, contextFor())).toMatchObject({ answer: PARIS });
    await expect(chat.answer({ ...next, maxTokens: 0 }, contextFor())).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(chat.answer(next, contextFor([], AbortSignal.abort()))).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
