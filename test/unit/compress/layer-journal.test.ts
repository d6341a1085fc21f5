import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LayerJournal } from '../../../src/main/engine/compress/layer-journal.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const never = new AbortController().signal;

describe('the journal of a run over the layers', () => {
  it('belongs to one run at a time, until that one ends, well or not', async () => {
    const folder = join(tempFolder(), 'run');
    const first = new LayerJournal(folder);
    await first.lock(never);
    await expect(new LayerJournal(folder).lock(never)).rejects.toMatchObject({ code: 'IN_USE' });
    first.unlock();
    const second = new LayerJournal(folder);
    await second.lock(never);
    second.remove();
    expect(existsSync(folder)).toBe(false);
    expect(existsSync(`${folder}.lock`)).toBe(false);
  });
});
