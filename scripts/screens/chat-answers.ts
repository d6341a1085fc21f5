// Answers of the chat calls for pictures. The conversation is put in by restoring a saved one.
import { type ChatAnswer, conversationSchema } from '../../src/shared/session/chat-calls.ts';
import type { World } from './make-world.ts';

function answer(text: string, tokens: readonly string[], speed: number): ChatAnswer {
  return {
    text,
    tokenCount: tokens.length * 9,
    promptTokenCount: 64,
    cachedTokenCount: 0,
    promptTokensPerSecond: speed * 31,
    generatedTokensPerSecond: speed,
    timeToFirstTokenMs: 2500 / speed,
    memoryBytes: (speed > 20 ? 4.9 : 13.6) * 2 ** 30,
    usedChatTemplate: true,
    droppedTurnCount: 0,
    stopReason: 'end',
    tokens,
  };
}

export const SAMPLE_TALK = {
  id: 'talk-1',
  title: 'Made-up talk',
  models: ['lumen', 'lumen-w50'],
  system: '',
  sampler: { temperature: 0, topK: 40, topP: 0.95, seed: 0 },
  isSynced: true,
  turns: [
    {
      prompt: 'List three made-up rules of the harbour in one line each, and say who first wrote them down.',
      attachments: [{ name: 'harbour-rules.txt', text: 'Made-up rules of a made-up harbour.' }],
      answers: {
        lumen: answer(
          '1. Boats give way to **swimmers** in the basin.\n2. Lamps are lit *before* dusk, never after.\n3. The bell rings twice for fog.\n\nThey were first written down by the harbour master in 1850.',
          ['1', '.', ' Boats', ' give'],
          11.8,
        ),
        'lumen-w50': answer(
          '1. Boats give way to **ferries** in the basin.\n2. Lamps are lit *before* dusk, always.\n3. The bell rings twice for fog.\n\nThey were first written down by a sailor in 1687.',
          ['1', '.', ' Boats', ' wait'],
          38.6,
        ),
      },
    },
    {
      prompt: 'What rings for fog?',
      attachments: [],
      answers: {
        lumen: answer('The bell.', ['The', ' bell'], 11.8),
        'lumen-w50': answer('The bell.', ['The', ' bell'], 38.6),
      },
    },
    {
      prompt: 'A boat leaves at 14:35 and the trip takes 2 h 50 min. When does it arrive? Show it as a table.',
      attachments: [],
      answers: {
        lumen: answer(
          '| leaves | takes | arrives |\n|---|---|---|\n| 14:35 | 2 h 50 min | **17:25** |',
          ['|', ' leaves'],
          11.8,
        ),
        'lumen-w50': answer(
          '| leaves | takes | arrives |\n|---|---|---|\n| 14:35 | 2 h 50 min | **16:85** |',
          ['|', ' leaves'],
          38.6,
        ),
      },
    },
  ],
};

export function chatAnswers(): World {
  return {
    listChats: () => ({
      panes: ['lumen', 'lumen-w50'].map((model) => ({
        model,
        paneId: `pane-${model}`,
        state: {
          state: 'ready' as const,
          pane: {
            paneId: `pane-${model}`,
            model,
            name: model,
            contextSize: 4096,
            hasChatTemplate: true,
            threads: 8,
            memoryBytes: 4.9 * 2 ** 30,
            loadMs: 900,
          },
        },
      })),
    }),
    openChat: ({ model }) => ({ paneId: `pane-${model}`, state: { state: 'loading', loadedRatio: 0.4 } }),
    sendChat: ({ paneId }) => ({ answerId: `answer-${paneId}` }),
    listConversations: () => ({
      conversations: [
        {
          id: 'talk-1',
          title: SAMPLE_TALK.title,
          models: SAMPLE_TALK.models,
          changedAt: 1_790_000_000_000,
          turnCount: 3,
        },
      ],
    }),
    getConversation: () => conversationSchema.parse(SAMPLE_TALK),
    saveConversation: () => ({ ok: true }),
    measureSurprise: ({ answer: text }) => ({
      tokens: (text.match(/\s*\S+/g) ?? []).map((token, place) => ({
        text: token,
        probability: place % 7 === 3 ? 0.0004 : 0.8,
        topText: ' swimmers',
        topProbability: 0.7,
      })),
      meanNegativeLogLikelihood: 0.8,
      perplexity: 2.2,
    }),
  };
}
