// What a running workbench tells its windows. Every event has a sequence number: after a reload or a lost connection a
// window names the last one it saw and gets those it missed, or a `reset` when they are no longer kept.
import type { ComparisonRow } from './comparison.ts';
import type { Job } from './job.ts';
import type { SampleResult } from './kick.ts';
import type { Progress } from './progress.ts';
import type { ChatAnswer, ChatPaneState } from './session/chat-calls.ts';

export type WorkbenchEventBody =
  /** Added, started, paused, ended, or moved in the queue. Replace the job of that id. */
  | { readonly type: 'job-changed'; readonly job: Job }
  | { readonly type: 'job-removed'; readonly jobId: string }
  /** At most ten a second per job. */
  | {
      readonly type: 'job-progress';
      readonly jobId: string;
      readonly progress: Progress;
      readonly remainingMs?: number | undefined;
      readonly unitsPerSecond?: number | undefined;
      readonly memoryBytes?: number | undefined;
    }
  | { readonly type: 'job-log'; readonly jobId: string; readonly line: string }
  /** Answers of a running KICK job, as they come; `denseSample` when the base has answered the same question. */
  | {
      readonly type: 'answers';
      readonly jobId: string;
      readonly runId?: string | undefined;
      readonly model: string;
      readonly task: string;
      readonly answers: readonly { readonly sample: SampleResult; readonly denseSample?: SampleResult | undefined }[];
    }
  /** A point of a chart landed. Ask again for charts and rows; `rows` is what changed. */
  | { readonly type: 'scores-changed'; readonly rows: readonly ComparisonRow[] }
  | { readonly type: 'models-changed' }
  | { readonly type: 'recipes-changed' }
  | { readonly type: 'settings-changed' }
  | { readonly type: 'bench-changed' }
  | { readonly type: 'conversations-changed' }
  | { readonly type: 'questions-changed' }
  | { readonly type: 'chat-pane'; readonly paneId: string; readonly state: ChatPaneState }
  /** New text of an answer that is being written; `text` is appended to what came before. */
  | {
      readonly type: 'chat-text';
      readonly paneId: string;
      readonly answerId: string;
      readonly text: string;
      readonly tokenCount: number;
    }
  | { readonly type: 'chat-answer'; readonly paneId: string; readonly answerId: string; readonly answer: ChatAnswer }
  /** A file that a browser sends; the page that sends it knows more. */
  | { readonly type: 'upload'; readonly name: string; readonly receivedBytes: number; readonly totalBytes: number };

/** Said by the shell and not by the engine: no sequence numbers, never kept. */
export type ShellEvent =
  /** First on every connection. `reset`: what was missed is not kept, so ask for everything again. */
  | { readonly type: 'connected'; readonly epoch: string; readonly sequence: number; readonly reset: boolean }
  /** Desktop: the engine's process ended; browser: the server does not answer. */
  | { readonly type: 'engine-lost'; readonly reason: string }
  /** A menu item or shortcut of the system: the id of a command of the palette. */
  | { readonly type: 'menu-command'; readonly command: string }
  /** A `whittle://` address that was opened. */
  | { readonly type: 'deep-link'; readonly url: string }
  /** Files opened with Whittle from the system (file manager, dock). */
  | { readonly type: 'files-opened'; readonly paths: readonly string[] };

export type WorkbenchEvent = WorkbenchEventBody & { readonly epoch: string; readonly sequence: number };
export type WindowEvent = WorkbenchEvent | ShellEvent;
