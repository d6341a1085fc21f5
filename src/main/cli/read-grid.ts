// Reads a grid file and checks it; every fault is named with its path.
import { type Grid, gridSchema } from '../../shared/contract.ts';
import { WorkbenchError } from '../../shared/errors.ts';
import { readDocument } from './read-document.ts';

export function readGrid(path: string): Grid {
  const parsed = gridSchema.safeParse(readDocument(path, 'BAD_RECIPE') ?? {});
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  const text = issues.map(({ path: at, message }) => (at === '' ? message : `${at}: ${message}`)).join('; ');
  throw new WorkbenchError('BAD_RECIPE', `the grid ${path} cannot be used: ${text}`, { path, issues });
}
