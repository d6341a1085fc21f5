// All KICK tasks. A new task is one file in tasks/ and one line here.
import { WorkbenchError } from '../../../shared/errors.ts';
import type { KickTask } from './task.ts';
import { closedBookQa } from './tasks/closed-book-qa.ts';
import { factoidQa } from './tasks/factoid-qa.ts';
import { multipleChoiceQa } from './tasks/multiple-choice-qa.ts';
import { openBookQa } from './tasks/open-book-qa.ts';
import { perplexity } from './tasks/perplexity.ts';

export const TASKS: readonly KickTask[] = [factoidQa, multipleChoiceQa, closedBookQa, openBookQa, perplexity];

/** Throws UNKNOWN_TASK. */
export function findTask(id: string): KickTask {
  const task = TASKS.find((candidate) => candidate.id === id);
  if (task !== undefined) return task;
  const known = TASKS.map((candidate) => candidate.id).join(', ');
  throw new WorkbenchError('UNKNOWN_TASK', `There is no task "${id}". Known tasks: ${known}.`, { task: id });
}
