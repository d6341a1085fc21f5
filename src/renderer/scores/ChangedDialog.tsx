// One question in full: the whole prompt, what was right, and what each version said.
import { Modal } from '@mantine/core';
import type { ReactElement } from 'react';
import type { ChangedAnswer } from '../../shared/comparison.ts';
import { CopyButton } from '../ui/CopyButton.tsx';

interface ChangedDialogProps {
  readonly answer: ChangedAnswer;
  readonly version: string;
  readonly onClose: () => void;
}

export function ChangedDialog({ answer, version, onClose }: ChangedDialogProps): ReactElement {
  const isForgotten = answer.score < answer.denseScore;
  const text = `${answer.prompt}\n\nRight: ${answer.expected.join(' | ')}\nDense: ${answer.denseAnswer}\n${version}: ${answer.answer}`;
  return (
    <Modal opened onClose={onClose} title={isForgotten ? '\u2212 Forgotten' : '+ Gained'} size={680}>
      <div className="column" style={{ gap: 12 }}>
        <pre className="log-text selectable">{answer.prompt}</pre>
        <dl className="key-values answer-values">
          <dt>Right</dt>
          <dd className="selectable">{answer.expected.join(' or ')}</dd>
          <dt>Dense said</dt>
          <dd className="selectable">{answer.denseAnswer}</dd>
          <dt>{version} said</dt>
          <dd className="selectable">{answer.answer}</dd>
          {answer.group === undefined ? null : (
            <>
              <dt>Category</dt>
              <dd>{answer.group}</dd>
            </>
          )}
        </dl>
        <CopyButton text={text} label="Copy question" />
      </div>
    </Modal>
  );
}
