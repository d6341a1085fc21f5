// Chat is asked for while a heavy job runs: both at once slow each other many times.
import { Button, Checkbox, Modal } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import type { Job } from '../../shared/job.ts';
import { KIND_WORDS, progressWords } from '../jobs/job-words.ts';

interface PauseDialogProps {
  readonly job: Job;
  readonly onSettle: (doesPause: boolean, isRemembered: boolean) => Promise<void>;
}

export function PauseDialog({ job, onSettle }: PauseDialogProps): ReactElement {
  const [isRemembered, setRemembered] = useState(false);
  return (
    <Modal
      opened
      onClose={() => void onSettle(false, false)}
      title={`Pause ${KIND_WORDS[job.kind]} while you chat?`}
      size={420}
    >
      <div className="column">
        <p className="sm muted">
          {job.title}: {progressWords(job)}. Both at once slow each other many times.{' '}
          {job.canResume ? 'It goes on where it stopped.' : 'It begins anew when you let it go on.'}
        </p>
        <Checkbox
          label="Remember this"
          checked={isRemembered}
          onChange={(event) => setRemembered(event.currentTarget.checked)}
        />
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button onClick={() => void onSettle(false, isRemembered)}>Keep running</Button>
          <Button variant="filled" data-autofocus onClick={() => void onSettle(true, isRemembered)}>
            Pause
          </Button>
        </div>
      </div>
    </Modal>
  );
}
