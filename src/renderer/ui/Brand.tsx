// The name and its sign: a block with a corner cut off.
import type { ReactElement } from 'react';

export function BrandMark({ size = 20 }: { readonly size?: number }): ReactElement {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
      <path d="M2 18V8.5L8.5 2H18v16Z" fill="var(--dense)" opacity=".22" />
      <path d="M2 18V12l4.5-4.5L12 13l-5 5Z" fill="var(--accent)" />
      <path d="M8.5 2H18v9.5L12 13 6.5 7.5 8.5 5.5Z" fill="var(--dense)" />
    </svg>
  );
}

export function Brand(): ReactElement {
  return (
    <div className="brand">
      <BrandMark />
      <span>Whittle</span>
    </div>
  );
}
