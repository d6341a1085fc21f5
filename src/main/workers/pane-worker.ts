// Worker process of one chat pane: loads a model once, then answers until it is closed.
import { z } from 'zod';
import { WorkbenchError } from '../../shared/errors.ts';
import { chatMessageSchema, samplerSchema } from '../../shared/session/chat-calls.ts';
import { PaneSession } from '../engine/chat/pane-session.ts';
import { serveWorker } from '../engine/jobs/serve-worker.ts';

const openSchema = z.strictObject({
  modelPath: z.string(),
  contextSize: z.int(),
  gpu: z.enum(['auto', 'cuda', 'metal', 'vulkan', 'none']),
  threads: z.int().optional(),
});
const answerSchema = z.strictObject({
  messages: z.array(chatMessageSchema),
  isCompletion: z.boolean(),
  sampler: samplerSchema,
  maxTokens: z.int(),
});
const surpriseSchema = z.strictObject({
  messages: z.array(chatMessageSchema),
  answer: z.string(),
  isCompletion: z.boolean(),
});

let pane: PaneSession | undefined;

function loaded(): PaneSession {
  if (pane === undefined) throw new WorkbenchError('INTERNAL', 'This pane has no model yet.');
  return pane;
}

serveWorker({
  open: async (input) => {
    const { threads, ...options } = openSchema.parse(input);
    const startedMs = performance.now();
    pane = new PaneSession({ ...options, ...(threads === undefined ? {} : { threads }) });
    return {
      contextSize: pane.contextSize,
      hasChatTemplate: pane.hasChatTemplate,
      threads: pane.threads,
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
