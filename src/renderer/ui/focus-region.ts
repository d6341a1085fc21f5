// F6: the focus goes round the regions of the window, to the first thing in each that can take it.
const REGIONS = '.title-bar, nav.nav, main.work, main.work aside, .status-bar';
const FOCUSABLE = 'a[href], button:not([disabled]), input:not([disabled]), textarea, select, [tabindex="0"]';

export function focusNextRegion(step: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>(REGIONS)].filter(
    (region) => region.querySelector(FOCUSABLE) !== null,
  );
  const focused = document.activeElement;
  const here = regions.findLastIndex((region) => region.contains(focused));
  const next = regions.at((here + step + regions.length) % regions.length);
  next?.querySelector<HTMLElement>(FOCUSABLE)?.focus();
}
