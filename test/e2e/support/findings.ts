// What axe finds on a page, as one line each: serious and critical findings alone.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright/test';

/** Transitions end before colours are measured. */
const SETTLE_MS = 300;

export type Scheme = 'light' | 'dark';

/** All rules in light colours; in dark ones, where the page is the same, those of colours. */
export async function findingsIn(page: Page, scheme: Scheme): Promise<string[]> {
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
  await page.waitForTimeout(SETTLE_MS);
  const axe = new AxeBuilder({ page });
  const { violations } = await (scheme === 'light' ? axe : axe.withTags('cat.color')).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${scheme}: ${id}: ${target.join(' ')}: ${failureSummary}`),
    );
}

export async function findings(page: Page): Promise<string[]> {
  return [...(await findingsIn(page, 'light')), ...(await findingsIn(page, 'dark'))];
}
