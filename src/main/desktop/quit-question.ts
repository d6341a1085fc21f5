// Asks before the app ends while a job runs. Nothing is lost either way, but a person should know.
import { type BrowserWindow, dialog } from 'electron';
import type { Job } from '../../shared/job.ts';
import { quitWords } from './quit-words.ts';

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
