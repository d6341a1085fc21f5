// Everything that opens over a screen, and how a person opens it. The home holds the models and scores of the first run.
import type { Page } from 'playwright/test';
import type { Section } from './person.ts';

export interface OpenedPart {
  readonly section: Section;
  readonly name: string;
  readonly open: (page: Page) => Promise<void>;
  /** What is then to be seen; the rest of the screen has its own test. */
  readonly part: string;
}

const DIALOG = '[role="dialog"]';
const MENU = '[role="menu"]';
const SCREEN = 'main';

async function press(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('button', { name }).first().click();
}

async function choose(page: Page, menu: string | RegExp, item: string | RegExp): Promise<void> {
  await press(page, menu);
  await page.getByRole('menuitem', { name: item }).first().click();
}

/** Facts and actions of a model stand beside the table. */
async function chooseModel(page: Page): Promise<void> {
  await page
    .getByRole('row', { name: /, dense/ })
    .first()
    .click();
}

/** Its button is there once the recipe has a step. */
async function withRecipe(page: Page): Promise<void> {
  await choose(page, /^Recipe/, /^As small as it gets(?! under)/);
}

export const DIALOGS: readonly OpenedPart[] = [
  {
    section: 'Models',
    name: 'the tensors of a model',
    part: DIALOG,
    open: async (page) => {
      await chooseModel(page);
      await press(page, /Show all/);
    },
  },
  {
    section: 'Models',
    name: 'what can be done with a model',
    part: MENU,
    open: async (page) => {
      await chooseModel(page);
      await press(page, 'More actions');
    },
  },
  { section: 'Models', name: 'the file browser', part: DIALOG, open: (page) => press(page, /^Open…/) },
  { section: 'Models', name: 'the keys of a screen', part: DIALOG, open: (page) => page.keyboard.press('?') },
  { section: 'Compress', name: 'saved recipes', part: MENU, open: (page) => press(page, /^Recipe/) },
  { section: 'Compress', name: 'a wanted size', part: DIALOG, open: (page) => choose(page, /^Recipe/, /under a size/) },
  {
    section: 'Compress',
    name: 'a recipe and its steps',
    part: SCREEN,
    open: withRecipe,
  },
  {
    section: 'Compress',
    name: 'a recipe as a command',
    part: DIALOG,
    open: async (page) => {
      await withRecipe(page);
      await press(page, 'Copy as llama-quantize');
    },
  },
  {
    section: 'Compress',
    name: 'a sweep',
    part: DIALOG,
    open: async (page) => {
      await withRecipe(page);
      await press(page, 'Sweep…');
    },
  },
  {
    section: 'Compress',
    name: 'saving a recipe',
    part: DIALOG,
    open: async (page) => {
      await withRecipe(page);
      await choose(page, /^As small as it gets/, 'Save recipe…');
    },
  },
  { section: 'Chat', name: 'the sampler', part: DIALOG, open: (page) => press(page, /^Greedy/) },
  { section: 'Chat', name: 'saved conversations', part: MENU, open: (page) => press(page, 'Conversations') },
  { section: 'KICK', name: 'a new run', part: SCREEN, open: (page) => page.getByText('New run').click() },
  { section: 'KICK', name: 'past runs', part: SCREEN, open: (page) => page.getByText('Past runs').click() },
  { section: 'KICK', name: 'own questions', part: SCREEN, open: (page) => page.getByText('My questions').click() },
  { section: 'Scores', name: 'what can be exported', part: MENU, open: (page) => press(page, 'Export') },
  { section: 'Scores', name: 'the settings of a chart', part: DIALOG, open: (page) => press(page, 'Chart settings') },
  {
    section: 'Scores',
    name: 'the record of a point',
    part: DIALOG,
    open: async (page) => {
      await page.getByRole('radiogroup', { name: 'Chart or table' }).getByText('Table').click();
      await page.locator('.main-chart').getByRole('button').last().dblclick();
    },
  },
  {
    section: 'Scores',
    name: 'an answer that changed',
    part: DIALOG,
    open: async (page) => {
      await page.getByRole('radiogroup', { name: 'Axis' }).getByText('Bits per weight').click();
      await page.getByRole('grid', { name: 'Changed answers' }).getByRole('gridcell').first().click();
    },
  },
  { section: 'Jobs', name: 'the log of a job', part: DIALOG, open: (page) => press(page, 'Show log') },
];
