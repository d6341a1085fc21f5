// Hands a file that the engine made to the person: a save dialog on the desktop, a download in a browser.
import type { ExportedFile } from '../../shared/session/model-calls.ts';
import { call, transport } from '../api/client.ts';
import { showError, showNotice } from './notices.tsx';

export function blobOf({ base64, mediaType }: ExportedFile): Blob {
  const binary = atob(base64);
  return new Blob([Uint8Array.from(binary, (letter) => letter.charCodeAt(0))], { type: mediaType });
}

export function textOf({ base64 }: ExportedFile): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
}

function download(file: ExportedFile): void {
  const url = URL.createObjectURL(blobOf(file));
  const link = document.createElement('a');
  link.href = url;
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export async function saveFile(making: Promise<ExportedFile>): Promise<void> {
  try {
    const file = await making;
    if (transport().kind === 'browser') return download(file);
    const { path } = await call('saveFile', { name: file.name, base64: file.base64 });
    if (path !== null) showNotice(path, `Saved ${file.name}`);
  } catch (error) {
    showError(error);
  }
}
