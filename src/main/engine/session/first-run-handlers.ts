// The first minute: the embedded model compressed a few ways, asked 120 questions each, and a chart of what was forgotten.

import { statSync } from 'node:fs';
import { findFileType } from '../../../shared/ggml-types.ts';
import type { machineCalls } from '../../../shared/session/machine-calls.ts';
import { msPerQuestion } from '../kick-runs/estimate-questions.ts';
import { addJob } from './job-handlers.ts';
import type { HandlersOf, Services } from './services.ts';

type FirstRunHandlers = Pick<HandlersOf<typeof machineCalls>, 'getFirstRun' | 'startFirstRun'>;

const DEMO_MODEL = 'demo';
/** From mild to coarse. Types that need an importance matrix would take longer. */
const DEMO_TYPES = ['Q8_0', 'Q4_K_M', 'Q3_K_M', 'Q2_K'].filter((type) => findFileType(type)?.writable === true);
const DEMO_TASKS = ['factoid-qa'];
const QUESTION_COUNT = 120;

export function firstRunHandlers(services: Services): FirstRunHandlers {
  return {
    getFirstRun: async () => {
      const { firstRunDone } = services.settings.settings;
      const known = await services.tree.list();
      return {
        isFirstRun: !firstRunDone && known.every(({ isEmbedded }) => isEmbedded),
        demoModel: DEMO_MODEL,
        lastRecipe: { steps: [{ method: 'quantize', params: { type: DEMO_TYPES.at(-1) } }] },
        steps: stepsFor(services),
        questionCount: QUESTION_COUNT,
        help: `The demo model is included and small, so it knows little: read the drop, not the height. ${QUESTION_COUNT} questions give intervals of about \u00b1 9 points, enough to see a collapse.`,
      };
    },
    startFirstRun: () => {
      services.settings.change({ firstRunDone: true });
      services.emit({ type: 'settings-changed' });
      const job = addJob(services, {
        kind: 'sweep',
        title: 'First steps: what few bits forget',
        input: {
          models: [DEMO_MODEL],
          grid: { types: DEMO_TYPES, shots: [0] },
          tasks: DEMO_TASKS,
          limit: QUESTION_COUNT,
        },
      });
      return { jobId: job.id, sweepTasks: DEMO_TASKS };
    },
  };
}

/** What a compression of the demo model takes besides its questions, on two cores. */
const COMPRESS_MS = 1500;

/** Times of the last such run on this computer, else from its speed; left out before either was measured. */
function stepsFor({ queue, speed, pathOf }: Services): { title: string; estimatedMs: number | null }[] {
  const last = queue
    .list()
    .find(({ kind, state, models }) => kind === 'sweep' && state === 'done' && models[0] === DEMO_MODEL);
  const probe = speed.last;
  const askMs =
    probe === null
      ? null
      : msPerQuestion('questions', statSync(pathOf(DEMO_MODEL)).size, probe) * QUESTION_COUNT * (DEMO_TYPES.length + 1);
  const compressMs = probe === null ? null : COMPRESS_MS * DEMO_TYPES.length;
  const total = last?.elapsedMs;
  return [
    {
      title: `Compress ${DEMO_TYPES.length} ways`,
      estimatedMs: total === undefined ? compressMs : Math.round(total * 0.3),
    },
    {
      title: `Ask ${QUESTION_COUNT} questions of each`,
      estimatedMs: total === undefined ? askMs && Math.round(askMs) : Math.round(total * 0.7),
    },
    { title: 'Compare', estimatedMs: null },
  ];
}
