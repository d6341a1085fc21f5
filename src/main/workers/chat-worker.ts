// Worker process that answers a conversation: loads the model, reads the messages, streams the answer.
import { chatJobSchema } from '../engine/chat/chat-job.ts';
import { ChatSession } from '../engine/chat/chat-session.ts';
import { serveWorker } from '../engine/jobs/serve-worker.ts';

serveWorker({
  chat: async (input, context) => {
    const { messages, modelPath, gpu, contextSize, threads, ...options } = chatJobSchema.parse(input);
    const session = new ChatSession({
      modelPath,
      gpu,
      ...(contextSize === undefined ? {} : { contextSize }),
      ...(threads === undefined ? {} : { threads }),
    });
    try {
      return await session.answer(messages, options, context);
    } finally {
      session.close();
    }
  },
});
