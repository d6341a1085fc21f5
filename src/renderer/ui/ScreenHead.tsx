// Head of a screen: its title, what it offers, and a thin line while it fetches.
import type { ReactElement, ReactNode } from 'react';

export interface ScreenHeadProps {
  readonly title: string;
  readonly isBusy?: boolean;
  readonly children?: ReactNode;
}

export function ScreenHead({ title, isBusy = false, children }: ScreenHeadProps): ReactElement {
  return (
    <div className="screen-head" aria-busy={isBusy}>
      <h1>{title}</h1>
      {children}
      {isBusy ? (
        <div className="bar busy-line" aria-hidden="true">
          <span className="bar-fill bar-unknown" />
        </div>
      ) : null}
    </div>
  );
}
