// What is pictured: screens, each in the states that change it.
import type { Page } from 'playwright';
import type { Job } from '../../src/shared/job.ts';
import { baseWorld, STATES, type State, type World } from './make-world.ts';

import { pushEvents } from './open-page.ts';
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
  const measured: Job = {
    ...sampleJob({ kind: 'imatrix', title: 'Importance matrix of lumen-7b-v1.3', models: ['lumen'], state: 'done' }),
    input: { outputPath: '/home/ada/whittle/models/made-up.imatrix.gguf' },
  };
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
    {
      name: 'compress-full',
      hash: '#/compress',
      world: { ...baseWorld('full'), listJobs: () => [measured] },
      prepare: withRecipe,
    },
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

function scoreScenes(): Scene[] {
  const failing: World = {
    ...baseWorld('error'),
    changedQuestions: () => {
      throw {
        code: 'BAD_DATA',
        message: 'The answers of this score were not kept, so questions cannot be compared. Run KICK again.',
      };
    },
  };
  const demo: Job = {
    ...sampleJob({
      kind: 'sweep',
      title: 'First run',
      models: ['demo'],
      stage: 'asking Q3_K_M',
      done: 310,
      total: 720,
      unit: 'questions',
    }),
    id: 'demo-job',
  };
  return [
    { name: 'scores-full', hash: '#/scores', world: baseWorld('full') },
    { name: 'scores-bits', hash: '#/scores?axis=bitsPerWeight&task=multiple-choice-qa', world: baseWorld('full') },
    {
      name: 'scores-empty',
      hash: '#/scores',
      world: { ...baseWorld('full'), listCharts: () => ({ charts: [], hiddenVersionCount: 0 }) },
    },
    {
      name: 'scores-busy',
      hash: '#/scores?demo=demo-job&axis=bitsPerWeight',
      world: { ...baseWorld('busy'), listJobs: () => [demo] },
    },
    { name: 'scores-error', hash: '#/scores', world: failing },
    { name: 'scores-long', hash: '#/scores', world: baseWorld('long') },
  ];
}

function kickScenes(): Scene[] {
  const crashed: Job = {
    ...sampleJob({
      kind: 'kick',
      title: 'KICK',
      models: ['lumen-w50'],
      state: 'failed',
      error: {
        code: 'WORKER_CRASHED',
        message: 'Stopped at question 1,213: the model process ended (out of memory). 1,212 answers are kept.',
      },
    }),
    runId: 'run-1',
  };
  return [
    { name: 'kick-new', hash: '#/kick?tab=new', world: baseWorld('full') },
    { name: 'kick-new-empty', hash: '#/kick?tab=new', world: baseWorld('empty') },
    { name: 'kick-new-error', hash: '#/kick?tab=new', world: baseWorld('error') },
    { name: 'kick-new-long', hash: '#/kick?tab=new', world: baseWorld('long') },
    { name: 'kick-busy', hash: '#/kick?tab=running', world: baseWorld('busy') },
    { name: 'kick-error', hash: '#/kick?tab=running', world: { ...baseWorld('error'), listJobs: () => [crashed] } },
    { name: 'kick-empty', hash: '#/kick?tab=running', world: baseWorld('empty') },
    { name: 'kick-past', hash: '#/kick?tab=past', world: baseWorld('full') },
    { name: 'kick-questions', hash: '#/kick?tab=questions', world: baseWorld('full') },
  ];
}

async function openTalk(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Conversations' }).click();
  await page.getByRole('menuitem', { name: /Made-up talk/ }).click();
  await page.waitForTimeout(300);
}

async function writeAnswer(page: Page): Promise<void> {
  await openTalk(page);
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).last().fill('And what is the lamp for?');
  await page.keyboard.press('Enter');
  await page.waitForTimeout(300);
  await pushEvents(page, [
    {
      type: 'chat-text',
      paneId: 'pane-lumen',
      answerId: 'answer-pane-lumen',
      text: 'The lamp marks the',
      tokenCount: 4,
      epoch: 'picture',
      sequence: 1,
    },
    {
      type: 'chat-text',
      paneId: 'pane-lumen-w50',
      answerId: 'answer-pane-lumen-w50',
      text: 'The lamp is for',
      tokenCount: 4,
      epoch: 'picture',
      sequence: 2,
    },
  ]);
  await page.waitForTimeout(200);
}

