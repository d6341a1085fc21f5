// First run: a chart about a real model within about a minute, before any file is asked for.
import type { ReactElement } from 'react';
import { ScreenHead } from '../ui/ScreenHead.tsx';

export function FirstRunScreen(): ReactElement {
  return (
    <div className="screen">
      <ScreenHead title="First steps" />
    </div>
  );
}
