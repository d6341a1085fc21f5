// One turn over all panes, so that answers start level and scroll together.
import { ActionIcon, Button, Textarea, Tooltip } from '@mantine/core';
import { Image, Pencil } from 'lucide-react';
import { type CSSProperties, type ReactElement, useState } from 'react';
import type { BenchVersion } from '../models/use-bench.ts';
import { AnswerView } from './AnswerView.tsx';
import { AttachmentChips } from './Attachments.tsx';
import type { Turn } from './conversation.ts';
import { pictureOfTurn, saveTurn } from './save-turn.ts';
import type { Chat } from './use-chat.ts';

interface TurnRowProps {
  readonly turn: Turn;
  readonly index: number;
  readonly looks: readonly BenchVersion[];
  readonly dense: BenchVersion | undefined;
  readonly chat: Chat;
  readonly columns: CSSProperties;
}

interface PromptProps {
  readonly turn: Turn;
  readonly onEdit: (text: string) => void;
  /** Undefined while there is no answer to show. */
  readonly onPicture: (() => void) | undefined;
}

function Prompt({ turn, onEdit, onPicture }: PromptProps): ReactElement {
  const text = turn.prompt;
  const [draft, setDraft] = useState<string | null>(null);
  if (draft === null) {
    return (
      <div className="prompt-row">
        {onPicture === undefined ? null : (
          <Tooltip label="Save this turn as a picture">
            <ActionIcon
              className="on-hover"
              variant="subtle"
              size={24}
              aria-label="Save this turn as a picture"
              onClick={onPicture}
            >
              <Image className="icon-small" aria-hidden="true" />
            </ActionIcon>
          </Tooltip>
        )}
        <ActionIcon
          className="on-hover"
          variant="subtle"
          size={24}
          aria-label="Edit prompt"
          onClick={() => setDraft(text)}
        >
          <Pencil className="icon-small" aria-hidden="true" />
        </ActionIcon>
        <div className="prompt selectable">
          <AttachmentChips attachments={turn.attachments} />
          {text}
        </div>
      </div>
    );
  }
  return (
    <form
      className="column prompt-edit"
      onSubmit={(event) => {
        event.preventDefault();
        onEdit(draft);
        setDraft(null);
      }}
    >
      <Textarea
        aria-label="Prompt"
        autosize
        minRows={2}
        maxRows={12}
        autoFocus
        value={draft}
        onChange={(event) => setDraft(event.currentTarget.value)}
      />
      <div className="row">
        <span className="faint xs grow">Later turns are left out: they followed from the old prompt.</span>
        <Button onClick={() => setDraft(null)}>Cancel</Button>
        <Button type="submit" variant="filled" disabled={draft.trim() === ''}>
          Ask again
        </Button>
      </div>
    </form>
  );
}

export function TurnRow({ turn, index, looks, dense, chat, columns }: TurnRowProps): ReactElement {
  const densePart = dense === undefined ? undefined : turn.answers[dense.node.id];
  const picture = pictureOfTurn(chat.talk, index, looks, chat.mode !== 'off');
  const isShared = chat.talk.isSynced;
  return (
    <div className="turn" style={columns}>
      {looks.map((look) => {
        const id = look.node.id;
        const writing = chat.writing.find((one) => one.turnIndex === index && one.model === id);
        const answer = turn.answers[id];
        const takesPart = isShared || answer !== undefined || writing !== undefined;
        const others = looks.filter((other) => other.node.id !== id);
        // Dense is compared with the first version beside it, every version with dense.
        const partner = look === dense ? turn.answers[others[0]?.node.id ?? ''] : densePart;
        return (
          <div key={id} className="turn-cell" data-pane={id}>
            {takesPart ? (
              <Prompt
                turn={turn}
                onEdit={(text) => chat.edit(index, text)}
                onPicture={picture === undefined ? undefined : () => saveTurn(picture, chat.talk.title, index)}
              />
            ) : null}
            {takesPart ? (
              <AnswerView
                look={look}
                isDense={look === dense}
                turnIndex={index}
                answer={answer}
                writing={writing}
                partner={partner}
                dense={dense}
                chat={chat}
              />
            ) : null}
          </div>
        );
      })}
    </div>
  );
}
