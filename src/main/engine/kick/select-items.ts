// The items of a run: the first of each group and the first of all, as asked for, turned into prompts.
import { WorkbenchError } from '../../../shared/errors.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { yieldToEvents } from '../models/yield-to-events.ts';
import type { KickTask, PromptTokenizer, TaskItem, TaskSettings } from './task.ts';

export interface ItemLimits {
  /** First so many items. */
  readonly limit?: number | undefined;
  /** First so many of each subject, bucket or category; no limit where the data has none. */
  readonly limitPerGroup?: number | undefined;
}

/** Records between two looks at the outside: tokenizing a whole benchmark takes seconds. */
const RECORDS_PER_TURN = 128;

/** Throws BAD_DATA when nothing is left, CANCELLED. */
export async function selectItems(
  task: KickTask,
  records: readonly unknown[],
  settings: TaskSettings,
  tokenizer: PromptTokenizer,
  { limit = Number.POSITIVE_INFINITY, limitPerGroup }: ItemLimits,
  context: JobContext,
): Promise<TaskItem[]> {
  const chosen = limitPerGroup === undefined ? records : firstOfGroups(task, records, limitPerGroup);
  const items: TaskItem[] = [];
  for (const [index, record] of chosen.entries()) {
    if (items.length >= limit) break;
    items.push(...task.items(record, settings, tokenizer));
    if (index % RECORDS_PER_TURN !== 0) continue;
    context.progress({ stage: `${task.id}, reading questions`, done: items.length, unit: 'questions' });
    await yieldToEvents(context.signal);
  }
  if (items.length === 0) {
    throw new WorkbenchError('BAD_DATA', `The data of ${task.id} holds no question.`, { task: task.id });
  }
  return items.slice(0, Math.min(limit, items.length));
}

function firstOfGroups(task: KickTask, records: readonly unknown[], limitPerGroup: number): unknown[] {
  const taken = new Map<string, number>();
  return records.filter((record) => {
    const group = task.groupOf(record);
    if (group === undefined) return true;
    const count = taken.get(group) ?? 0;
    taken.set(group, count + 1);
    return count < limitPerGroup;
  });
}