function chatScenes(): Scene[] {
  const crashed: World = {
    ...baseWorld('full'),
    listChats: () => ({
      panes: [
        {
          model: 'lumen-w50',
          paneId: 'pane-lumen-w50',
          state: {
            state: 'crashed',
            message:
              'This model does not fit beside the other pane. It asked for 4.9 GiB; 3.1 GiB are free. Nothing else was affected.',
          },
        },
      ],
    }),
  };
  return [
    { name: 'chat-full', hash: '#/chat', world: baseWorld('full'), prepare: openTalk },
    { name: 'chat-busy', hash: '#/chat', world: baseWorld('full'), prepare: writeAnswer },
    {
      name: 'chat-surprise',
      hash: '#/chat',
      world: baseWorld('full'),
      prepare: async (page) => {
        await openTalk(page);
        await page.getByText('Surprise', { exact: true }).click();
        await page.waitForTimeout(300);
      },
    },
    { name: 'chat-empty', hash: '#/chat', world: baseWorld('empty') },
    { name: 'chat-error', hash: '#/chat', world: crashed, prepare: openTalk },
    { name: 'chat-long', hash: '#/chat', world: baseWorld('long') },
  ];
}

function jobScenes(): Scene[] {
  const jobs: readonly Job[] = [
    {
      ...sampleJob({
        kind: 'kick',
        title: 'KICK: 4 tasks of Wanda 50 %',
        models: ['lumen-w50'],
        stage: 'Multiple choice',
        done: 1212,
        total: 4000,
      }),
      runId: 'run-1',
    },
    sampleJob({
      kind: 'compress',
      title: 'SparseGPT 50 %, then Q4_K_M of lumen-7b-v1.3',
      models: ['lumen'],
      state: 'queued',
    }),
    sampleJob({
      kind: 'sweep',
      title:
        'Sweep: a-team-fine-tune-with-a-very-long-name-2026-10-epoch3-step-18400 at 10, 20, 30, 40 and 50 %, four tasks each',
      models: ['team'],
      state: 'paused',
      done: 3,
      total: 6,
      unit: 'versions',
      stage: 'asking magnitude 30 %',
    }),
    sampleJob({
      kind: 'compress',
      title: 'IQ3_S of lumen-7b-v1.3',
      models: ['lumen'],
      state: 'failed',
      error: {
        code: 'NO_SPACE',
        message: 'Needs 4.6 GB, free 3.9 GB on the output folder. Choose another folder or free 0.7 GB.',
      },
    }),
    sampleJob({ kind: 'imatrix', title: 'Importance matrix of lumen-7b-v1.3', models: ['lumen'], state: 'done' }),
    sampleJob({ kind: 'kick', title: 'KICK: Factoid QA of Q8_0', models: ['lumen-q8'], state: 'cancelled' }),
  ];
  return [
    {
      name: 'jobs-full',
      hash: '#/jobs',
      world: { ...baseWorld('full'), listJobs: () => jobs, jobsAtStart: () => ({ interrupted: [jobs[2]!, jobs[0]!] }) },
    },
    { name: 'jobs-empty', hash: '#/jobs', world: baseWorld('full') },
  ];
}

function frameScenes(): Scene[] {
  const world = baseWorld('full');
  return [
    { name: 'settings-full', hash: '#/settings', world },
    {
      name: 'settings-end',
      hash: '#/settings',
      world,
      prepare: async (page) => {
        await page.getByRole('region', { name: 'About' }).scrollIntoViewIfNeeded();
      },
    },
    { name: 'first-run', hash: '#/first-steps', world: baseWorld('empty') },
    {
      name: 'palette',
      hash: '#/models',
      world,
      prepare: async (page) => {
        await page.keyboard.press('Control+k');
        await page.getByRole('combobox', { name: 'Search or run' }).fill('kick');
        await page.waitForTimeout(250);
      },
    },
    {
      name: 'engine-lost',
      hash: '#/models?model=lumen-w50',
      world,
      prepare: async (page) => {
        await pushEvents(page, [{ type: 'engine-lost', reason: 'The engine does not answer.' }]);
        await page.waitForTimeout(250);
      },
    },
    {
      name: 'drop-sheet',
      hash: '#/models',
      world,
      prepare: async (page) => {
        await page.evaluate(() => {
          const data = new DataTransfer();
          data.items.add(new File(['x'], 'model.gguf'));
          window.dispatchEvent(new DragEvent('dragenter', { dataTransfer: data }));
        });
        await page.waitForTimeout(200);
      },
    },
    { name: 'keys', hash: '#/models', world, prepare: (page) => page.keyboard.press('?') },
    {
      name: 'details',
      hash: '#/models?model=lumen-q4',
      world,
      prepare: async (page) => {
        await page.getByRole('button', { name: /Show all/ }).click();
        await page.waitForTimeout(400);
      },
    },
    {
      name: 'sweep',
      hash: '#/compress',
      world,
      prepare: async (page) => {
        await useRecipe(page, 'Prune, then 4 bits');
        await page.getByRole('button', { name: 'Sweep\u2026' }).click();
        await page.waitForTimeout(500);
      },
    },
  ];
}

export const SCENES: readonly Scene[] = [
  ...modelScenes(),
  ...compressScenes(),
  ...scoreScenes(),
  ...kickScenes(),
  ...chatScenes(),
  ...jobScenes(),
  ...frameScenes(),
];
