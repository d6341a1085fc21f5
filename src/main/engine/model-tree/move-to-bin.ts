// Moves a file to the system's bin, where a person can take it back from.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { homedir, platform } from 'node:os';
import { basename, extname, join, resolve } from 'node:path';
import { WorkbenchError } from '../../../shared/errors.ts';

/** Throws NOT_WRITABLE when the bin does not take it; the file is then still in its place. */
export function moveToBin(path: string, environment: NodeJS.ProcessEnv = process.env): void {
  try {
    if (platform() === 'win32') moveToRecycleBin(path);
    else if (platform() === 'darwin') renameSync(path, freeName(join(homedir(), '.Trash'), basename(path)));
    else moveToTrash(path, environment);
  } catch (error) {
    const message = `${path} could not be moved to the bin. Delete it in your file manager.`;
    throw new WorkbenchError('NOT_WRITABLE', message, { path }, error);
  }
}

/** https://specifications.freedesktop.org/trash-spec/1.0: the file in files/, where it came from in info/. */
function moveToTrash(path: string, environment: NodeJS.ProcessEnv): void {
  const data = environment['XDG_DATA_HOME'] || join(environment['HOME'] || homedir(), '.local', 'share');
  const files = join(data, 'Trash', 'files');
  const info = join(data, 'Trash', 'info');
  mkdirSync(files, { recursive: true, mode: 0o700 });
  mkdirSync(info, { recursive: true, mode: 0o700 });
  const target = freeName(files, basename(path));
  const origin = resolve(path).split('/').map(encodeURIComponent).join('/');
  const deletedAt = new Date().toISOString().slice(0, 19);
  const note = join(info, `${basename(target)}.trashinfo`);
  writeFileSync(note, `[Trash Info]\nPath=${origin}\nDeletionDate=${deletedAt}\n`, { flag: 'wx' });
  renameSync(path, target);
}

function freeName(folder: string, name: string): string {
  const ending = extname(name);
  const stem = basename(name, ending);
  for (let number = 1; ; number += 1) {
    const path = join(folder, number === 1 ? name : `${stem} ${number}${ending}`);
    if (!existsSync(path)) return path;
  }
}

/** The path goes in as an environment variable, so that no letter of it is read as a command. */
function moveToRecycleBin(path: string): void {
  const command =
    'Add-Type -AssemblyName Microsoft.VisualBasic; ' +
    "[Microsoft.VisualBasic.FileIO.FileSystem]::DeleteFile($env:WHITTLE_BIN_PATH, 'OnlyErrorDialogs', 'SendToRecycleBin')";
  execFileSync('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', command], {
    env: { ...process.env, WHITTLE_BIN_PATH: path },
    windowsHide: true,
  });
}
