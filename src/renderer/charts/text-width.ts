// Width of a text without a browser, so that labels are laid out alike in the window, in a report and on the command line.
// Advance widths of Atkinson Hyperlegible Next for U+0020..U+007E in 1/1000 em (a test reads them from the font itself).

export type FontWeight = 400 | 600;

const FIRST_CODE = 0x20;

// biome-ignore format: a table of numbers
const WIDTHS: Readonly<Record<FontWeight, readonly number[]>> = {
  400: [
    280, 286, 301, 651, 592, 919, 731, 160, 299, 299, 485, 606, 210, 362, 210, 387, 648, 407, 548, 576, 614, 588, 598, 510,
    615, 595, 210, 210, 553, 628, 553, 480, 778, 626, 613, 645, 669, 569, 552, 694, 694, 392, 512, 631, 541, 824, 693, 714,
    592, 724, 614, 592, 558, 690, 593, 856, 623, 575, 607, 317, 387, 344, 552, 372, 243, 525, 566, 485, 564, 538, 314, 558,
    550, 252, 245, 492, 262, 845, 550, 548, 566, 574, 349, 471, 326, 540, 461, 684, 481, 449, 460, 344, 237, 344, 555,
  ],
  600: [
    303, 298, 362, 730, 604, 953, 727, 195, 324, 324, 485, 598, 252, 369, 253, 424, 656, 430, 569, 592, 621, 602, 617, 529,
    621, 578, 253, 253, 564, 617, 564, 526, 780, 662, 634, 654, 683, 589, 562, 711, 699, 415, 546, 654, 548, 848, 710, 737,
    617, 747, 639, 604, 592, 687, 628, 877, 666, 627, 615, 333, 424, 344, 573, 391, 274, 544, 587, 502, 586, 555, 349, 582,
    565, 285, 255, 536, 301, 870, 565, 567, 587, 591, 368, 497, 360, 559, 509, 723, 522, 499, 492, 370, 249, 370, 543,
  ],
};

/** Signs that our own texts use beyond ASCII: plus-minus, minus, times, ellipsis, middle dot. */
const OTHER_WIDTHS: ReadonlyMap<number, number> = new Map([
  [0xb1, 601],
  [0x2212, 606],
  [0xd7, 535],
  [0x2026, 747],
  [0xb7, 277],
]);

/** Everything else comes from a fall-back font: full width for East Asian scripts, a wide Latin letter for the rest. */
function fallbackWidth(code: number): number {
  return code >= 0x1100 ? 1000 : 700;
}

/** In the unit of `size`, without kerning. */
export function textWidth(text: string, size: number, weight: FontWeight = 400): number {
  let total = 0;
  for (const letter of text) {
    const code = letter.codePointAt(0)!;
    total += WIDTHS[weight][code - FIRST_CODE] ?? OTHER_WIDTHS.get(code) ?? fallbackWidth(code);
  }
  return (total * size) / 1000;
}

/** Cuts in the middle, because the ends of names tell versions apart. */
export function cutToWidth(text: string, maxWidth: number, size: number, weight: FontWeight = 400): string {
  if (textWidth(text, size, weight) <= maxWidth) return text;
  const letters = [...text];
  for (let kept = letters.length - 1; kept > 1; kept--) {
    const tail = Math.ceil(kept * 0.55);
    const cut = `${letters.slice(0, kept - tail).join('')}\u2026${letters.slice(letters.length - tail).join('')}`;
    if (textWidth(cut, size, weight) <= maxWidth) return cut;
  }
  return '\u2026';
}

/** Breaks at blanks; a word longer than a line, and what does not fit into `maxLines`, is cut. */
export function wrapText(
  text: string,
  maxWidth: number,
  size: number,
  weight: FontWeight = 400,
  maxLines = 3,
): string[] {
  const lines: string[] = [];
  let line = '';
  const words = text.split(' ').filter((word) => word !== '');
  for (const [index, word] of words.entries()) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (textWidth(longer, size, weight) <= maxWidth) {
      line = longer;
      continue;
    }
    if (lines.length === maxLines - 1) {
      const rest = [line, ...words.slice(index)].filter((part) => part !== '').join(' ');
      return [...lines, cutToWidth(rest, maxWidth, size, weight)];
    }
    if (line !== '') lines.push(line);
    line = cutToWidth(word, maxWidth, size, weight);
  }
  return line === '' ? lines : [...lines, line];
}
