// The three words of a verdict, each with its own sign: filled disc, half disc, ring.
import type { ReactElement } from 'react';
import type { Verdict } from '../../shared/comparison.ts';

const COLORS: Readonly<Record<Verdict, string>> = {
  matches: 'var(--matches)',
  unclear: 'var(--warn)',
  loses: 'var(--bad)',
};

export function VerdictSign({ verdict }: { readonly verdict: Verdict }): ReactElement {
  return (
    <svg className="verdict-sign" viewBox="0 0 12 12" aria-hidden="true" style={{ color: COLORS[verdict] }}>
      {verdict === 'matches' ? <circle cx="6" cy="6" r="5.2" fill="currentColor" /> : null}
      {verdict === 'matches' ? null : (
        <circle cx="6" cy="6" r="4.6" fill="none" stroke="currentColor" strokeWidth="1.6" />
      )}
      {verdict === 'unclear' ? <path d="M6 1.4a4.6 4.6 0 0 0 0 9.2Z" fill="currentColor" /> : null}
    </svg>
  );
}

export function VerdictMark({ verdict }: { readonly verdict: Verdict }): ReactElement {
  return (
    <span className="row" style={{ gap: 5 }}>
      <VerdictSign verdict={verdict} />
      <span>{verdict}</span>
    </span>
  );
}
