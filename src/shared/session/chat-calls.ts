// Calls about chat: a pane holds one loaded model in a process of its own; answers stream as events.
import { z } from 'zod';
import { type CallTable, done, idField, modelField, nothing, outputOf } from './call-table.ts';
import type { ExportedFile } from './model-calls.ts';

export type ChatPaneState =
  | { readonly state: 'loading'; readonly loadedRatio: number | null }
  | { readonly state: 'ready'; readonly pane: ChatPane }
  | { readonly state: 'closed' }
  | { readonly state: 'crashed'; readonly message: string };

export interface ChatPane {
  readonly paneId: string;
  readonly model: string;
  readonly name: string;
  readonly contextSize: number;
  readonly hasChatTemplate: boolean;
  readonly threads: number;
  readonly memoryBytes: number;
  readonly loadMs: number;
}

export interface ChatAnswer {
  readonly text: string;
  readonly tokenCount: number;
  readonly promptTokenCount: number;
  /** Prompt tokens that were in the cache already and not read again. */
  readonly cachedTokenCount: number;
  readonly promptTokensPerSecond: number;
  readonly generatedTokensPerSecond: number;
  readonly timeToFirstTokenMs: number;
  readonly memoryBytes: number;
  readonly usedChatTemplate: boolean;
  /** Turns left out at the start, because the conversation is longer than the context. */
  readonly droppedTurnCount: number;
  readonly stopReason: 'end' | 'length' | 'stopped' | 'context-full' | 'repeats' | 'failed';
  /** When `stopReason` is `failed` or `repeats`. */
  readonly message?: string | undefined;
  /** Token texts in order: for the first differing token. */
  readonly tokens: readonly string[];
}

/** One token of an answer, as another model reads it. */
export interface SurpriseToken {
  readonly text: string;
  /** Probability that the reading model gives this token, 0..1. */
  readonly probability: number;
  readonly topText: string;
  readonly topProbability: number;
}

export const chatMessageSchema = z.strictObject({
  role: z.enum(['system', 'user', 'assistant']),
  content: z.string().max(2_000_000),
});
export type ChatMessage = z.infer<typeof chatMessageSchema>;

export const samplerSchema = z.strictObject({
  /** 0 is greedy. */
  temperature: z.number().min(0).max(10).default(0),
  topK: z.int().min(0).max(1_000_000).default(40),
  topP: z.number().min(0).max(1).default(0.95),
  seed: z.int().min(0).max(0xffffffff).default(0),
});
export type Sampler = z.output<typeof samplerSchema>;

/** A text file whose content goes with the prompt. */
export const attachmentSchema = z.strictObject({ name: z.string().max(300), text: z.string().max(2_000_000) });
export type Attachment = z.infer<typeof attachmentSchema>;

/** Tokens of a pane that was not told otherwise. */
export const DEFAULT_CONTEXT_SIZE = 4096;

const turnSchema = z.strictObject({
  prompt: z.string(),
  attachments: z.array(attachmentSchema).max(8).default([]),
  /** By model id. */
  answers: z.record(z.string(), z.looseObject({ text: z.string() })),
});

export const conversationSchema = z.strictObject({
  id: idField,
  title: z.string().max(500),
  models: z.array(modelField).max(4),
  system: z.string().default(''),
  sampler: samplerSchema,
  isSynced: z.boolean().default(true),
  turns: z.array(turnSchema).max(10_000),
});

export const chatCalls = {
  /** Loads in the background; `chat-pane` events say how far. An open pane of the same model is given again. */
  openChat: {
    input: z.strictObject({
      model: modelField,
      contextSize: z.int().min(64).max(1_048_576).default(DEFAULT_CONTEXT_SIZE),
      gpu: z.enum(['auto', 'cuda', 'metal', 'vulkan', 'none']).optional(),
      threads: z.int().min(1).max(1024).optional(),
    }),
    output: outputOf<{ readonly paneId: string; readonly state: ChatPaneState }>(),
  },
  listChats: {
    input: nothing,
    output: outputOf<{
      readonly panes: readonly { readonly paneId: string; readonly model: string; readonly state: ChatPaneState }[];
    }>(),
  },
  /** Answers at once with an id; text and end come as `chat-text` and `chat-answer`. One answer at a time a pane; others wait. */
  sendChat: {
    input: z.strictObject({
      paneId: idField,
      messages: z.array(chatMessageSchema).min(1).max(10_000),
      /** Plain completion: the last message's text is continued, no template. */
      isCompletion: z.boolean().default(false),
      sampler: samplerSchema.prefault({}),
      maxTokens: z.int().min(1).max(1_000_000).default(512),
    }),
    output: outputOf<{ readonly answerId: string }>(),
  },
  stopChat: { input: z.strictObject({ paneId: idField }), output: done },
  closeChat: { input: z.strictObject({ paneId: idField }), output: done },
  /** One pass of the pane's model over another model's answer to the same messages. */
  measureSurprise: {
    input: z.strictObject({
      paneId: idField,
      messages: z.array(chatMessageSchema).min(1).max(10_000),
      answer: z.string().min(1).max(2_000_000),
      isCompletion: z.boolean().default(false),
    }),
    output: outputOf<{
      readonly tokens: readonly SurpriseToken[];
      readonly meanNegativeLogLikelihood: number;
      readonly perplexity: number;
    }>(),
  },
  listConversations: {
    input: nothing,
    output: outputOf<{
      readonly conversations: readonly {
        readonly id: string;
        readonly title: string;
        readonly models: readonly string[];
        readonly changedAt: number;
        readonly turnCount: number;
      }[];
    }>(),
  },
  getConversation: { input: z.strictObject({ id: idField }), output: outputOf<z.output<typeof conversationSchema>>() },
  saveConversation: { input: conversationSchema, output: done },
  removeConversation: { input: z.strictObject({ id: idField }), output: done },
  exportConversation: {
    input: z.strictObject({ id: idField, format: z.enum(['md', 'json']) }),
    output: outputOf<ExportedFile>(),
  },
} as const satisfies CallTable;
