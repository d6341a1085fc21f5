// Where Whittle keeps what outlives a command: library, scores, journals, caches. First step of every shell.
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The platform's folder for application data; `WHITTLE_HOME` and `--home` come before it. */
export function defaultHomeFolder(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (environment['WHITTLE_HOME']) return environment['WHITTLE_HOME'];
  const userFolder = environment['HOME'] || environment['USERPROFILE'] || homedir();
  if (platform === 'win32') return join(environment['APPDATA'] || join(userFolder, 'AppData', 'Roaming'), 'Whittle');
  if (platform === 'darwin') return join(userFolder, 'Library', 'Application Support', 'Whittle');
  return join(environment['XDG_DATA_HOME'] || join(userFolder, '.local', 'share'), 'whittle');
}
