// One page of the window with a made-up engine behind it: calls are answered from a world, events can be pushed.
import type { Browser, Page } from 'playwright';
import type { WindowEvent } from '../../src/shared/events.ts';
import { CALL_PATH } from '../../src/shared/http-api.ts';
import type { World } from './make-world.ts';

export interface PageRequest {
  readonly browser: Browser;
  readonly url: string;
  readonly world: World;
  readonly theme: 'light' | 'dark';
  readonly width: number;
  readonly height: number;
}

/** Stands in for EventSource: says `connected`, then what the script pushes. */
function fakeEvents(): void {
  class PushedEvents {
    onopen: (() => void) | null = null;
    onerror: (() => void) | null = null;
    onmessage: ((message: { data: string }) => void) | null = null;
    constructor() {
      Object.assign(window, { pushEvent: (event: unknown) => this.onmessage?.({ data: JSON.stringify(event) }) });
      setTimeout(() => {
        this.onopen?.();
        this.onmessage?.({ data: JSON.stringify({ type: 'connected', epoch: 'picture', sequence: 0, reset: false }) });
      });
    }
    close(): void {
      this.onmessage = null;
    }
  }
  Object.assign(window, { EventSource: PushedEvents });
}

export async function openPage(
  request: PageRequest,
): Promise<{ page: Page; unanswered: Set<string>; faults: string[] }> {
  const { browser, url, world, theme, width, height } = request;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const unanswered = new Set<string>();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.addInitScript(fakeEvents);
  await page.route(`**${CALL_PATH}`, async (route) => {
    const { name, input } = route.request().postDataJSON() as { name: keyof World; input: never };
    const answer = world[name] as ((input: never) => unknown) | undefined;
    if (answer === undefined) {
      unanswered.add(name);
      return route.fulfill({
        status: 404,
        json: { error: { code: 'UNKNOWN_CALL', message: `No answer to ${name}.` } },
      });
    }
    try {
      return await route.fulfill({ json: { output: await answer(input) } });
    } catch (error) {
      return route.fulfill({ status: 400, json: { error } });
    }
  });
  await page.goto(url);
  return { page, unanswered, faults };
}

export async function pushEvents(page: Page, events: readonly WindowEvent[]): Promise<void> {
  for (const event of events) {
    await page.evaluate(
      (pushed) => (window as unknown as { pushEvent: (event: unknown) => void }).pushEvent(pushed),
      event,
    );
  }
}
