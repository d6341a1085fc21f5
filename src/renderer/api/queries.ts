// Server state of the page: one queryOptions a call. Events invalidate or patch it (apply-event.ts); nothing else holds it.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Job } from '../../shared/job.ts';
import type { SessionInput } from '../../shared/session-contract.ts';
import { call } from './client.ts';

const NEVER = Number.POSITIVE_INFINITY;

export const jobsQuery = queryOptions({
  queryKey: ['jobs'],
  queryFn: ({ signal }): Promise<readonly Job[]> => call('listJobs', {}, signal),
  staleTime: NEVER,
});
export const jobsAtStartQuery = queryOptions({
  queryKey: ['jobs-at-start'],
  queryFn: ({ signal }) => call('jobsAtStart', {}, signal),
  staleTime: NEVER,
});
export const jobLogQuery = (jobId: string) =>
  queryOptions({ queryKey: ['job-log', jobId], queryFn: ({ signal }) => call('jobLog', { jobId }, signal) });

export const modelTreeQuery = queryOptions({
  queryKey: ['models', 'tree'],
  queryFn: ({ signal }) => call('listModelTree', {}, signal),
  staleTime: NEVER,
  select: ({ models }) => models,
});
export const modelQuery = (model: string) =>
  queryOptions({
    queryKey: ['models', 'one', model],
    queryFn: ({ signal }) => call('getModel', { model }, signal),
    staleTime: NEVER,
  });
export const benchQuery = queryOptions({
  queryKey: ['bench'],
  queryFn: ({ signal }) => call('getBench', {}, signal),
  staleTime: NEVER,
});
export const modelFoldersQuery = queryOptions({
  queryKey: ['model-folders'],
  queryFn: ({ signal }) => call('findModelFolders', {}, signal),
  staleTime: 60_000,
  select: ({ folders }) => folders,
});
export const folderQuery = (path: string | undefined) =>
  queryOptions({
    queryKey: ['folder', path ?? ''],
    queryFn: ({ signal }) => call('browseFolder', path === undefined ? {} : { path }, signal),
    placeholderData: keepPreviousData,
  });

export const methodsQuery = queryOptions({
  queryKey: ['methods'],
  queryFn: ({ signal }) => call('listMethods', {}, signal),
  staleTime: NEVER,
});
export const tasksQuery = queryOptions({
  queryKey: ['tasks'],
  queryFn: ({ signal }) => call('listTasks', {}, signal),
  staleTime: NEVER,
});
export const typesQuery = queryOptions({
  queryKey: ['types'],
  queryFn: ({ signal }) => call('listTypes', {}, signal),
  staleTime: NEVER,
});

export const recipesQuery = queryOptions({
  queryKey: ['recipes'],
  queryFn: ({ signal }) => call('listRecipes', {}, signal),
  staleTime: NEVER,
  select: ({ recipes }) => recipes,
});
export const previewQuery = (input: SessionInput<'previewRecipe'>) =>
  queryOptions({
    queryKey: ['preview', input],
    queryFn: ({ signal }) => call('previewRecipe', input, signal),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    gcTime: 60_000,
  });
export const importanceQuery = (model: string, imatrixPath: string) =>
  queryOptions({
    queryKey: ['importance', model, imatrixPath],
    queryFn: ({ signal }) => call('readImportance', { model, imatrixPath }, signal),
  });
