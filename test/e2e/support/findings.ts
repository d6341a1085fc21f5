// What axe finds on a page, as one line each: serious and critical findings alone.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright/test';

/** Transitions end before colours are measured. */
const SETTLE_MS = 300;

const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

export type Scheme = 'light' | 'dark';

/** All rules in light colours; in dark ones, where the page is the same, those of colours. */
async function findingsIn(page: Page, scheme: Scheme, part: string | undefined): Promise<string[]> {
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
  await page.waitForTimeout(SETTLE_MS);
  const axe = new AxeBuilder({ page });
  if (part !== undefined) axe.include(part);
  const { violations } = await (scheme === 'light' ? axe : axe.withRules(COLOUR_RULES)).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${scheme}: ${id}: ${target.join(' ')}: ${failureSummary}`),
    );
}

/** Of the whole page, or of the part that a selector finds. */
export async function findings(page: Page, part?: string): Promise<string[]> {
  return [...(await findingsIn(page, 'light', part)), ...(await findingsIn(page, 'dark', part))];
}
