// Models: every version of every model, and what each is worth, in one table.
import type { ReactElement } from 'react';
import { ScreenHead } from '../ui/ScreenHead.tsx';

export function ModelsScreen(): ReactElement {
  return (
    <div className="screen">
      <ScreenHead title="Models" />
    </div>
  );
}
