// Runs a sweep for a command and says a line for each finished point.
import type { CallInput } from '../../shared/contract.ts';
import type { Sweep } from '../../shared/kick.ts';
import type { SweepPartial } from '../engine/sweep/run-sweep.ts';
import type { Shell } from './shell.ts';
import { describePoint } from './sweep-table.ts';

export function callSweep(shell: Shell, input: CallInput<'runSweep'>): Promise<Sweep> {
  return shell.call('runSweep', input, ({ done, total, partial }) => {
    if (partial === undefined) return;
    const { point } = partial as SweepPartial;
    shell.note(`${done} of ${total}: ${describePoint(point)}`);
  });
}
