// The line above the composer: what the answers show, and what a chat cannot show.
import { Button } from '@mantine/core';
import { Info } from 'lucide-react';
import type { ReactElement } from 'react';
import { goTo } from '../ui/use-place.ts';
import { differingWords } from './conversation.ts';
import type { Chat } from './use-chat.ts';

export function ChatSummary({ chat }: { readonly chat: Chat }): ReactElement | null {
  const words = differingWords(chat.talk.turns);
  if (words === undefined) return null;
  const rest = 'A chat shows what, not how often: ask the whole question set to know.';
  return (
    <div className="chat-summary">
      <Info className="icon" aria-hidden="true" />
      <span className="grow ellipsis" title={`${words} ${rest}`}>
        <b className="strong">{words}</b> <span className="muted">{rest}</span>
      </span>
      <Button onClick={() => goTo('kick', { tab: 'new' })}>
        Run KICK on {chat.models.length === 2 ? 'both' : 'all'}
      </Button>
    </div>
  );
}
