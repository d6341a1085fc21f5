// What the chat worker is asked: a model and how it runs, the conversation, and how to answer.
import { z } from 'zod';

export const chatJobSchema = z.object({
  modelPath: z.string(),
  contextSize: z.number().optional(),
  threads: z.number().optional(),
  gpu: z.enum(['auto', 'cuda', 'metal', 'vulkan', 'none']),
  messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })),
  temperature: z.number(),
  maxTokens: z.number(),
  seed: z.number(),
});

export type ChatJob = z.infer<typeof chatJobSchema>;
