// Jobs: what runs, what waits, what failed and why.
import type { ReactElement } from 'react';
import { ScreenHead } from '../ui/ScreenHead.tsx';

export function JobsScreen(): ReactElement {
  return (
    <div className="screen">
      <ScreenHead title="Jobs" />
    </div>
  );
}
