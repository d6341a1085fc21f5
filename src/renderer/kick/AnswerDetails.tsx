// One question in full: the prompt, what was right, both answers, and for choices the odds of each letter.
import { Fragment, type ReactElement } from 'react';
import type { SampleResult } from '../../shared/kick.ts';
import type { LiveAnswer } from '../../shared/session/kick-calls.ts';

/** Odds among the four letters, from their log-likelihoods: `A 0.62  B 0.21 ...`. */
export function choiceOdds(logprobs: readonly number[]): string {
  const largest = Math.max(...logprobs);
  const weights = logprobs.map((value) => Math.exp(value - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights
    .map((weight, place) => `${String.fromCharCode(65 + place)} ${(weight / total).toFixed(2)}`)
    .join('   ');
}

function saidWords({ answer, logprobs }: SampleResult): string {
  return logprobs === undefined ? answer : `${answer}   (${choiceOdds(logprobs)})`;
}

export function AnswerDetails({ answer }: { readonly answer: LiveAnswer }): ReactElement {
  const { sample, denseSample } = answer;
  const facts: readonly (readonly [string, string])[] = [
    ['Right', sample.expected.join(' or ')],
    ...(denseSample === null ? [] : [['Dense said', saidWords(denseSample)] as const]),
    ['Version said', saidWords(sample)],
    ['Score', sample.score === null ? 'failed' : String(sample.score)],
    ...(sample.group === undefined ? [] : [['Category', sample.group] as const]),
  ];
  return (
    <div className="column" style={{ gap: 12 }}>
      <pre className="log-text selectable">{sample.prompt}</pre>
      <dl className="key-values answer-values">
        {facts.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd className="selectable">{value}</dd>
          </Fragment>
        ))}
      </dl>
    </div>
  );
}
