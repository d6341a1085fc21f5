// Chat as calls: panes, answers, surprise, saved conversations.
import type { chatCalls } from '../../../shared/session/chat-calls.ts';
import type { ChatPanes } from '../chat/chat-panes.ts';
import { Conversations, conversationAsMarkdown } from '../chat/conversations.ts';
import { paneContext } from '../chat/pane-context.ts';
import { exportedFile } from './exported-file.ts';
import { type HandlersOf, OK, type Services } from './services.ts';

export function chatHandlers(services: Services, panes: ChatPanes): HandlersOf<typeof chatCalls> {
  const { settings, emit } = services;
  const conversations = new Conversations(services.home);
  return {
    openChat: async ({ model, contextSize, gpu, threads }) => {
      const { device } = settings;
      const { summary } = await services.tree.facts.get(services.pathOf(model));
      return panes.open({
        model,
        modelPath: services.pathOf(model),
        name: services.nameOf(model),
        contextSize: paneContext(contextSize, summary?.contextLength ?? 0),
        gpu: gpu ?? device.gpu,
        threads: threads ?? device.threads,
      });
    },
    listChats: () => ({ panes: panes.list() }),
    sendChat: ({ paneId, ...question }) => ({ answerId: panes.send(paneId, question) }),
    stopChat: ({ paneId }) => {
      panes.stop(paneId);
      return OK;
    },
    closeChat: ({ paneId }) => {
      panes.close(paneId);
      return OK;
    },
    measureSurprise: ({ paneId, ...input }, signal) => panes.surprise(paneId, input, signal),
    listConversations: () => ({ conversations: conversations.list() }),
    getConversation: ({ id }) => conversations.get(id),
    saveConversation: (conversation) => {
      conversations.save(conversation);
      emit({ type: 'conversations-changed' });
      return OK;
    },
    removeConversation: ({ id }) => {
      conversations.remove(id);
      emit({ type: 'conversations-changed' });
      return OK;
    },
    exportConversation: ({ id, format }) => {
      const conversation = conversations.get(id);
      const text =
        format === 'md' ? conversationAsMarkdown(conversation) : `${JSON.stringify(conversation, null, 2)}\n`;
      return exportedFile(`${conversation.title || 'conversation'}.${format}`, text);
    },
  };
}
