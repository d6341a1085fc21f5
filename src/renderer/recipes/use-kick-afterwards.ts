// Questions that are asked as soon as a file is written: `Then run KICK`. Watched by the window, whatever screen is open.
import { call } from '../api/client.ts';
import { useWindowEvent } from '../api/event-stream.tsx';
import { showError, showNotice } from '../ui/notices.tsx';

export const KICK_LIMIT = 400;

/** Compression job -> models to ask. */
const waiting = new Map<string, readonly string[]>();

export function askAfterwards(jobId: string, models: readonly string[]): void {
  waiting.set(jobId, models);
}

async function startRun(models: readonly string[]): Promise<void> {
  const tasks = await call('listTasks', {});
  const free = tasks.filter((task) => task['needsJudge'] !== true).map(({ id }) => id);
  await call('startKickRun', { models: [...models], tasks: free, limit: KICK_LIMIT });
  showNotice(`${KICK_LIMIT} questions of each task`, 'KICK is queued');
}

export function useKickAfterwards(): void {
  useWindowEvent((event) => {
    if (event.type !== 'job-changed') return;
    const { id, state } = event.job;
    const models = waiting.get(id);
    if (models === undefined || state === 'queued' || state === 'running' || state === 'paused') return;
    waiting.delete(id);
    if (state === 'done') startRun(models).catch(showError);
  });
}
