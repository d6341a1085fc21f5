// Text files that go with a prompt: a chip each, and the button that adds one.
import { Button } from '@mantine/core';
import { FileText, X } from 'lucide-react';
import { type ReactElement, useRef } from 'react';
import type { Attachment } from '../../shared/session/chat-calls.ts';
import { formatCount } from '../../shared/units.ts';
import { MiddleText } from '../ui/MiddleText.tsx';
import { MAX_ATTACHMENTS } from './read-attachment.ts';

interface AttachmentChipsProps {
  readonly attachments: readonly Attachment[];
  readonly onRemove?: (index: number) => void;
}

export function AttachmentChips({ attachments, onRemove }: AttachmentChipsProps): ReactElement | null {
  if (attachments.length === 0) return null;
  return (
    <ul className="attachments" aria-label="Attached texts">
      {attachments.map(({ name, text }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same file may be attached twice
        <li key={index} className="attachment" title={name}>
          <FileText className="icon-small" aria-hidden="true" />
          <MiddleText text={name} />
          <span className="faint nowrap">{formatCount(text.length)} letters</span>
          {onRemove === undefined ? null : (
            <button
              type="button"
              className="plain-button attachment-remove"
              aria-label={`Remove ${name}`}
              onClick={() => onRemove(index)}
            >
              <X className="icon-small" aria-hidden="true" />
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

interface AttachButtonProps {
  readonly count: number;
  readonly onFiles: (files: readonly File[]) => void;
}

export function AttachButton({ count, onFiles }: AttachButtonProps): ReactElement {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        aria-label="Text files"
        accept="text/*,.md,.txt,.csv,.tsv,.json,.jsonl,.yaml,.yml,.xml,.html,.py,.js,.ts,.c,.h,.cpp,.rs,.go,.java,.sh,.tex,.log"
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = '';
        }}
      />
      <Button
        size="compact-xs"
        variant="subtle"
        disabled={count >= MAX_ATTACHMENTS}
        onClick={() => input.current?.click()}
      >
        Attach text
      </Button>
    </>
  );
}
