// Importance of the model's layers: from the matrix that the recipe uses, else from the newest that was measured here.
import { useQuery } from '@tanstack/react-query';
import type { LayerImportance } from '../../shared/session/recipe-calls.ts';
import { importanceQuery, jobsQuery } from '../api/queries.ts';
import { newestImatrix } from './MeasureForm.tsx';

/** Undefined until one was measured. */
export function useImportance(model: string | undefined, imatrix: string | undefined): LayerImportance | undefined {
  const { data: jobs = [] } = useQuery(jobsQuery);
  const path = imatrix ?? newestImatrix(jobs, model ?? '');
  const { data } = useQuery({
    ...importanceQuery(model ?? '', path ?? ''),
    enabled: model !== undefined && path !== undefined,
    retry: false,
  });
  return path === undefined ? undefined : data;
}
