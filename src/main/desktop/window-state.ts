// Where the window was: read at start, fitted to the screens that are there, written when it changes.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const stateSchema = z.object({
  x: z.number(),
  y: z.number(),
  width: z.number(),
  height: z.number(),
  isMaximized: z.boolean(),
});
export type WindowState = z.output<typeof stateSchema>;

export const SMALLEST_WINDOW = { width: 1000, height: 700 } as const;
const FIRST_WINDOW = { width: 1280, height: 800 } as const;
/** This much of the title bar must be on a screen, or the window cannot be grasped. */
const VISIBLE_PX = 80;

export function readWindowState(path: string): WindowState | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return stateSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

export function writeWindowState(path: string, state: WindowState): void {
  writeFileSync(`${path}.partial`, JSON.stringify(state));
  renameSync(`${path}.partial`, path);
}

/** `screens`: work areas, the first one is the main screen. Without a usable state the system places the window. */
export function fitToScreens(
  state: WindowState | undefined,
  screens: readonly Area[],
): Partial<Area> & { width: number; height: number } {
  const main = screens[0] ?? { x: 0, y: 0, ...FIRST_WINDOW };
  const width = Math.max(SMALLEST_WINDOW.width, Math.min(state?.width ?? FIRST_WINDOW.width, main.width));
  const height = Math.max(SMALLEST_WINDOW.height, Math.min(state?.height ?? FIRST_WINDOW.height, main.height));
  if (state === undefined || !screens.some((screen) => canBeGrasped(state, screen))) return { width, height };
  return { x: state.x, y: state.y, width, height };
}

function canBeGrasped({ x, y, width }: WindowState, screen: Area): boolean {
  const overlap = Math.min(x + width, screen.x + screen.width) - Math.max(x, screen.x);
  return overlap >= VISIBLE_PX && y >= screen.y - 8 && y <= screen.y + screen.height - VISIBLE_PX;
}
