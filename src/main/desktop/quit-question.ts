// Asks before the app ends while a job runs. Nothing is lost either way, but a person should know.
import { type BrowserWindow, dialog } from 'electron';
import type { Job } from '../../shared/job.ts';

/** True when the person wants to quit. */
export async function askToQuit(window: BrowserWindow, job: Job): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: quitWords(job),
    buttons: ['Quit', 'Keep running'],
    defaultId: 1,
    cancelId: 1,
  });
  return response === 0;
}

export function quitWords({ title, progress, canResume }: Job): string {
  const done = progress?.done.toLocaleString('en-US');
  const at =
    progress?.total === undefined ? '' : ` is at ${done} of ${progress.total.toLocaleString('en-US')} ${progress.unit}`;
  const then = canResume
    ? 'What is finished is saved; it will go on next time.'
    : 'Nothing half done is kept: it starts anew next time.';
  return `${title}${at || ' is running'}. ${then}`;
}
