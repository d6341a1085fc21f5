// What the calls of a session share, and the form of their handlers.
import type { z } from 'zod';
import type { WorkbenchEventBody } from '../../../shared/events.ts';
import type { Recipe } from '../../../shared/recipe.ts';
import type { CallTable } from '../../../shared/session/call-table.ts';
import type { KickRuns } from '../kick-runs/kick-runs.ts';
import type { LiveAnswers } from '../kick-runs/live-answers.ts';
import type { MachineDevice } from '../machine/device.ts';
import type { MachineSpeed } from '../machine/speed.ts';
import type { ModelTree, TreeMachine } from '../model-tree/model-tree.ts';
import type { JobQueue } from '../queue/job-queue.ts';
import type { Planner } from '../recipes/planner.ts';
import type { ScoreBoard } from '../score-board/score-board.ts';
import type { SettingsStore } from '../settings/settings-store.ts';
import type { Workbench } from '../workbench.ts';
import type { BackgroundHash } from './background-hash.ts';
import type { ImportedScores } from './import-scores.ts';
import type { PathPermissions } from './path-permissions.ts';

export interface Services {
  readonly home: string;
  readonly workbench: Workbench;
  readonly queue: JobQueue;
  readonly settings: SettingsStore;
  readonly permissions: PathPermissions;
  readonly planner: Planner;
  readonly liveAnswers: LiveAnswers;
  readonly kickRuns: KickRuns;
  readonly imported: ImportedScores;
  /** Bytes of source a millisecond in earlier compressions of this kind; null before the first. */
  readonly compressSpeed: (recipe: Recipe) => number | null;
  readonly tree: ModelTree;
  readonly scoreBoard: ScoreBoard;
  readonly machine: () => TreeMachine;
  readonly hash: BackgroundHash;
  /** Files of the library: a page may name them by their paths. */
  readonly libraryPaths: () => ReadonlySet<string>;
  readonly libraryIds: () => ReadonlySet<string>;
  readonly speed: MachineSpeed;
  readonly device: MachineDevice;
  /** Content hash of a model of the library, by its id: what scores are stored under. */
  readonly sha256Of: (id: string) => string | undefined;
  /** What people call a model that was named by path or id. */
  readonly nameOf: (model: string) => string;
  /** Absolute path of a model that was named by path or id. */
  readonly pathOf: (model: string) => string;
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
