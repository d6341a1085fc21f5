// Compress: build a recipe, see exactly what comes out, start it.
import type { ReactElement } from 'react';
import { ScreenHead } from '../ui/ScreenHead.tsx';

export function CompressScreen(): ReactElement {
  return (
    <div className="screen">
      <ScreenHead title="Compress" />
    </div>
  );
}
