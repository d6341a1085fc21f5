// The version's answer as the dense model reads it: tokens that dense finds unlikely are shaded.
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { formatSignificant } from '../../shared/score-words.ts';
import { surpriseQuery } from '../api/queries.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { messagesFor, type Talk } from './conversation.ts';

interface SurpriseTextProps {
  /** The pane of the dense model. */
  readonly paneId: string;
  readonly talk: Talk;
  readonly turnIndex: number;
  readonly model: string;
  readonly text: string;
}

/** Nothing above one in two, full shade below one in ten thousand. */
export function shadeOf(probability: number): number {
  if (probability >= 0.5) return 0;
  return Math.min(1, Math.log10(0.5 / Math.max(probability, 1e-9)) / 3.7);
}

function oddsWords(probability: number): string {
  return probability >= 0.001
    ? `${(probability * 100).toFixed(1)} %`
    : `1 in ${Math.round(1 / Math.max(probability, 1e-9)).toLocaleString('en-US')}`;
}

export function SurpriseText({ paneId, talk, turnIndex, model, text }: SurpriseTextProps): ReactElement {
  const { data, error } = useQuery(
    surpriseQuery({ paneId, messages: messagesFor(talk, turnIndex, model), answer: text }),
  );
  if (error !== null) return <ErrorNote error={error} />;
  if (data === undefined) {
    return (
      <div className="markdown">
        <p style={{ whiteSpace: 'pre-wrap' }}>{text}</p>
        <p className="faint xs">dense is reading this answer</p>
      </div>
    );
  }
  return (
    <div className="markdown">
      <p className="surprise selectable">
        {data.tokens.map((token, place) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: a token is its place
            key={place}
            style={{
              background: `color-mix(in srgb, var(--diff-line) ${Math.round(shadeOf(token.probability) * 42)}%, transparent)`,
            }}
            title={`dense: ${oddsWords(token.probability)}, would say "${token.topText}" (${oddsWords(token.topProbability)})`}
          >
            {token.text}
          </span>
        ))}
      </p>
      <p className="faint xs">
        Perplexity of this answer for dense: {formatSignificant(data.perplexity)}. Words after the first difference
        drift by themselves.
      </p>
    </div>
  );
}
