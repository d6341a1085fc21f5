import { describe, expect, it } from 'vitest';
import { MachineDevice } from '../../../src/main/engine/machine/device.ts';
import { tempFolder } from '../../support/temp-folder.ts';

describe('the device of this computer', () => {
  it('is the CPU where that was asked for, with the library that ggml took', async () => {
    const device = await new MachineDevice(tempFolder()).get('none');
    expect(device).toMatchObject({ backend: 'cpu', memoryBytes: null, warnings: [] });
    expect(device.name).not.toBe('');
    if (process.platform === 'linux' && process.arch === 'x64') expect(device.cpuFamily).toMatch(/^[a-z0-9]+$/);
  });

  it('is what `auto` leads to, never `auto`', async () => {
    const { backend, memoryBytes } = await new MachineDevice(tempFolder()).get('auto');
    expect(['cpu', 'cuda', 'metal', 'vulkan']).toContain(backend);
    expect(memoryBytes === null).toBe(backend === 'cpu');
  });
});
