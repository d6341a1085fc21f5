// A turn of all panes as a picture: where every word, box and line goes. Pure; lengths in CSS pixels, text widths from `measure`.
import type { MarkerFill } from '../../shared/series.ts';
import { compareWords } from './word-difference.ts';

export type Measure = (text: string, font: TurnFont) => number;
export type TurnFont = 'body' | 'strong' | 'small';

export interface PictureAnswer {
  readonly label: string;
  /** `13.48 GB · 16.00 bpw` */
  readonly size: string;
  readonly slot: number;
  readonly fill: MarkerFill;
  readonly text: string;
  /** `92 tokens · first difference at token 27` */
  readonly meta: string;
}

export interface TurnPicture {
  readonly prompt: string;
  readonly attachedNames: readonly string[];
  /** The dense original first, where it is there: the others are compared with it. */
  readonly answers: readonly PictureAnswer[];
  readonly marksWords: boolean;
  readonly caption: string;
}

export type TurnItem =
  | {
      readonly kind: 'text';
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly font: TurnFont;
      readonly tone: 'ink' | 'faint';
    }
  | { readonly kind: 'mark'; readonly x: number; readonly y: number; readonly width: number; readonly isDense: boolean }
  | {
      readonly kind: 'box' | 'rule';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
    }
  | {
      readonly kind: 'glyph';
      readonly x: number;
      readonly y: number;
      readonly slot: number;
      readonly fill: MarkerFill;
    };

export interface TurnLayout {
  readonly width: number;
  readonly height: number;
  readonly items: readonly TurnItem[];
}

const MARGIN = 24;
const COLUMN = 420;
const GAP = 32;
const LINE = 20;
const SMALL_LINE = 17;
const PROMPT_PAD = 10;

interface Piece {
  readonly text: string;
  readonly width: number;
  /** Counted through the whole text. */
  readonly word: number;
}

/** Words into lines; line breaks of the text stay, a word wider than the column is broken. */
export function wrapWords(text: string, maxWidth: number, measure: (text: string) => number): Piece[][] {
  const blank = measure(' ');
  const lines: Piece[][] = [];
  let word = 0;
  for (const paragraph of text.trim().split('\n')) {
    let line: Piece[] = [];
    let used = 0;
    for (const full of paragraph.match(/\S+/g) ?? []) {
      for (const part of breakWord(full, maxWidth, measure)) {
        const width = measure(part);
        const gap = line.length === 0 ? 0 : blank;
        if (line.length > 0 && used + gap + width > maxWidth) {
          lines.push(line);
          line = [];
          used = 0;
        }
        used += (line.length === 0 ? 0 : blank) + width;
        line.push({ text: part, width, word });
      }
      word += 1;
    }
    lines.push(line);
  }
  return lines;
}

function breakWord(word: string, maxWidth: number, measure: (text: string) => number): string[] {
  if (measure(word) <= maxWidth) return [word];
  const parts: string[] = [];
  let part = '';
  for (const letter of word) {
    if (part !== '' && measure(part + letter) > maxWidth) {
      parts.push(part);
      part = '';
    }
    part += letter;
  }
  return [...parts, part];
}

function wordsOf(text: string): string[] {
  return text.match(/\S+/g) ?? [];
}

/** Words of each answer that the other does not have: of the first beside the second, of the rest beside the first. */
function markedWords({ answers, marksWords }: TurnPicture): ReadonlySet<number>[] {
  const [first, second] = answers;
  if (!marksWords || first === undefined || second === undefined) return answers.map(() => new Set());
  const dense = wordsOf(first.text);
  return answers.map(({ text }, index) =>
    index === 0 ? compareWords(dense, wordsOf(second.text)).left : compareWords(dense, wordsOf(text)).right,
  );
}

export function layoutTurn(picture: TurnPicture, measure: Measure): TurnLayout {
  const count = Math.max(1, picture.answers.length);
  const inner = count * COLUMN + (count - 1) * GAP;
  const width = inner + 2 * MARGIN;
  const items: TurnItem[] = [];
  const place = (lines: readonly Piece[][], x: number, top: number, font: TurnFont, lineHeight: number): number => {
    const blank = measure(' ', font);
    lines.forEach((line, row) => {
      let at = x;
      for (const piece of line) {
        items.push({
          kind: 'text',
          x: at,
          y: top + row * lineHeight + lineHeight * 0.72,
          text: piece.text,
          font,
          tone: font === 'small' ? 'faint' : 'ink',
        });
        at += piece.width + blank;
      }
    });
    return top + lines.length * lineHeight;
  };
  const wrap = (text: string, maxWidth: number, font: TurnFont) =>
    wrapWords(text, maxWidth, (part) => measure(part, font));

  const box: { kind: 'box'; x: number; y: number; width: number; height: number } = {
    kind: 'box',
    x: MARGIN,
    y: MARGIN,
    width: inner,
    height: 0,
  };
  items.push(box);
  let y = MARGIN + PROMPT_PAD;
  if (picture.attachedNames.length > 0) {
    const names = `Attached: ${picture.attachedNames.join(', ')}`;
    y = place(wrap(names, inner - 2 * PROMPT_PAD, 'small'), MARGIN + PROMPT_PAD, y, 'small', SMALL_LINE) + 4;
  }
  y = place(wrap(picture.prompt, inner - 2 * PROMPT_PAD, 'body'), MARGIN + PROMPT_PAD, y, 'body', LINE);
  box.height = y + PROMPT_PAD - MARGIN;

  const top = MARGIN + box.height + 18;
  const marked = markedWords(picture);
  const bottoms = picture.answers.map((answer, index) => {
    const x = MARGIN + index * (COLUMN + GAP);
    items.push({ kind: 'glyph', x: x + 6, y: top + 9, slot: answer.slot, fill: answer.fill });
    let at = place(wrap(answer.label, COLUMN - 20, 'strong'), x + 20, top, 'strong', LINE);
    at = place(wrap(answer.size, COLUMN - 20, 'small'), x + 20, at, 'small', SMALL_LINE) + 8;
    const lines = wrap(answer.text, COLUMN, 'body');
    lines.forEach((line, row) => {
      items.push(
        ...marksOf(line, marked[index]!, x, at + row * LINE + LINE * 0.72 + 3, measure(' ', 'body'), index === 0),
      );
    });
    at = place(lines, x, at, 'body', LINE) + 6;
    return place(wrap(answer.meta, COLUMN, 'small'), x, at, 'small', SMALL_LINE);
  });
  const bottom = Math.max(top, ...bottoms);
  for (let index = 1; index < count; index++) {
    items.push({ kind: 'rule', x: MARGIN + index * (COLUMN + GAP) - GAP / 2, y: top, width: 1, height: bottom - top });
  }
  const end = place(wrap(picture.caption, inner, 'small'), MARGIN, bottom + 18, 'small', SMALL_LINE);
  return { width, height: Math.ceil(end + MARGIN - 6), items };
}

/** Neighbouring marked words share one line. */
function marksOf(
  line: readonly Piece[],
  marked: ReadonlySet<number>,
  x: number,
  y: number,
  blank: number,
  isDense: boolean,
): TurnItem[] {
  const marks: { kind: 'mark'; x: number; y: number; width: number; isDense: boolean }[] = [];
  let at = x;
  let isOpen = false;
  for (const { width, word } of line) {
    const last = marks.at(-1);
    const isMarked = marked.has(word);
    if (isMarked && isOpen && last !== undefined) last.width = at + width - last.x;
    else if (isMarked) marks.push({ kind: 'mark', x: at, y, width, isDense });
    isOpen = isMarked;
    at += width + blank;
  }
  return marks;
}
