// What stands above every screen: the engine is lost, or jobs of the last time wait for a decision.
import { Button, Modal } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Info, TriangleAlert } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { call, transport } from '../api/client.ts';
import { useLostReason } from '../api/event-stream.tsx';
import { jobsAtStartQuery } from '../api/queries.ts';
import { plural } from '../models/model-words.ts';
import { CopyButton } from './CopyButton.tsx';
import { showError } from './notices.tsx';

function EngineLog({ lines, onClose }: { readonly lines: readonly string[]; readonly onClose: () => void }) {
  const text = lines.join('\n');
  return (
    <Modal opened onClose={onClose} title="Log of the engine" size={760}>
      <pre className="log-text">{text === '' ? 'The log is empty.' : text}</pre>
      <CopyButton text={text} label="Copy log" />
    </Modal>
  );
}

function EngineLostBanner({ reason }: { readonly reason: string }): ReactElement {
  const [log, setLog] = useState<readonly string[] | null>(null);
  const canRestart = transport().kind === 'desktop';
  return (
    <div className="banner banner-bad" role="alert">
      <TriangleAlert className="icon" aria-hidden="true" />
      <span className="grow">
        <b className="strong">The engine stopped.</b> Your files and finished answers are safe.{' '}
        <span className="muted">{reason}</span>
      </span>
      {canRestart ? (
        <>
          <Button onClick={() => call('restartEngine', {}).catch(showError)}>Start again</Button>
          <Button
            variant="subtle"
            onClick={() =>
              call('engineLog', {})
                .then(({ lines }) => setLog(lines))
                .catch(showError)
            }
          >
            Show log
          </Button>
        </>
      ) : (
        <Button onClick={() => window.location.reload()}>Try again</Button>
      )}
      {log === null ? null : <EngineLog lines={log} onClose={() => setLog(null)} />}
    </div>
  );
}

function InterruptedBanner(): ReactElement | null {
  const client = useQueryClient();
  const { data } = useQuery(jobsAtStartQuery);
  const interrupted = data?.interrupted ?? [];
  if (interrupted.length === 0) return null;
  const settle = async (isWanted: boolean) => {
    try {
      for (const { id } of interrupted) await call(isWanted ? 'resumeJob' : 'cancelJob', { jobId: id });
    } catch (error) {
      showError(error);
    }
    await client.invalidateQueries({ queryKey: ['jobs-at-start'] });
    await client.invalidateQueries({ queryKey: ['jobs'] });
  };
  const isOne = interrupted.length === 1;
  return (
    <div className="banner banner-info" role="status">
      <Info className="icon" aria-hidden="true" />
      <span className="grow ellipsis">
        {plural(interrupted.length, 'job')} {isOne ? 'was' : 'were'} running when Whittle closed.
      </span>
      <Button onClick={() => void settle(true)}>Go on</Button>
      <Button variant="subtle" onClick={() => void settle(false)}>
        Leave {isOne ? 'it' : 'them'}
      </Button>
    </div>
  );
}

export function Banners(): ReactElement {
  const lostReason = useLostReason();
  return lostReason === null ? <InterruptedBanner /> : <EngineLostBanner reason={lostReason} />;
}
