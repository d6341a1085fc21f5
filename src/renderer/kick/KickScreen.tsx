// KICK: ask all versions the same questions, and know when enough were asked.
import type { ReactElement } from 'react';
import { ScreenHead } from '../ui/ScreenHead.tsx';

export function KickScreen(): ReactElement {
  return (
    <div className="screen">
      <ScreenHead title="KICK" />
    </div>
  );
}
