// What is asked before the app ends while a job runs.
import type { Job } from '../../shared/job.ts';

export function quitWords({ title, progress, canResume }: Job): string {
  const done = progress?.done.toLocaleString('en-US');
  const at =
    progress?.total === undefined ? '' : ` is at ${done} of ${progress.total.toLocaleString('en-US')} ${progress.unit}`;
  const then = canResume
    ? 'What is finished is saved; it will go on next time.'
    : 'Nothing half done is kept: it starts anew next time.';
  return `${title}${at || ' is running'}. ${then}`;
}
