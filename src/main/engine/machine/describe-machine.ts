// What this computer has to work with: memory, disk, device. Read anew at each call, because all of it changes.
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { arch, availableParallelism, cpus, freemem, platform, totalmem } from 'node:os';
import type { FoundDevice, Machine, SpeedProbe } from '../../../shared/session/machine-calls.ts';
import { formatBytes } from '../../../shared/units.ts';
import { engineVersion } from '../engine-version.ts';
import { LLAMA_CPP_RELEASE } from '../native/abi.generated.ts';
import type { SettingsStore } from '../settings/settings-store.ts';

const LOW_DISK_BYTES = 2e9;
const LOW_MEMORY_BYTES = 1024 ** 3;

export interface MachineFacts {
  readonly settings: SettingsStore;
  readonly probe: SpeedProbe | null;
  /** What the set backend leads to. */
  readonly device: FoundDevice;
}

export function describeMachine({ settings, probe, device }: MachineFacts): Machine {
  const { outputFolder } = settings;
  const { warnings, ...found } = device;
  const outputFreeBytes = freeDiskBytes(outputFolder);
  const memoryFreeBytes = availableMemoryBytes();
  return {
    platform: platform(),
    architecture: arch(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    coreCount: availableParallelism(),
    memoryTotalBytes: totalmem(),
    memoryFreeBytes,
    outputFolder,
    outputFreeBytes,
    device: { ...found, requested: settings.settings.gpu },
    threads: settings.settings.threads ?? probe?.threads ?? availableParallelism(),
    engineVersion: engineVersion(),
    llamaCppVersion: LLAMA_CPP_RELEASE,
    speed: probe,
    warnings: [
      ...(outputFreeBytes < LOW_DISK_BYTES
        ? [{ code: 'low-disk', text: `Only ${formatBytes(outputFreeBytes)} are free where new files go.` }]
        : []),
      ...(memoryFreeBytes < LOW_MEMORY_BYTES
        ? [{ code: 'low-memory', text: 'Less than 1 GiB of memory is free. Close other programs.' }]
        : []),
      ...warnings.map((text) => ({ code: 'device', text })),
    ],
  };
}

export function freeDiskBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** What a new process can have: on Linux caches count as free, which `freemem` of older systems leaves out. */
export function availableMemoryBytes(): number {
  if (platform() !== 'linux' || !existsSync('/proc/meminfo')) return freemem();
  const match = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'));
  return match === null ? freemem() : Number(match[1]) * 1024;
}
