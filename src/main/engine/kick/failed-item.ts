// An item that cannot be asked: it stays in the samples and counts as failed.
import type { TaskItem } from './task.ts';

export function failedItem(item: Pick<TaskItem, 'id' | 'prompt' | 'expected'>, failure: string): TaskItem {
  return { ...item, requests: [], failure, score: () => ({ answer: '', score: null }) };
}

export const tooLong = (tokens: number, limit: number): string =>
  `the prompt has ${tokens} tokens, the limit is ${limit}`;
