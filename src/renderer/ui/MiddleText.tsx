// A name that is cut in the middle when it does not fit: the ends of model names tell versions apart.
import type { ReactElement } from 'react';

const TAIL_LENGTH = 14;

export function MiddleText({
  text,
  tailLength = TAIL_LENGTH,
}: {
  readonly text: string;
  readonly tailLength?: number;
}): ReactElement {
  const letters = [...text];
  if (letters.length <= tailLength + 4) {
    return (
      <span className="ellipsis" title={text}>
        {text}
      </span>
    );
  }
  let split = letters.length - tailLength;
  while (letters[split] === ' ') split += 1;
  return (
    <span className="middle" title={text}>
      <span className="middle-head">{letters.slice(0, split).join('')}</span>
      <span className="middle-tail">{letters.slice(split).join('')}</span>
    </span>
  );
}
