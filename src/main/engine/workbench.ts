// The engine as one object: every call of shared/contract.ts, checked and carried out. Shells hold one of these.
// Light calls run here; whatever loads a model runs in a worker process (engine/jobs).
import { resolve } from 'node:path';
import { type CallInput, type CallName, type CallOutput, type CheckedInput, contract } from '../../shared/contract.ts';
import { WorkbenchError } from '../../shared/errors.ts';
import { CallPlace } from './calls/call-place.ts';
import { chatCall, openChat } from './calls/chat-call.ts';
import { compressCall, measureImatrixCall, planRecipeCall } from './calls/compress-call.ts';
import { measureLayerInfluenceCall } from './calls/influence-call.ts';
import { inspectModelCall } from './calls/inspect-call.ts';
import { runKickCall } from './calls/kick-call.ts';
import { listScoresCall, writeReportCall } from './calls/score-calls.ts';
import { runSweepCall } from './calls/sweep-call.ts';
import { compareModelsCall, measurePerplexityCall } from './calls/text-calls.ts';
import { listMethods, listTasks, listTypes } from './catalog.ts';
import type { JobContext } from './jobs/job-context.ts';
import { importModel, listModels } from './models/library.ts';

type Calls = {
  readonly [Name in CallName]: (
    input: CheckedInput<Name>,
    place: CallPlace,
    context: JobContext,
  ) => Promise<CallOutput<Name>>;
};

const CALLS: Calls = {
  inspectModel: inspectModelCall,
  listMethods: async () => listMethods(),
  listTasks: async () => listTasks(),
  listTypes: async () => listTypes(),
  planRecipe: planRecipeCall,
  compress: compressCall,
  measureImatrix: measureImatrixCall,
  measureLayerInfluence: measureLayerInfluenceCall,
  measurePerplexity: measurePerplexityCall,
  compareModels: compareModelsCall,
  runKick: runKickCall,
  runSweep: runSweepCall,
  listScores: listScoresCall,
  writeReport: writeReportCall,
  listModels: async (_input, place) => listModels(place.home),
  importModel: async ({ path, id }, place) => ({ models: [importModel(place.home, path, id)] }),
  chat: chatCall,
};

export interface OpenChat extends Disposable {
  readonly answer: (input: CallInput<'chat'>, context: JobContext) => Promise<CallOutput<'chat'>>;
}

function checkInput<Name extends CallName>(name: Name, input: CallInput<Name>): CheckedInput<Name> {
  const parsed = contract[name].input.safeParse(input);
  if (parsed.success) return parsed.data as CheckedInput<Name>;
  const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  const text = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  throw new WorkbenchError('BAD_INPUT', `${name} cannot work with this: ${text}`, { issues });
}

export class Workbench {
  readonly #place: CallPlace;

  /** `home`: where library, scores, journals and caches are kept; made when something is written. */
  constructor({ home }: { readonly home: string }) {
    this.#place = new CallPlace(resolve(home));
  }

  get home(): string {
    return this.#place.home;
  }

  /** `name` and `input` may come from a wire. Throws BAD_USAGE for an unknown name, BAD_INPUT with `details.issues`. */
  async call<Name extends CallName>(
    name: Name,
    input: CallInput<Name>,
    context: JobContext,
  ): Promise<CallOutput<Name>> {
    if (!Object.hasOwn(contract, name)) throw new WorkbenchError('BAD_USAGE', `there is no call ${String(name)}`);
    return CALLS[name](checkInput(name, input), this.#place, context);
  }

  /** As the call `chat`, with the model kept loaded from one answer to the next; the device is that of the first. */
  async openChat(first: CallInput<'chat'>, context: JobContext): Promise<OpenChat> {
    const chat = await openChat(checkInput('chat', first), this.#place, context);
    return {
      answer: async (input, answering) => await chat.answer(checkInput('chat', input), answering),
      [Symbol.dispose]: () => chat.close(),
    };
  }
}
