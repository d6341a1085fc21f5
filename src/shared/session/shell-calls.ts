// Calls that a shell answers itself, without the engine. The browser twin answers `getShell`; the rest need a desktop.
import { z } from 'zod';
import { type CallTable, done, nothing, outputOf, pathField } from './call-table.ts';

export interface ShellInfo {
  readonly kind: 'desktop' | 'browser';
  readonly platform: 'darwin' | 'win32' | 'linux' | 'other';
  /** Desktop dialogs; a browser uses `browseFolder` and uploads. */
  readonly canPickFiles: boolean;
  readonly canShowInFolder: boolean;
  /** The window draws its own title bar. */
  readonly hasTitleBarOverlay: boolean;
  readonly version: string;
}

export const shellCalls = {
  getShell: { input: nothing, output: outputOf<ShellInfo>() },
  /** Empty when the person cancelled. */
  pickFiles: {
    input: z.strictObject({
      title: z.string().max(200).optional(),
      kind: z.enum(['models', 'text', 'scores', 'any']).default('models'),
      folder: z.boolean().default(false),
      multiple: z.boolean().default(true),
    }),
    output: outputOf<{ readonly paths: readonly string[] }>(),
  },
  /** Asks where, writes the bytes; null when the person cancelled. */
  saveFile: {
    input: z.strictObject({ name: z.string().min(1).max(255), base64: z.string().max(400_000_000) }),
    output: outputOf<{ readonly path: string | null }>(),
  },
  showInFolder: { input: z.strictObject({ path: pathField }), output: done },
  copyText: { input: z.strictObject({ text: z.string().max(50_000_000) }), output: done },
  /** A page of ours or of a named source, in the person's browser. https only. */
  openLink: { input: z.strictObject({ url: z.url({ protocol: /^https$/ }).max(2000) }), output: done },
  /** Follows the theme that the page shows, so that native parts match. */
  setNativeTheme: { input: z.strictObject({ theme: z.enum(['system', 'light', 'dark']) }), output: done },
  /** Starts a lost engine again. */
  restartEngine: { input: nothing, output: done },
  engineLog: { input: nothing, output: outputOf<{ readonly lines: readonly string[] }>() },
} as const satisfies CallTable;
