// Chat: feel the difference on your own prompt.
import type { ReactElement } from 'react';
import { ScreenHead } from '../ui/ScreenHead.tsx';

export function ChatScreen(): ReactElement {
  return (
    <div className="screen">
      <ScreenHead title="Chat" />
    </div>
  );
}
