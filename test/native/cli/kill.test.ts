// kill -9 of the command and of its worker at random moments; `scripts/kill-test.ts` does the same for longer.
import { describe, it } from 'vitest';
import { runKillTest } from '../../../scripts/kill-test.ts';

describe.skipIf(process.platform === 'win32')('a killed command or worker', () => {
  it('leaves no half file and no orphan, and the next run ends as an unbroken one', { timeout: 300_000 }, async () => {
    await runKillTest({ rounds: 2, seed: 7, log: () => {} });
  });
});
