import { expect, test } from 'vitest';
import { deviceList, probeDrivers, selectGpu } from '../../../src/main/engine/native/gpu-backend.ts';

const drivers = probeDrivers();

test('none loads no backend and has nothing to say', () => {
  expect(selectGpu('none')).toEqual({ gpu: 'none', warnings: [] });
  expect(deviceList('none')).not.toBeNull();
  expect(deviceList('cuda')).toBeNull();
});

test.skipIf(process.platform === 'darwin')(
  'a backend that does not exist on the platform is named, with what is used instead',
  () => {
    const { gpu, warnings } = selectGpu('metal');
    expect(gpu).toBe('none');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^Metal cannot be used \(.* no Metal build for .*\); using the CPU instead\.$/);
  },
);

test.skipIf(drivers.cuda)(
  'CUDA without a driver falls back to the CPU and says why (skipped where there is a driver)',
  () => {
    const { gpu, warnings } = selectGpu('cuda');
    expect(gpu).toBe('none');
    expect(warnings[0]).toMatch(/^CUDA cannot be used \(.+\); using the CPU instead\.$/);
  },
);

test.skipIf(drivers.cuda || drivers.vulkan || process.platform === 'darwin')(
  'auto without any driver takes the CPU without a word',
  () => {
    expect(selectGpu('auto')).toEqual({ gpu: 'none', warnings: [] });
  },
);

test('asking again gives the same answer without loading again', () => {
  expect(selectGpu('auto')).toBe(selectGpu('auto'));
});
