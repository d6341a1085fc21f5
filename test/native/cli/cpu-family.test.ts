// WHITTLE_CPU_FAMILY: another CPU library of llama.cpp than the fastest one.
import { describe, expect, it } from 'vitest';
import { runWhittle } from '../../support/run-whittle.ts';
import { tempFolderForFile } from '../../support/temp-folder.ts';

const cwd = tempFolderForFile();
const args = ['perplexity', 'demo', '--chunks', '1', '--ctx', '64', '--threads', '1', '--gpu', 'none', '--json'];

function perplexity(family: string) {
  return runWhittle(args, { cwd, env: { WHITTLE_HOME: cwd, WHITTLE_CPU_FAMILY: family } });
}

describe('WHITTLE_CPU_FAMILY', () => {
  it('refuses a family that has no library', async () => {
    const { status, stderr } = await perplexity('nonsense');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^whittle: BACKEND_FAILED: .*WHITTLE_CPU_FAMILY/m);
  });

  it.runIf(process.platform === 'linux' && process.arch === 'x64')('runs the family named', async () => {
    const { status, stdout } = await perplexity('x64');
    expect(status).toBe(0);
    expect(JSON.parse(stdout).perplexity).toBeGreaterThan(1);
  });
});
