// Every call that a window can make: those of a running workbench, those of its shell, and the engine's own.
// Heavy calls of the engine (compress, runKick, ...) go through the queue, so that one runs at a time.
import { z } from 'zod';
import { contract } from './contract.ts';
import type { SerializedError } from './errors.ts';
import type { WindowEvent } from './events.ts';
import { chatCalls } from './session/chat-calls.ts';
import { jobCalls } from './session/job-calls.ts';
import { kickCalls } from './session/kick-calls.ts';
import { machineCalls } from './session/machine-calls.ts';
import { modelCalls } from './session/model-calls.ts';
import { recipeCalls } from './session/recipe-calls.ts';
import { scoreCalls } from './session/score-calls.ts';
import { shellCalls } from './session/shell-calls.ts';

/** Calls of a running workbench, without the engine's own. */
export const workbenchCalls = {
  ...jobCalls,
  ...modelCalls,
  ...recipeCalls,
  ...chatCalls,
  ...kickCalls,
  ...scoreCalls,
  ...machineCalls,
} as const;

export const sessionContract = { ...contract, ...workbenchCalls, ...shellCalls } as const;

export type SessionContract = typeof sessionContract;
export type SessionCall = keyof SessionContract;
/** What a page writes: defaults may be left out. */
export type SessionInput<Name extends SessionCall> = z.input<SessionContract[Name]['input']>;
export type SessionOutput<Name extends SessionCall> = z.output<SessionContract[Name]['output']>;
export type WorkbenchCall = keyof typeof workbenchCalls;
export type ShellCall = keyof typeof shellCalls;

/** A call on the wire. */
export const callRequestSchema = z.strictObject({ name: z.string().min(1).max(100), input: z.unknown() });

/** The answer to a call: a value on either way, because errors lose their fields when they cross processes as exceptions. */
export type CallReply = { readonly output: unknown } | { readonly error: SerializedError };

/** What the desktop's preload puts on the window as `whittle`, and nothing else. The browser twin has the same over HTTP. */
export interface WindowBridge {
  readonly call: (name: string, input: unknown) => Promise<CallReply>;
  /** Events from now on, after those missed since `last`. Returns the way to stop. */
  readonly subscribe: (
    listener: (event: WindowEvent) => void,
    last?: { readonly epoch: string; readonly sequence: number },
  ) => () => void;
  /** The path of a dropped or picked file; empty for one that has none. From then on the engine may read it. */
  readonly pathForFile: (file: unknown) => string;
}
