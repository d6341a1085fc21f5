// What the calls of a session share, and the form of their handlers.
import type { z } from 'zod';
import type { WorkbenchEventBody } from '../../../shared/events.ts';
import type { CallTable } from '../../../shared/session/call-table.ts';
import type { JobQueue } from '../queue/job-queue.ts';
import type { SettingsStore } from '../settings/settings-store.ts';
import type { Workbench } from '../workbench.ts';
import type { PathPermissions } from './path-permissions.ts';

export interface Services {
  readonly home: string;
  readonly workbench: Workbench;
  readonly queue: JobQueue;
  readonly settings: SettingsStore;
  readonly permissions: PathPermissions;
  /** Folders that the server's file browser may show. */
  readonly browseRoots: readonly string[];
  readonly emit: (event: WorkbenchEventBody) => void;
}

export type HandlersOf<Table extends CallTable> = {
  readonly [Name in keyof Table]: (
    input: z.output<Table[Name]['input']>,
    signal: AbortSignal,
  ) => Promise<z.output<Table[Name]['output']>> | z.output<Table[Name]['output']>;
};

export const OK = { ok: true } as const;
