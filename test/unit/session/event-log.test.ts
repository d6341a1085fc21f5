import { describe, expect, it } from 'vitest';
import { EventLog } from '../../../src/main/engine/session/event-log.ts';
import type { WindowEvent } from '../../../src/shared/events.ts';

function listen(log: EventLog, last?: { epoch: string; sequence: number }): WindowEvent[] {
  const heard: WindowEvent[] = [];
  log.subscribe((event) => heard.push(event), last);
  return heard;
}
const sequences = (events: readonly WindowEvent[]) =>
  events.flatMap((event) => (event.type === 'connected' ? [] : 'sequence' in event ? [event.sequence] : []));

describe('the event log', () => {
  it('numbers events and says where a first visit stands', () => {
    const log = new EventLog();
    log.emit({ type: 'models-changed' });
    const heard = listen(log);
    log.emit({ type: 'recipes-changed' });
    expect(heard[0]).toEqual({ type: 'connected', epoch: log.epoch, sequence: 1, reset: false });
    expect(sequences(heard)).toEqual([2]);
  });

  it('gives a window that comes back exactly what it missed', () => {
    const log = new EventLog();
    for (let count = 0; count < 5; count += 1) log.emit({ type: 'models-changed' });
    const heard = listen(log, { epoch: log.epoch, sequence: 2 });
    log.emit({ type: 'models-changed' });
    expect(sequences(heard)).toEqual([3, 4, 5, 6]);
  });

  it.each([
    ['more was missed than is kept', 0, undefined],
    ['the position is of another session', 3, 'other'],
    ['the position lies in the future', 99, undefined],
  ])('asks for a reset when %s', (_, sequence, epoch) => {
    const log = new EventLog(3);
    for (let count = 0; count < 5; count += 1) log.emit({ type: 'models-changed' });
    const heard = listen(log, { epoch: epoch ?? log.epoch, sequence });
    expect(heard).toEqual([{ type: 'connected', epoch: log.epoch, sequence: 5, reset: true }]);
  });

  it('stops telling a window that left', () => {
    const log = new EventLog();
    const heard: WindowEvent[] = [];
    log.subscribe((event) => heard.push(event))();
    log.emit({ type: 'models-changed' });
    expect(heard).toHaveLength(1);
  });

  it('keeps a bounded number of events', () => {
    const log = new EventLog(100);
    for (let count = 0; count < 10_000; count += 1) log.emit({ type: 'models-changed' });
    expect(sequences(listen(log, { epoch: log.epoch, sequence: 9_900 }))).toHaveLength(100);
    expect(listen(log, { epoch: log.epoch, sequence: 9_899 })[0]).toMatchObject({ reset: true });
  });
});
