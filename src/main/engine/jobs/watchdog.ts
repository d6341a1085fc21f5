// Kills a worker whose parent has died, even while its main thread is inside a native call or a busy loop.
import { Worker } from 'node:worker_threads';

/** Environment variable in which the supervisor names itself. */
export const PARENT_PID_VARIABLE = 'WHITTLE_PARENT_PID';
const POLL_MS = 300;

/**
 * Plain JavaScript as text: it starts at once, without the type stripper and whatever the bundler does with file names.
 * On Windows a dead parent's id stays, so it is asked for; elsewhere the parent's id changes when it dies.
 */
const THREAD = `
  const { workerData } = require('node:worker_threads');
  const isAlive = () => {
    if (process.platform !== 'win32') return process.ppid === workerData.parentPid;
    try { process.kill(workerData.parentPid, 0); return true; } catch (error) { return error.code === 'EPERM'; }
  };
  setInterval(() => { if (!isAlive()) process.kill(process.pid, 'SIGKILL'); }, workerData.pollMs);
`;

export function startWatchdog(): void {
  const parentPid = Number(process.env[PARENT_PID_VARIABLE] ?? process.ppid);
  const thread = new Worker(THREAD, {
    eval: true,
    workerData: { parentPid, pollMs: POLL_MS },
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 },
  });
  thread.unref();
}
