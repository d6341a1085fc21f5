// The engine as one object: every call of shared/contract.ts, checked and carried out. Shells hold one of these.
// Light calls run here; whatever loads a model runs in a worker process (engine/jobs).
import { type CallInput, type CallName, type CallOutput, type CheckedInput, contract } from '../../shared/contract.ts';
import { WorkbenchError } from '../../shared/errors.ts';
import { listMethods, listTasks, listTypes } from './catalog.ts';
import type { ChatJob } from './chat/chat-job.ts';
import type { JobContext } from './jobs/job-context.ts';
import { runWorker } from './jobs/run-worker.ts';
import { inspectModel } from './models/inspect-model.ts';
import { importModel, listModels, resolveModel } from './models/library.ts';

type Calls = {
  [Name in CallName]: (input: CheckedInput<Name>, context: JobContext) => Promise<CallOutput<Name>>;
};

export class Workbench {
  readonly home: string;
  readonly #calls: Calls;

  constructor({ home }: { readonly home: string }) {
    this.home = home;
    this.#calls = {
      inspectModel: (input, { signal }) => inspectModel(this.#resolve(input.model).path, { ...input, signal }),
      listMethods: async () => listMethods(),
      listTasks: async () => listTasks(),
      listTypes: async () => listTypes(),
      listModels: async () => ({ models: listModels(home) }),
      importModel: async (input) => ({ models: [importModel(home, input.path, input.id)] }),
      chat: (input, context) => this.#chat(input, context),
    } as Calls;
  }

  /** `name` and `input` may come from a wire. Throws BAD_USAGE for an unknown name, BAD_INPUT with `details.issues`. */
  async call<Name extends CallName>(
    name: Name,
    input: CallInput<Name>,
    context: JobContext,
  ): Promise<CallOutput<Name>> {
    if (!Object.hasOwn(contract, name)) throw new WorkbenchError('BAD_USAGE', `there is no call ${String(name)}`);
    const parsed = contract[name].input.safeParse(input);
    if (!parsed.success) {
      const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
      const text = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
      throw new WorkbenchError('BAD_INPUT', `${name} cannot work with this: ${text}`, { issues });
    }
    return this.#calls[name](parsed.data as CheckedInput<Name>, context);
  }

  close(): void {}

  #chat({ model, ...job }: CheckedInput<'chat'>, context: JobContext): Promise<CallOutput<'chat'>> {
    const input: ChatJob = { ...job, modelPath: this.#resolve(model).path };
    return runWorker('chat', 'chat', input, context);
  }

  #resolve(reference: string) {
    return resolveModel(reference, this.home);
  }
}
