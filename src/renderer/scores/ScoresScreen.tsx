// Scores: a picture, a sentence and the list of what was forgotten.
import type { ReactElement } from 'react';
import { ScreenHead } from '../ui/ScreenHead.tsx';

export function ScoresScreen(): ReactElement {
  return (
    <div className="screen">
      <ScreenHead title="Scores" />
    </div>
  );
}
