// Where the prompt is written: for all panes, or for one. Enter sends, Shift Enter makes a line, Esc stops.
import { Button, Select, Textarea } from '@mantine/core';
import { Square } from 'lucide-react';
import { type KeyboardEvent, type ReactElement, useState } from 'react';
import { type Attachment, DEFAULT_CONTEXT_SIZE } from '../../shared/session/chat-calls.ts';
import { useDraft } from '../api/use-draft.ts';
import type { BenchVersion } from '../models/use-bench.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { KeyCap } from '../ui/KeyCap.tsx';
import { AttachButton, AttachmentChips } from './Attachments.tsx';
import { MAX_ATTACHMENTS, readAttachment } from './read-attachment.ts';
import type { Chat } from './use-chat.ts';

interface ComposerProps {
  readonly chat: Chat;
  readonly looks: readonly BenchVersion[];
}

/** Tokens that the smallest pane holds, or will once it is loaded. */
function smallestContext({ panes }: Chat, looks: readonly BenchVersion[]): number {
  const sizes = looks.map(({ node }) => {
    const state = panes.byModel[node.id]?.state;
    if (state?.state === 'ready') return state.pane.contextSize;
    return Math.min(DEFAULT_CONTEXT_SIZE, node.summary?.contextLength || DEFAULT_CONTEXT_SIZE);
  });
  return Math.min(...sizes);
}

export function Composer({ chat, looks }: ComposerProps): ReactElement {
  const [text, setText] = useDraft('chat-prompt', '');
  const [attachments, setAttachments] = useDraft<readonly Attachment[]>('chat-attachments', []);
  const [failure, setFailure] = useState<unknown>(null);
  const [hasSystem, setHasSystem] = useState(chat.talk.system !== '');
  const [target, setTarget] = useState<string | null>(null);
  const { isSynced, system } = chat.talk;
  const isWriting = chat.writing.length > 0;
  const chosen = looks.find(({ node }) => node.id === target) ?? looks[0];
  const send = () => {
    const prompt = text.trim();
    if (prompt === '' || isWriting) return;
    setText('');
    setAttachments([]);
    chat.send(prompt, attachments, isSynced ? undefined : chosen?.node.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  const attach = async (files: readonly File[]) => {
    setFailure(null);
    try {
      const added = await Promise.all(files.map((file) => readAttachment(file, smallestContext(chat, looks))));
      setAttachments((old) => [...old, ...added].slice(0, MAX_ATTACHMENTS));
    } catch (error) {
      setFailure(error);
    }
  };
  const isAlone = looks.length < 2;
  const placeholder = isAlone
    ? 'Ask\u2026'
    : isSynced
      ? 'Ask every pane the same\u2026'
      : `Ask ${chosen?.label ?? ''}\u2026`;
  return (
    <div className="composer">
      <div className="composer-box">
        {hasSystem ? (
          <Textarea
            label="System prompt"
            autosize
            minRows={1}
            maxRows={4}
            value={system}
            onChange={(event) => {
              const next = event.currentTarget.value;
              chat.change((old) => ({ ...old, system: next }));
            }}
          />
        ) : null}
        <Textarea
          variant="unstyled"
          aria-label="Prompt"
          placeholder={placeholder}
          autosize
          minRows={1}
          maxRows={8}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <AttachmentChips
          attachments={attachments}
          onRemove={(index) => setAttachments((old) => old.toSpliced(index, 1))}
        />
        {failure === null ? null : <ErrorNote error={failure} />}
        <div className="row">
          <Button size="compact-xs" variant="subtle" aria-expanded={hasSystem} onClick={() => setHasSystem(!hasSystem)}>
            System prompt
          </Button>
          <AttachButton count={attachments.length} onFiles={(files) => void attach(files)} />
          {isSynced || isAlone ? null : (
            <Select
              w={180}
              aria-label="Pane to ask"
              data={looks.map(({ node, label }) => ({ value: node.id, label }))}
              value={chosen?.node.id ?? null}
              onChange={setTarget}
            />
          )}
          <span className="xs faint grow ellipsis" title="Every pane gets the same template, sampler and seed.">
            {isAlone || !isSynced
              ? ''
              : `${looks.length === 2 ? 'Both' : 'All'} panes get the same template, sampler and seed.`}
          </span>
          {isWriting ? (
            <Button
              variant="danger"
              leftSection={<Square className="icon-small" aria-hidden="true" />}
              rightSection={<KeyCap keys="escape" />}
              onClick={chat.stop}
            >
              Stop
            </Button>
          ) : null}
          <Button variant="filled" disabled={text.trim() === '' || isWriting} onClick={send}>
            Send
          </Button>
        </div>
      </div>
    </div>
  );
}
