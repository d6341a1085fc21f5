// Settings: one page with search; changes apply at once.
import type { ReactElement } from 'react';
import { ScreenHead } from '../ui/ScreenHead.tsx';

export function SettingsScreen(): ReactElement {
  return (
    <div className="screen">
      <ScreenHead title="Settings" />
    </div>
  );
}
