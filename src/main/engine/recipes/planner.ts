// Plans of recipes, quickly: a process that stays warm, and the plans that it gave. A plan holds until the source file changes.
import { statSync } from 'node:fs';
import type { JobContext } from '../jobs/job-context.ts';
import { WorkerProcess } from '../jobs/worker-process.ts';
import type { PlanTensorsInput, TensorPlan } from './plan-tensors.ts';

const KEPT_PLANS = 200;

export class Planner {
  readonly #plans = new Map<string, Promise<TensorPlan>>();
  #process: WorkerProcess | undefined;
  #isClosed = false;

  /** Starts the process before it is needed. */
  warm(): void {
    this.#running();
  }

  plan(input: PlanTensorsInput): Promise<TensorPlan> {
    const key = keyOf(input);
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    // Shared by all who ask, so no single one of them can take it back.
    const context: JobContext = { signal: new AbortController().signal, progress: () => {}, log: () => {} };
    const plan = this.#running().run<TensorPlan>('planTensors', input, context);
    this.#plans.set(key, plan);
    const oldest = this.#plans.keys().next().value;
    if (this.#plans.size > KEPT_PLANS && oldest !== undefined) this.#plans.delete(oldest);
    // A fault may be gone the next time: an importance matrix that was missing, say.
    plan.catch(() => this.#plans.delete(key));
    return plan;
  }

  close(): void {
    this.#isClosed = true;
    this.#process?.close();
  }

  #running(): WorkerProcess {
    if (this.#process?.isAlive !== true || this.#isClosed) this.#process = new WorkerProcess({ worker: 'planner' });
    return this.#process;
  }
}

function keyOf({ sourcePath, recipe, allowRequantize }: PlanTensorsInput): string {
  const stat = statSync(sourcePath, { throwIfNoEntry: false });
  const files = recipe.steps
    .flatMap(({ params }) => params['imatrix'] ?? [])
    .map((path) => statSync(String(path), { throwIfNoEntry: false })?.mtimeMs);
  return JSON.stringify([sourcePath, stat?.size, stat?.mtimeMs, recipe.steps, allowRequantize, files]);
}
