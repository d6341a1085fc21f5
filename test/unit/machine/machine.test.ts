import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { platform } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clearCache, listCaches } from '../../../src/main/engine/machine/caches.ts';
import { describeMachine } from '../../../src/main/engine/machine/describe-machine.ts';
import { MachineDevice } from '../../../src/main/engine/machine/device.ts';
import { listLicences } from '../../../src/main/engine/machine/list-licences.ts';
import { MemoryWatch } from '../../../src/main/engine/machine/memory-watch.ts';
import { writeDiagnostics } from '../../../src/main/engine/machine/write-diagnostics.ts';
import { moveToBin } from '../../../src/main/engine/model-tree/move-to-bin.ts';
import { SettingsStore } from '../../../src/main/engine/settings/settings-store.ts';
import { WorkbenchError } from '../../../src/shared/errors.ts';
import type { Job } from '../../../src/shared/job.ts';
import type { FoundDevice } from '../../../src/shared/session/machine-calls.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const device: FoundDevice = {
  backend: 'cpu',
  cpuFamily: 'haswell',
  name: 'A processor',
  memoryBytes: null,
  warnings: ['Vulkan cannot be used (it found no device); using the CPU instead.'],
};

describe('this computer', () => {
  it('has memory and disk, and says what it would run on', () => {
    const settings = new SettingsStore(tempFolder());
    settings.change({ gpu: 'none', threads: 3 });
    const machine = describeMachine({ settings, probe: null, device });
    expect(machine.memoryFreeBytes).toBeGreaterThan(0);
    expect(machine.memoryFreeBytes).toBeLessThanOrEqual(machine.memoryTotalBytes);
    expect(machine.outputFreeBytes).toBeGreaterThan(0);
    expect(machine).toMatchObject({ threads: 3, speed: null });
    expect(machine.device).toEqual({
      requested: 'none',
      backend: 'cpu',
      cpuFamily: 'haswell',
      name: 'A processor',
      memoryBytes: null,
    });
    expect(machine.warnings).toContainEqual({ code: 'device', text: device.warnings[0] });
  });
});

describe('the device of a choice', () => {
  it('is found once, kept for the next session, and looked for anew on request', async () => {
    const home = tempFolder();
    const asked: string[] = [];
    const open = (found: FoundDevice) =>
      new MachineDevice(home, async (gpu) => {
        asked.push(gpu);
        return found;
      });
    const first = open(device);
    expect(await Promise.all([first.get('auto'), first.get('auto'), first.get('none')])).toEqual([
      device,
      device,
      device,
    ]);
    expect(asked).toEqual(['auto', 'none']);
    const gpu: FoundDevice = { ...device, backend: 'vulkan', name: 'A GPU', memoryBytes: 8e9, warnings: [] };
    const next = open(gpu);
    expect(await next.get('auto')).toEqual(device);
    expect(await next.refresh('auto')).toBe(true);
    expect(await next.get('auto')).toEqual(gpu);
    expect(await next.refresh('auto')).toBe(false);
  });

  it('that cannot be asked for is unknown with the reason, and asked for again', async () => {
    let tries = 0;
    const devices = new MachineDevice(tempFolder(), async () => {
      tries += 1;
      if (tries === 1) throw new WorkbenchError('BACKEND_FAILED', 'llama.cpp is not installed.');
      return device;
    });
    expect(await devices.get('auto')).toMatchObject({ backend: 'unknown', warnings: ['llama.cpp is not installed.'] });
    expect(await devices.get('auto')).toEqual(device);
  });
});

describe('diagnostics', () => {
  it('hold no path, name or text of the person', () => {
    const home = tempFolder();
    const settings = new SettingsStore(home);
    const secret = join(home, 'anna-secret');
    mkdirSync(secret);
    settings.change({ outputFolder: secret, modelFolders: [secret] });
    const job = {
      kind: 'kick',
      state: 'failed',
      title: 'KICK anna-secret',
      models: [secret],
      input: { model: secret },
      error: { code: 'WORKER_CRASHED', message: `it died on ${secret}` },
    } as unknown as Job;
    const machine = describeMachine({ settings, probe: null, device });
    const text = writeDiagnostics({ machine, settings: settings.settings, jobs: [job] });
    expect(text).toContain('Failed: kick, WORKER_CRASHED');
    expect(text).toContain('Device: cpu (CPU library haswell), asked for auto, A processor');
    expect(text).toContain('gpu=auto');
    expect(text).not.toContain('anna-secret');
    expect(text).not.toContain(home);
  });
});

describe('caches', () => {
  it('have sizes, and only what can be made again is cleared', () => {
    const home = tempFolder();
    mkdirSync(join(home, 'models'));
    writeFileSync(join(home, 'models', 'a.gguf'), Buffer.alloc(1000));
    mkdirSync(join(home, 'cache', 'statistics'), { recursive: true });
    writeFileSync(join(home, 'cache', 'statistics', 'b'), Buffer.alloc(500));
    const sizes = Object.fromEntries(listCaches(home).map(({ id, sizeBytes }) => [id, sizeBytes]));
    expect(sizes).toMatchObject({ models: 1000, cache: 500 });
    clearCache(home, 'cache');
    expect(existsSync(join(home, 'cache', 'statistics', 'b'))).toBe(false);
    for (const id of ['models', 'journals', 'unknown', 'constructor']) {
      expect(() => clearCache(home, id)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
    }
  });
});

describe('licences', () => {
  it('begin with our own, name the embedded data, and carry the texts of the packages', () => {
    const licences = listLicences();
    expect(licences[0]).toMatchObject({ name: 'whittle', licence: 'Apache-2.0' });
    expect(licences[1]?.text).toContain('Where the embedded files come from');
    const zod = licences.find(({ name }) => name === 'zod');
    expect(zod).toMatchObject({ licence: 'MIT', text: expect.stringContaining('Permission is hereby granted') });
  });
});

describe.skipIf(platform() === 'win32')('the memory of a process', () => {
  it('is told with its peak until the watch ends', async () => {
    const script = 'const kept = Buffer.alloc(80e6, 1); process.send("ready"); setInterval(() => kept.length, 1000);';
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    try {
      const told = await new Promise<[number, number]>((resolve) => {
        const watch = new MemoryWatch((memoryBytes, peakBytes) => {
          watch.close();
          resolve([memoryBytes, peakBytes]);
        });
        child.once('message', () => watch.watch(child.pid ?? 0));
      });
      expect(told[0]).toBeGreaterThan(80e6);
      expect(told[1]).toBeGreaterThanOrEqual(told[0]);
    } finally {
      child.kill('SIGKILL');
    }
  });
});

describe.skipIf(platform() !== 'linux')('the bin', () => {
  it('keeps where a file came from, and two of one name', () => {
    const home = tempFolder();
    const data = join(home, 'data');
    for (const text of ['one', 'two']) {
      writeFileSync(join(home, 'a b.gguf'), text);
      moveToBin(join(home, 'a b.gguf'), { XDG_DATA_HOME: data });
    }
    const read = (name: string) => execFileSync('cat', [join(data, 'Trash', name)], { encoding: 'utf8' });
    expect(read('files/a b.gguf')).toBe('one');
    expect(read('files/a b 2.gguf')).toBe('two');
    expect(read('info/a b.gguf.trashinfo')).toContain(`Path=${home}/a%20b.gguf`);
    expect(() => moveToBin(join(home, 'missing.gguf'), { XDG_DATA_HOME: data })).toThrow(
      expect.objectContaining({ code: 'NOT_WRITABLE' }),
    );
  });
});
