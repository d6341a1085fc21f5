// What is measured inside a page of the window: frames while it scrolls, the heap, the time from a change of a form to what it shows.
import type { Page } from 'playwright';

const FRAMES = 240;
const SCROLL_STEP_PX = 40;

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
