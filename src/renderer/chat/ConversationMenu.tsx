// Saved conversations: begin anew, go back to one, export, remove.
import { Button, Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ChevronDown } from 'lucide-react';
import type { ReactElement } from 'react';
import { call } from '../api/client.ts';
import { conversationsQuery } from '../api/queries.ts';
import { plural } from '../models/model-words.ts';
import { showError } from '../ui/notices.tsx';
import { saveFile } from '../ui/save-file.ts';
import type { Chat } from './use-chat.ts';

export function ConversationMenu({ chat }: { readonly chat: Chat }): ReactElement {
  const { data: conversations = [] } = useQuery(conversationsQuery);
  const { talk } = chat;
  const isKept = conversations.some(({ id }) => id === talk.id);
  const open = (id: string) =>
    call('getConversation', { id })
      .then((saved) => chat.restore(saved))
      .catch(showError);
  return (
    <Menu>
      <Menu.Target>
        <Button aria-label="Conversations" rightSection={<ChevronDown className="icon-small" aria-hidden="true" />}>
          <span className="hide-narrow">Conversations</span>
          <span className="only-narrow">…</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={460} style={{ overflow: 'auto', maxWidth: 360 }}>
        <Menu.Item onClick={chat.startNew}>New conversation</Menu.Item>
        <Menu.Divider />
        <Menu.Item
          disabled={!isKept}
          onClick={() => void saveFile(call('exportConversation', { id: talk.id, format: 'md' }))}
        >
          Export as Markdown
        </Menu.Item>
        <Menu.Item
          disabled={!isKept}
          onClick={() => void saveFile(call('exportConversation', { id: talk.id, format: 'json' }))}
        >
          Export as JSON
        </Menu.Item>
        <Menu.Item
          disabled={!isKept}
          color="var(--bad)"
          onClick={() => void call('removeConversation', { id: talk.id }).then(chat.startNew).catch(showError)}
        >
          Remove this conversation
        </Menu.Item>
        {conversations.length === 0 ? null : <Menu.Label>Saved</Menu.Label>}
        {conversations.map(({ id, title, turnCount, models }) => (
          <Menu.Item key={id} onClick={() => void open(id)}>
            <div className="ellipsis" title={title}>
              {title}
            </div>
            <div className="faint xs">
              {plural(turnCount, 'turn')}, {plural(models.length, 'pane')}
            </div>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
