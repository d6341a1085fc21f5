// Draws a laid out turn on a canvas, light as exported charts are, and gives it as a PNG file to save.
import type { ExportedFile } from '../../shared/session/model-calls.ts';
import { CHART_FONT, CHART_THEMES, slotOf } from '../charts/chart-theme.ts';
import { MARKER_OUTLINES } from '../charts/Marker.tsx';
import { layoutTurn, type TurnFont, type TurnItem, type TurnPicture } from './layout-turn.ts';

const THEME = CHART_THEMES.light;
const FONTS: Readonly<Record<TurnFont, string>> = {
  body: `400 14px ${CHART_FONT}`,
  strong: `600 14px ${CHART_FONT}`,
  small: `400 12px ${CHART_FONT}`,
};
/** As in tokens.css, light. */
const DIFFERENCE = '#a8321a';
const PROMPT_FILL = '#f4f7f5';
const SCALE = 2;
/** Browsers refuse higher canvases. */
const MAX_CANVAS_PX = 16_000;

type Context = CanvasRenderingContext2D;

function paintGlyph(context: Context, { x, y, slot, fill }: Extract<TurnItem, { kind: 'glyph' }>): void {
  context.save();
  context.translate(x, y);
  if (slot === 0) {
    context.fillStyle = THEME.dense;
    context.fillRect(-5, -3.5, 10, 7);
  } else {
    const { whole, left } = MARKER_OUTLINES[slotOf(slot).marker];
    context.fillStyle = fill === 'solid' ? THEME.series(slot) : THEME.background;
    context.strokeStyle = THEME.series(slot);
    context.lineWidth = 1.4;
    context.fill(new Path2D(whole));
    context.stroke(new Path2D(whole));
    context.fillStyle = THEME.series(slot);
    if (fill === 'half') context.fill(new Path2D(left));
  }
  context.restore();
}

function paintMark(context: Context, { x, y, width, isDense }: Extract<TurnItem, { kind: 'mark' }>): void {
  context.strokeStyle = isDense ? THEME.dense : DIFFERENCE;
  context.lineWidth = 1.5;
  context.setLineDash(isDense ? [2, 2] : []);
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + width, y);
  context.stroke();
  context.setLineDash([]);
}

function paintBox(context: Context, { x, y, width, height }: Extract<TurnItem, { kind: 'box' | 'rule' }>): void {
  context.fillStyle = PROMPT_FILL;
  context.strokeStyle = THEME.grid;
  context.lineWidth = 1;
  context.beginPath();
  context.roundRect(x, y, width, height, 7);
  context.fill();
  context.stroke();
}

function paint(context: Context, item: TurnItem): void {
  if (item.kind === 'mark') paintMark(context, item);
  else if (item.kind === 'glyph') paintGlyph(context, item);
  else if (item.kind === 'box') paintBox(context, item);
  else if (item.kind === 'text') {
    context.font = FONTS[item.font];
    context.fillStyle = item.tone === 'ink' ? THEME.ink : THEME.ink3;
    context.fillText(item.text, item.x, item.y);
  } else {
    context.fillStyle = THEME.axis;
    context.fillRect(item.x, item.y, item.width, item.height);
  }
}

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

export async function turnAsPng(picture: TurnPicture, name: string): Promise<ExportedFile> {
  await document.fonts.ready;
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (context === null)
    throw new Error('This window cannot draw pictures. Export the conversation as Markdown instead.');
  const layout = layoutTurn(picture, (text, font) => {
    context.font = FONTS[font];
    return context.measureText(text).width;
  });
  const scale = Math.min(SCALE, MAX_CANVAS_PX / Math.max(layout.width, layout.height));
  canvas.width = Math.ceil(layout.width * scale);
  canvas.height = Math.ceil(layout.height * scale);
  context.scale(scale, scale);
  context.fillStyle = THEME.background;
  context.fillRect(0, 0, layout.width, layout.height);
  for (const item of layout.items) paint(context, item);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null)
    throw new Error('This turn is too long for a picture. Export the conversation as Markdown instead.');
  return { name, mediaType: 'image/png', base64: toBase64(new Uint8Array(await blob.arrayBuffer())) };
}
