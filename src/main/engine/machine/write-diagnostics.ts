// What a person may paste into a report of a fault: versions, device, settings, how jobs ended. No paths, names, texts or scores.
import { version as systemVersion } from 'node:os';
import type { Job } from '../../../shared/job.ts';
import type { Machine, Settings } from '../../../shared/session/machine-calls.ts';

export interface DiagnosticFacts {
  readonly machine: Machine;
  readonly settings: Settings;
  readonly jobs: readonly Job[];
}

const SHOWN_FAILURES = 10;
/** Settings that hold paths. */
const PRIVATE_SETTINGS: ReadonlySet<string> = new Set(['modelFolders', 'outputFolder']);

export function writeDiagnostics({ machine, settings, jobs }: DiagnosticFacts): string {
  const { speed } = machine;
  const lines = [
    `Whittle ${machine.engineVersion}, llama.cpp ${machine.llamaCppVersion}, Node ${process.versions.node}`,
    `System: ${machine.platform} ${machine.architecture}, ${systemVersion()}`,
    `Processor: ${machine.processor}, ${machine.coreCount} cores`,
    `Memory: ${gib(machine.memoryFreeBytes)} free of ${gib(machine.memoryTotalBytes)} GiB`,
    `Disk of the outputs: ${gib(machine.outputFreeBytes)} GiB free`,
    `Device: ${deviceWords(machine)}, ${machine.threads} threads`,
    speed === null
      ? 'Speed: not measured'
      : `Speed on the demo model: prompt ${speed.promptTokensPerSecond.toFixed(0)}, decode ${speed.decodeTokensPerSecond.toFixed(0)} tokens/s`,
    `Warnings: ${machine.warnings.map(({ code }) => code).join(', ') || 'none'}`,
    `Settings: ${Object.entries(settings)
      .filter(([key]) => !PRIVATE_SETTINGS.has(key))
      .map(([key, value]) => `${key}=${String(value)}`)
      .join(', ')}`,
    `Jobs: ${countStates(jobs)}`,
  ];
  const failed = jobs.filter(({ state }) => state === 'failed').slice(0, SHOWN_FAILURES);
  return [...lines, ...failed.map(({ kind, error }) => `Failed: ${kind}, ${error?.code ?? 'no code'}`)].join('\n');
}

function deviceWords({ device }: Machine): string {
  const { backend, cpuFamily, requested, name } = device;
  const library = cpuFamily === null ? '' : ` (CPU library ${cpuFamily})`;
  return `${backend}${library}, asked for ${requested}, ${name}`;
}

function countStates(jobs: readonly Job[]): string {
  const groups = Map.groupBy(jobs, ({ state }) => state);
  return [...groups].map(([state, members]) => `${members.length} ${state}`).join(', ') || 'none';
}

function gib(bytes: number): string {
  return (bytes / 1024 ** 3).toFixed(1);
}
