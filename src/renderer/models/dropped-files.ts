// Files of a drop: on the desktop what was dropped, folders as such; in a browser every file inside dropped folders.
import { transport } from '../api/client.ts';

/** A folder with more files than this is no model folder. */
const MAX_FILES = 1000;

function readEntries(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}

async function filesOfEntry(entry: FileSystemEntry, found: File[]): Promise<void> {
  if (found.length >= MAX_FILES) return;
  if (entry.isFile) {
    found.push(await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)));
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (let entries = await readEntries(reader); entries.length > 0; entries = await readEntries(reader)) {
    for (const inner of entries) await filesOfEntry(inner, found);
  }
}

/** Must be called within the drop event; the list of a DataTransfer is empty afterwards. */
export function takeDropped(data: DataTransfer): Promise<readonly File[]> {
  const files = [...data.files];
  if (transport().kind === 'desktop') return Promise.resolve(files);
  const entries = [...data.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (!entries.some((entry) => entry.isDirectory)) return Promise.resolve(files);
  const found: File[] = [];
  return entries
    .reduce((before, entry) => before.then(() => filesOfEntry(entry, found)), Promise.resolve())
    .then(() => found);
}
