// Worker process of one chat: loads a model once, then answers until it is closed.
import { z } from 'zod';
import { WorkbenchError } from '../../shared/errors.ts';
import { chatMessageSchema, samplerSchema } from '../../shared/session/chat-calls.ts';
import { ChatSession } from '../engine/chat/chat-session.ts';
import { serveWorker } from '../engine/jobs/serve-worker.ts';

const openSchema = z.strictObject({
  modelPath: z.string(),
  contextSize: z.int().optional(),
  gpu: z.enum(['auto', 'cuda', 'metal', 'vulkan', 'none']),
  threads: z.int().optional(),
});
const answerSchema = z.strictObject({
  messages: z.array(chatMessageSchema),
  isCompletion: z.boolean(),
  sampler: samplerSchema,
  maxTokens: z.int(),
  stopsLoops: z.boolean(),
});
const surpriseSchema = z.strictObject({
  messages: z.array(chatMessageSchema),
  answer: z.string(),
  isCompletion: z.boolean(),
});

let chat: ChatSession | undefined;

function loaded(): ChatSession {
  if (chat === undefined) throw new WorkbenchError('INTERNAL', 'This chat has no model yet.');
  return chat;
}

serveWorker({
  open: async (input) => {
    const { threads, contextSize, ...options } = openSchema.parse(input);
    const startedMs = performance.now();
    chat = new ChatSession({
      ...options,
      ...(contextSize === undefined ? {} : { contextSize }),
      ...(threads === undefined ? {} : { threads }),
    });
    return {
      contextSize: chat.contextSize,
      hasChatTemplate: chat.hasChatTemplate,
      threads: chat.threads,
      memoryBytes: process.memoryUsage.rss(),
      loadMs: performance.now() - startedMs,
    };
  },
  answer: async (input, context) => await loaded().answer(answerSchema.parse(input), context),
  surprise: async (input) => {
    const { messages, answer, isCompletion } = surpriseSchema.parse(input);
    return await loaded().surprise(messages, answer, isCompletion);
  },
});
