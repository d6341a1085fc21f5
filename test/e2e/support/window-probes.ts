// What is measured inside a page of the window: frames while it scrolls, the heap, the time from a change of a form to what it shows.
import type { Page } from 'playwright';

const TARGET_LIMIT_MS = 120_000;
const FRAMES = 240;
const SCROLL_STEP_PX = 40;

/** What must be there for a person to go on: the `index`th element of `selector`, whose text holds `text`. */
export interface Target {
  readonly selector: string;
  readonly text?: string;
  readonly index?: number;
}

/**
 * Unix milliseconds, by the page's clock, of the first frame in which the target is drawn, enabled, and under a pointer at its middle.
 * Then clicks it on trial, which takes Playwright some frames more.
 */
export async function interactiveAt(page: Page, { selector, text = '', index = 0 }: Target): Promise<number> {
  const handle = await page.waitForFunction(
    ([wanted, words, position]) => {
      const all = [...document.querySelectorAll(wanted)].filter(({ textContent }) => textContent.includes(words));
      const element = all[position];
      if (element === undefined || element.matches(':disabled')) return 0;
      const { left, top, width, height } = element.getBoundingClientRect();
      const hit = document.elementFromPoint(left + width / 2, top + height / 2);
      return hit !== null && element.contains(hit) ? Date.now() : 0;
    },
    [selector, text, index] as const,
    { polling: 'raf', timeout: TARGET_LIMIT_MS },
  );
  await page.locator(selector).filter({ hasText: text }).nth(index).click({ trial: true });
  return Number(await handle.jsonValue());
}

/** Milliseconds between frames while the table of models scrolls, back and forth. */
export async function scrollFrames(page: Page): Promise<number[]> {
  return await page.evaluate(
    async ([frameCount, step]) => {
      let scroller: Element | null = document.querySelector('[role="treegrid"]');
      while (scroller !== null && scroller.scrollHeight <= scroller.clientHeight + 10)
        scroller = scroller.parentElement;
      if (scroller === null) throw new Error('nothing scrolls');
      const moving = scroller;
      const times: number[] = [];
      let direction = 1;
      await new Promise<void>((resolve) => {
        const next = (now: number): void => {
          times.push(now);
          const before = moving.scrollTop;
          moving.scrollTop += step * direction;
          if (moving.scrollTop === before) direction = -direction;
          if (times.length <= frameCount) requestAnimationFrame(next);
          else resolve();
        };
        requestAnimationFrame(next);
      });
      return times.slice(1).map((time, index) => time - times[index]!);
    },
    [FRAMES, SCROLL_STEP_PX] as const,
  );
}

/** Bytes of the page's heap that are still in use after a collection. */
export async function heapBytes(page: Page): Promise<number> {
  const client = await page.context().newCDPSession(page);
  // The second one frees what finalizers of the first let go.
  for (let round = 0; round < 2; round += 1) await client.send('HeapProfiler.collectGarbage');
  const { usedSize } = await client.send('Runtime.getHeapUsage');
  await client.detach();
  return usedSize;
}

/** From the click that chooses a type until the frame in which its size is shown: milliseconds. */
export async function previewLatency(page: Page, type: string): Promise<number> {
  await page.getByRole('combobox', { name: 'Type', exact: true }).last().click();
  const option = page.getByRole('option', { name: new RegExp(`^${type} `) });
  await option.waitFor();
  await page.evaluate(() => {
    const preview = document.querySelector('.preview')!;
    const shown = (): string => preview.querySelector('.preview-size')?.parentElement?.textContent ?? '';
    const before = shown();
    const latency = new Promise<number>((resolve) => {
      document.addEventListener(
        'click',
        ({ timeStamp }) => {
          const observer = new MutationObserver(() => {
            if (shown() === before) return;
            observer.disconnect();
            requestAnimationFrame(() => resolve(performance.now() - timeStamp));
          });
          observer.observe(preview, { subtree: true, childList: true, characterData: true });
        },
        { capture: true, once: true },
      );
    });
    Object.assign(globalThis, { previewLatency: latency });
  });
  await option.click();
  return await page.evaluate(() => (globalThis as unknown as { previewLatency: Promise<number> }).previewLatency);
}
