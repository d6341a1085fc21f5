// A button that copies a text and says so.
import { Button, type ButtonProps } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { Copy } from 'lucide-react';
import type { ReactElement } from 'react';

export interface CopyButtonProps extends Pick<ButtonProps, 'variant' | 'disabled'> {
  readonly text: string;
  readonly label: string;
  readonly hideLabelWhenNarrow?: boolean;
}

export function CopyButton({ text, label, hideLabelWhenNarrow = false, ...button }: CopyButtonProps): ReactElement {
  const { copy, copied } = useClipboard({ timeout: 1600 });
  const words = copied ? 'Copied' : label;
  return (
    <Button
      {...button}
      leftSection={<Copy className="icon-small" aria-hidden="true" />}
      aria-label={words}
      onClick={() => copy(text)}
    >
      <span className={hideLabelWhenNarrow ? 'hide-narrow' : undefined}>{words}</span>
    </Button>
  );
}
