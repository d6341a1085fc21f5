import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EngineClient } from '../../../src/main/desktop/engine-client.ts';
import type { WindowEvent } from '../../../src/shared/events.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const entryPath = fileURLToPath(new URL('../../../src/main/desktop/engine-process.ts', import.meta.url));

/** The real engine process, on a home folder of its own. */
function startEngine() {
  const before = process.env['WHITTLE_HOME'];
  const folder = tempFolder();
  process.env['WHITTLE_HOME'] = join(folder, 'home');
  const foreign = join(folder, 'foreign.gguf');
  writeFileSync(foreign, 'no model');
  const engine = new EngineClient({ nodePath: process.execPath, entryPath });
  onTestFinished(async () => {
    await engine.close();
    if (before === undefined) delete process.env['WHITTLE_HOME'];
    else process.env['WHITTLE_HOME'] = before;
  });
  const events: WindowEvent[] = [];
  engine.subscribe((event) => events.push(event));
  engine.start();
  return { engine, events, foreign };
}

async function until(events: readonly WindowEvent[], type: WindowEvent['type'], count = 1): Promise<WindowEvent> {
  for (;;) {
    const found = events.filter((event) => event.type === type);
    if (found.length >= count) return found[count - 1]!;
    await wait(20);
  }
}

describe("Electron's side of the engine", () => {
  it('passes calls and their errors on as values', async () => {
    const { engine, foreign } = startEngine();
    expect(await engine.call('listJobs', {})).toEqual({ output: [] });
    expect(await engine.call('getJob', { jobId: 'none' })).toMatchObject({ error: { code: 'UNKNOWN_JOB' } });
    expect(await engine.call('inspectModel', { model: foreign })).toMatchObject({
      error: { code: 'NOT_ALLOWED' },
    });
  });

  it('lets a page read what a person picked', async () => {
    const { engine, foreign } = startEngine();
    engine.allow(foreign);
    expect(await engine.call('inspectModel', { model: foreign })).toMatchObject({
      error: { code: 'BAD_GGUF' },
    });
  });

  it('says that a killed engine is lost, answers what was asked of it, and starts it again', async () => {
    const { engine, events } = startEngine();
    await engine.call('listJobs', {});
    const asked = engine.call('measureSpeed', {});
    process.kill(engine.processId ?? 0, 'SIGKILL');
    expect(await asked).toMatchObject({ error: { code: 'ENGINE_LOST' } });
    expect(await until(events, 'engine-lost')).toMatchObject({ reason: expect.stringContaining('SIGKILL') });
    expect(await engine.call('listJobs', {})).toMatchObject({ error: { code: 'ENGINE_LOST' } });
    engine.start();
    // Another session: what was missed is not kept there.
    expect(await until(events, 'connected', 2)).toMatchObject({ type: 'connected' });
    expect(await engine.call('listJobs', {})).toEqual({ output: [] });
  });

  it('leaves no process behind', async () => {
    const { engine } = startEngine();
    await engine.call('listJobs', {});
    const id = engine.processId ?? 0;
    await engine.close();
    expect(() => process.kill(id, 0)).toThrow();
  });
});
