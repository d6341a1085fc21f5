// Which process something belongs to, so that another one can tell later whether it still lives: its number alone will not do, because
// numbers are given again.
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

export interface ProcessIdentity {
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Linux: start time as the kernel counts it, field 22 of /proc/PID/stat. */
  readonly startTicks?: string | undefined;
}

const own: ProcessIdentity = {
  pid: process.pid,
  startedAt: Math.round(Date.now() - process.uptime() * 1000),
  startTicks: readStat(process.pid)?.startTicks,
};

export function thisProcess(): ProcessIdentity {
  return own;
}

/** False for a process that has ended, also when another one has its number now. */
export function isAlive(identity: ProcessIdentity): boolean {
  const stat = readStat(identity.pid);
  if (stat !== undefined && identity.startTicks !== undefined) {
    return stat.startTicks === identity.startTicks && stat.state !== 'Z' && stat.state !== 'X';
  }
  if (identity.pid === own.pid) return identity.startedAt === own.startedAt;
  // From before the last start of the computer.
  if (identity.startedAt < Date.now() - uptime() * 1000) return false;
  try {
    process.kill(identity.pid, 0);
    return true;
  } catch (error) {
    // Another user's process may be asked for, not signalled.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Undefined when there is no such process, and where the system has no such file. The name before the fields may hold blanks. */
function readStat(pid: number): { readonly state: string; readonly startTicks: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', startTicks: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}