export const sweepPreviewQuery = (input: SessionInput<'previewSweep'>) =>
  queryOptions({
    queryKey: ['sweep-preview', input],
    queryFn: ({ signal }) => call('previewSweep', input, signal),
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
export const commandQuery = (input: SessionInput<'commandForRecipe'>) =>
  queryOptions({ queryKey: ['command', input], queryFn: ({ signal }) => call('commandForRecipe', input, signal) });

export const kickPlanQuery = (input: SessionInput<'planKick'>) =>
  queryOptions({
    queryKey: ['kick-plan', input],
    queryFn: ({ signal }) => call('planKick', input, signal),
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
export const kickRunsQuery = queryOptions({
  queryKey: ['kick-runs'],
  queryFn: ({ signal }) => call('listKickRuns', {}, signal),
  select: ({ runs }) => runs,
});
export const answersQuery = (input: SessionInput<'listAnswers'>) =>
  queryOptions({
    queryKey: ['answers', input],
    queryFn: ({ signal }) => call('listAnswers', input, signal),
    placeholderData: keepPreviousData,
  });
export const ownQuestionsQuery = queryOptions({
  queryKey: ['own-questions'],
  queryFn: ({ signal }) => call('listOwnQuestions', {}, signal),
});

export const scoreFiltersQuery = queryOptions({
  queryKey: ['scores', 'filters'],
  queryFn: ({ signal }) => call('listScoreFilters', {}, signal),
});
export const chartsQuery = (input: SessionInput<'listCharts'>) =>
  queryOptions({
    queryKey: ['scores', 'charts', input],
    queryFn: ({ signal }) => call('listCharts', input, signal),
    placeholderData: keepPreviousData,
  });
export const changedQuery = (input: SessionInput<'changedQuestions'>) =>
  queryOptions({
    queryKey: ['scores', 'changed', input],
    queryFn: ({ signal }) => call('changedQuestions', input, signal),
    placeholderData: keepPreviousData,
  });
export const categoriesQuery = (scoreId: string) =>
  queryOptions({
    queryKey: ['scores', 'categories', scoreId],
    queryFn: ({ signal }) => call('listCategories', { scoreId }, signal),
  });
export const scorePerGbQuery = (input: SessionInput<'scorePerGb'>) =>
  queryOptions({
    queryKey: ['scores', 'per-gb', input],
    queryFn: ({ signal }) => call('scorePerGb', input, signal),
    placeholderData: keepPreviousData,
  });
export const scoreQuery = (scoreId: string) =>
  queryOptions({
    queryKey: ['scores', 'one', scoreId],
    queryFn: ({ signal }) => call('getScore', { scoreId }, signal),
  });
export const samplesQuery = (scoreId: string, offset: number, limit: number) =>
  queryOptions({
    queryKey: ['scores', 'samples', scoreId, offset, limit],
    queryFn: ({ signal }) => call('listSamples', { scoreId, offset, limit }, signal),
    placeholderData: keepPreviousData,
  });

export const conversationsQuery = queryOptions({
  queryKey: ['conversations'],
  queryFn: ({ signal }) => call('listConversations', {}, signal),
  select: ({ conversations }) => conversations,
});

export const machineQuery = queryOptions({
  queryKey: ['machine'],
  queryFn: ({ signal }) => call('getMachine', {}, signal),
  refetchInterval: 15_000,
});
export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => call('getSettings', {}, signal),
  staleTime: NEVER,
});
export const cachesQuery = queryOptions({
  queryKey: ['caches'],
  queryFn: ({ signal }) => call('listCaches', {}, signal),
  select: ({ caches }) => caches,
});
export const licencesQuery = queryOptions({
  queryKey: ['licences'],
  queryFn: ({ signal }) => call('listLicences', {}, signal),
  staleTime: NEVER,
  select: ({ licences }) => licences,
});
export const firstRunQuery = queryOptions({
  queryKey: ['first-run'],
  queryFn: ({ signal }) => call('getFirstRun', {}, signal),
  staleTime: NEVER,
});
export const shellQuery = queryOptions({
  queryKey: ['shell'],
  queryFn: ({ signal }) => call('getShell', {}, signal),
  staleTime: NEVER,
});
export const surpriseQuery = (input: SessionInput<'measureSurprise'>) =>
  queryOptions({
    queryKey: ['surprise', input],
    queryFn: ({ signal }) => call('measureSurprise', input, signal),
    staleTime: NEVER,
  });
