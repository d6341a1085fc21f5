// What is pictured: screens, each in the states that change it.
import type { Page } from 'playwright';
import type { Job } from '../../src/shared/job.ts';
import { baseWorld, STATES, type State, type World } from './make-world.ts';

import { sampleJob } from './sample-jobs.ts';

export interface Scene {
  readonly name: string;
  readonly hash: string;
  readonly world: World;
  /** Brings the page into the state, after it was opened. */
  readonly prepare?: (page: Page) => Promise<void>;
}

function modelScenes(): Scene[] {
  const failing: World = {
    ...baseWorld('error'),
    getModel: () => {
      throw {
        code: 'BAD_GGUF',
        message:
          'lumen-7b-v1.3-wanda50-F16.gguf is not a readable GGUF: the header ends at byte 1,024. The download may have stopped early.',
      };
    },
  };
  const hashes: Readonly<Record<State, string>> = {
    full: '#/models?model=lumen-w50',
    empty: '#/models',
    busy: '#/models?model=lumen-q4',
    error: '#/models?model=gone',
    long: '#/models?model=many-3',
  };
  return STATES.map((state) => ({
    name: `models-${state}`,
    hash: hashes[state],
    world: state === 'error' ? failing : baseWorld(state),
  }));
}

async function useRecipe(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Recipe', exact: true }).click();
  await page.getByRole('menuitem', { name }).click();
  await page.waitForTimeout(500);
}

function compressScenes(): Scene[] {
  const running: Job = sampleJob({
    kind: 'compress',
    title: 'Wanda 50 %, then Q4_K_M of lumen-7b-v1.3',
    models: ['lumen'],
    stage: 'pruning blk.14.ffn_up.weight',
    done: 101,
    total: 291,
    unit: 'tensors',
  });
  const blocked: World = {
    ...baseWorld('error'),
    previewRecipe: () => ({
      issues: [],
      notes: [
        {
          level: 'blocks',
          code: 'NO_SPACE',
          text: 'Needs 4.6 GB, free 2.1 GB on the output folder. Choose another folder or free 2.5 GB.',
        },
      ],
      plan: null,
    }),
  };
  const withRecipe = (page: Page) => useRecipe(page, 'Prune, then 4 bits');
  return [
    { name: 'compress-full', hash: '#/compress', world: baseWorld('full'), prepare: withRecipe },
    { name: 'compress-empty', hash: '#/compress', world: baseWorld('full') },
    {
      name: 'compress-busy',
      hash: '#/compress',
      world: { ...baseWorld('full'), listJobs: () => [running] },
      prepare: withRecipe,
    },
    { name: 'compress-error', hash: '#/compress', world: blocked, prepare: withRecipe },
    { name: 'compress-long', hash: '#/compress', world: baseWorld('long'), prepare: withRecipe },
  ];
}

export const SCENES: readonly Scene[] = [...modelScenes(), ...compressScenes()];
