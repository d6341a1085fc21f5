// What a person does in the window again and again, in either shell.
import { readFileSync } from 'node:fs';
import { expect, type Locator, type Page } from 'playwright/test';
import type { Shell, StartShell } from './shell.ts';

/** Small models answer in seconds on an idle machine; test machines are not idle. */
export const WORK_LIMIT_MS = 240_000;

export type Section = 'Models' | 'Compress' | 'Chat' | 'KICK' | 'Scores' | 'Jobs';

export class Person {
  readonly #start: StartShell;
  readonly #home: string;
  #shell: Shell | undefined;
  /** What the page itself got wrong. */
  readonly faults: string[] = [];

  constructor(start: StartShell, home: string) {
    this.#start = start;
    this.#home = home;
  }

  get page(): Page {
    return this.#opened.page;
  }

  get #opened(): Shell {
    if (this.#shell === undefined) throw new Error('the workbench is not open');
    return this.#shell;
  }

  async open(): Promise<void> {
    this.#shell = await this.#start(this.#home);
    this.page.on('pageerror', (error) => this.faults.push(error.stack ?? error.message));
  }

  async close(): Promise<void> {
    const shell = this.#shell;
    this.#shell = undefined;
    await shell?.close();
  }

  async goTo(section: Section): Promise<void> {
    const bar = this.page.getByRole('navigation');
    const link = bar.getByRole('link', { name: section }).or(bar.getByRole('button', { name: section }));
    await link.first().click();
    await expect(this.page.getByRole('heading', { level: 1, name: section })).toBeVisible();
  }

  async askOnly(task: string, questionCount: number): Promise<void> {
    await this.goTo('KICK');
    await this.page.getByText('New run').click();
    await this.page.getByRole('button', { name: 'None' }).click();
    await this.page.getByRole('checkbox', { name: task }).check();
    await this.page.getByRole('textbox', { name: 'Questions per task' }).fill(String(questionCount));
    await this.page.getByRole('button', { name: 'Run', exact: true }).click();
  }

  doneJobs(): Locator {
    return this.page.getByRole('region', { name: /Done/ });
  }

  async showBitsPerWeight(): Promise<void> {
    await this.goTo('Scores');
    await this.page.getByRole('radiogroup', { name: 'Axis' }).getByText('Bits per weight').click();
  }

  /** The file that an item of the chart's export menu saves. */
  async exportAs(title: string): Promise<Buffer> {
    const path = await this.#opened.save(async () => {
      await this.page.getByRole('button', { name: 'Export', exact: true }).click();
      await this.page.getByRole('menuitem', { name: title, exact: true }).click();
    });
    return readFileSync(path);
  }

  async crashEngine(): Promise<void> {
    await this.#opened.crashEngine();
  }
}
