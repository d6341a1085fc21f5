// A running workbench: what the window and the browser twin hold. Adds a queue, events, panes and a library tree to the engine's
// calls. One object a process; several pages share it.
import { mkdirSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { CallName } from '../../../shared/contract.ts';
import { contract } from '../../../shared/contract.ts';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { WindowEvent, WorkbenchEventBody } from '../../../shared/events.ts';
import { type WorkbenchCall, workbenchCalls } from '../../../shared/session-contract.ts';
import { ChatPanes } from '../chat/chat-panes.ts';
import { KickRuns } from '../kick-runs/kick-runs.ts';
import { LiveAnswers } from '../kick-runs/live-answers.ts';
import { availableMemoryBytes } from '../machine/describe-machine.ts';
import { MachineDevice } from '../machine/device.ts';
import { MachineSpeed } from '../machine/speed.ts';
import { ModelTree, type TreeMachine } from '../model-tree/model-tree.ts';
import { resolveModel } from '../models/library.ts';
import { JobQueue } from '../queue/job-queue.ts';
import { Planner } from '../recipes/planner.ts';
import { ScoreBoard } from '../score-board/score-board.ts';
import { JsonFile } from '../settings/json-file.ts';
import { SettingsStore } from '../settings/settings-store.ts';
import { Workbench } from '../workbench.ts';
import { BackgroundHash } from './background-hash.ts';
import { chatHandlers } from './chat-handlers.ts';
import { compressSpeed } from './compress-speed.ts';
import { EventLog, type EventPosition } from './event-log.ts';
import { firstRunHandlers } from './first-run-handlers.ts';
import { ImportedScores } from './import-scores.ts';
import { jobHandlers, runAsJob } from './job-handlers.ts';
import { heavyKindOf } from './job-kinds.ts';
import { JobRunner } from './job-runner.ts';
import { kickHandlers } from './kick-handlers.ts';
import { LibraryView } from './library-view.ts';
import { machineHandlers, openFolders } from './machine-handlers.ts';
import { modelHandlers } from './model-handlers.ts';
import { PathPermissions } from './path-permissions.ts';
import { pathsOfInput } from './paths-of-input.ts';
import { recipeHandlers } from './recipe-handlers.ts';
import { scoreHandlers } from './score-handlers.ts';
import type { HandlersOf, Services } from './services.ts';

export interface SessionOptions {
  readonly home: string;
  /** Folders that the browser twin's file picker shows; none for a desktop. */
  readonly browseRoots?: readonly string[];
}

type Handlers = HandlersOf<typeof workbenchCalls>;

/** Soon enough for a first preview; not while the window is being drawn, which wants every core. */
const WARM_DELAY_MS = 2000;
/** The window is there and drawn by then. */
const PROBE_DELAY_MS = 5000;

export class WorkbenchSession {
  readonly home: string;
  readonly events = new EventLog();
  readonly permissions: PathPermissions;
  readonly #services: Services;
  readonly #handlers: Handlers;
  readonly #panes: ChatPanes;
  /** Until the library has been read once, labels and links of scores are not known. */
  #ready: Promise<void> = Promise.resolve();
  #warmTimer: NodeJS.Timeout | undefined;
  #probeTimer: NodeJS.Timeout | undefined;

  constructor({ home, browseRoots = [] }: SessionOptions) {
    this.home = resolve(home);
    mkdirSync(this.home, { recursive: true });
    const emit = (event: WorkbenchEventBody): void => this.events.emit(event);
    this.permissions = rememberedPermissions(this.home, browseRoots);
    this.#services = this.#makeServices(emit, browseRoots);
    this.#panes = new ChatPanes(emit);
    this.#handlers = {
      ...jobHandlers(this.#services),
      ...modelHandlers(this.#services),
      ...recipeHandlers(this.#services),
      ...chatHandlers(this.#services, this.#panes),
      ...kickHandlers(this.#services),
      ...scoreHandlers(this.#services),
      ...machineHandlers(this.#services),
      ...firstRunHandlers(this.#services),
    };
    openFolders(this.#services);
    this.#warmLater();
    this.#probeLater();
  }

  /** `name` and `input` come from a wire. Throws UNKNOWN_CALL, BAD_INPUT, NOT_ALLOWED, and what the call throws. */
  async call(name: string, input: unknown, signal: AbortSignal): Promise<unknown> {
    const isOwn = Object.hasOwn(workbenchCalls, name);
    if (!isOwn && !Object.hasOwn(contract, name))
      throw new WorkbenchError('UNKNOWN_CALL', `There is no call ${name}.`, { name });
    await this.#ready;
    for (const path of pathsOfInput(input)) this.#checkPath(path);
    return isOwn
      ? await this.#callOwn(name as WorkbenchCall, input, signal)
      : await this.#callEngine(name as CallName, input, signal);
  }

  subscribe(listener: (event: WindowEvent) => void, last?: EventPosition): () => void {
    return this.events.subscribe(listener, last);
  }

  /** What the browser twin needs. */
  served() {
    return {
      call: (name: string, input: unknown, signal: AbortSignal) => this.call(name, input, signal),
      subscribe: (listener: (event: WindowEvent) => void, last?: EventPosition) => this.subscribe(listener, last),
      allowPath: (path: string) => this.permissions.allow(path),
      uploadFolder: join(this.home, 'uploads'),
      onUpload: (name: string, receivedBytes: number, totalBytes: number) =>
        this.events.emit({ type: 'upload', name, receivedBytes, totalBytes }),
    };
  }

  /** A running job is left as interrupted. */
  close(): void {
    clearTimeout(this.#warmTimer);
    clearTimeout(this.#probeTimer);
    this.#panes.closeAll();
    this.#services.queue.close();
    this.#services.planner.close();
    this.#services.hash.close();
    this.#services.tree.close();
  }

  /** The first preview should not wait for a process to start. */
  #warmLater(): void {
    this.#warmTimer = setTimeout(() => this.#services.planner.warm(), WARM_DELAY_MS).unref();
  }

  /** Drivers may have come or gone since the last session. */
  #probeLater(): void {
    this.#probeTimer = setTimeout(async () => {
      const { device, settings, emit } = this.#services;
      if (await device.refresh(settings.device.gpu)) emit({ type: 'settings-changed' });
      await this.#measureSpeedOnce();
    }, PROBE_DELAY_MS).unref();
  }

  /** Once on a new computer, while nothing else computes: estimates need it. */
  async #measureSpeedOnce(): Promise<void> {
    const { speed, queue, settings } = this.#services;
    const isBusy = queue.list().some(({ state }) => state === 'running') || this.#panes.isBusy;
    if (speed.last !== null || isBusy) return;
    // A probe that fails is tried again at the next start; what fails says so where it is used.
    await speed.measure(settings.device, new AbortController().signal).catch(() => {});
  }

  async #callOwn(name: WorkbenchCall, input: unknown, signal: AbortSignal): Promise<unknown> {
    const parsed = workbenchCalls[name].input.safeParse(input ?? {});
    if (!parsed.success) throw badInput(name, parsed.error);
    const handle = this.#handlers[name] as (input: unknown, signal: AbortSignal) => unknown;
    return await handle(parsed.data, signal);
  }

  async #callEngine(name: CallName, input: unknown, signal: AbortSignal): Promise<unknown> {
    const kind = heavyKindOf(name);
    if (kind !== undefined) return await runAsJob(this.#services, { kind, input: asRecord(name, input) }, signal);
    const context = { signal, progress: () => {}, log: () => {} };
    const output = await this.#services.workbench.call(name, (input ?? {}) as never, context);
    if (name === 'importModel') this.#services.emit({ type: 'models-changed' });
    return output;
  }

  /** A file of the library may be named by its path too. */
  #checkPath(path: string): void {
    if (this.permissions.isAllowed(path)) return;
    if (this.#services.libraryPaths().has(path)) return;
    this.permissions.check(path);
  }

  #makeServices(emit: Services['emit'], browseRoots: readonly string[]): Services {
    const { home } = this;
    const settings = new SettingsStore(home);
    const machine = (): TreeMachine => ({
      freeBytes: availableMemoryBytes(),
      totalBytes: settings.settings.memoryLimitBytes ?? totalmem(),
    });
    const library = new LibraryView();
    const runner = new JobRunner();
    const scoreBoard = new ScoreBoard({ home, knownFiles: () => library.knownFiles });
    const tree = new ModelTree({ home, machine, scoresOf: (sha256) => scoreBoard.mainScoresOf(sha256) });
    library.attach(tree);
    const hear = (event: WorkbenchEventBody): void => {
      if (event.type === 'models-changed') void library.refresh().then(() => scoreBoard.forget());
      emit(event);
    };
    const queue = new JobQueue({
      home,
      run: (job, isResumed, context) => runner.run(job, isResumed, context),
      emit: hear,
    });
    const liveAnswers = new LiveAnswers(home, scoreBoard.journals);
    const hash = new BackgroundHash(tree, join(home, 'cache'), () => hear({ type: 'models-changed' }));
    const services: Services = {
      home,
      workbench: new Workbench({ home }),
      queue,
      settings,
      permissions: this.permissions,
      tree,
      scoreBoard,
      speed: new MachineSpeed(home),
      device: new MachineDevice(home),
      machine,
      browseRoots,
      emit: hear,
      planner: new Planner(),
      liveAnswers,
      kickRuns: new KickRuns(queue, liveAnswers),
      imported: new ImportedScores(home),
      hash,
      libraryPaths: () => library.paths,
      libraryIds: () => library.ids,
      compressSpeed: (recipe) => compressSpeed(queue, recipe, (model) => resolveModel(model, home).path),
      sha256Of: (id) => library.sha256Of(id),
      nameOf: (model) => library.nameOf(model),
      pathOf: (model) => resolveModel(model, home).path,
    };
    runner.attach(services);
    this.#ready = library.refresh().then(() => {
      for (const path of library.paths) hash.add(path);
    });
    return services;
  }
}

const rememberedSchema = z.array(z.string());

function rememberedPermissions(home: string, browseRoots: readonly string[]): PathPermissions {
  const file = new JsonFile(join(home, 'picked-files.json'), rememberedSchema, []);
  const permissions = new PathPermissions(file.read(), (files) => file.write([...files]));
  permissions.allowFolder(home);
  for (const root of browseRoots) permissions.allowFolder(root);
  return permissions;
}

function badInput(name: string, error: z.ZodError): WorkbenchError {
  const issues = error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  const text = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  return new WorkbenchError('BAD_INPUT', `${name} cannot work with this: ${text}`, { issues });
}

function asRecord(name: string, input: unknown): Record<string, unknown> {
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Record<string, unknown>;
  throw new WorkbenchError('BAD_INPUT', `${name} needs an object as its input.`);
}
