// Finds text that is cut off without saying so: overflow hidden, wider than its box, and neither an ellipsis nor a title; and
// buttons and fields that reach beyond the window.
// Runs inside the page.

export interface ClippedText {
  readonly text: string;
  readonly where: string;
}

export function findClippedText(): ClippedText[] {
  const clipped: ClippedText[] = [];
  const hides = (value: string) => value === 'hidden' || value === 'clip';
  for (const element of document.querySelectorAll<HTMLElement>('body *')) {
    const ownText = [...element.childNodes]
      .filter((node) => node.nodeType === Node.TEXT_NODE)
      .map((node) => node.textContent?.trim() ?? '')
      .join(' ')
      .trim();
    if (ownText === '' || element.closest('svg, [aria-hidden=true], .hidden-text, textarea, select')) continue;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(element);
    const text = range.getBoundingClientRect();
    if (text.width === 0) continue;
    for (let box: HTMLElement | null = element; box !== null && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (style.overflowX === 'auto' || style.overflowX === 'scroll') break;
      if (!hides(style.overflowX)) continue;
      const edge = box.getBoundingClientRect();
      const isCut = text.right > edge.right + 1.5 || text.left < edge.left - 1.5;
      if (!isCut) continue;
      const hasEllipsis = style.textOverflow === 'ellipsis' && box.closest('[title]') !== null;
      if (hasEllipsis) break;
      const where = `${box.tagName.toLowerCase()}.${[...box.classList].join('.')} around ${element.tagName.toLowerCase()}.${[...element.classList].join('.')}`;
      clipped.push({ text: ownText.slice(0, 80), where });
      break;
    }
  }
  for (const element of document.querySelectorAll<HTMLElement>('button, a[href], input, select, textarea')) {
    if (element.closest('[hidden], .hidden-text') !== null || !element.checkVisibility()) continue;
    const { left, right, width } = element.getBoundingClientRect();
    if (width === 0 || (left >= -1 && right <= window.innerWidth + 1)) continue;
    const name = element.getAttribute('aria-label') ?? element.textContent ?? '';
    clipped.push({ text: name.trim().slice(0, 80), where: 'the edge of the window' });
  }
  return clipped;
}
