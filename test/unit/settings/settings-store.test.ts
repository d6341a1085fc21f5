import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SettingsStore } from '../../../src/main/engine/settings/settings-store.ts';
import { tempFolder } from '../../support/temp-folder.ts';

describe('the settings', () => {
  it('start with their defaults and survive a restart', () => {
    const home = tempFolder();
    const first = new SettingsStore(home);
    expect(first.settings.theme).toBe('system');
    first.change({ theme: 'dark', threads: 4 });
    expect(new SettingsStore(home).settings).toMatchObject({ theme: 'dark', threads: 4, gpu: 'auto' });
  });

  it('reset one value and leave the others', () => {
    const settings = new SettingsStore(tempFolder());
    settings.change({ theme: 'dark', gpu: 'none' });
    settings.reset('theme');
    expect(settings.settings).toMatchObject({ theme: 'system', gpu: 'none' });
    expect(() => settings.reset('constructor')).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });

  it('lose one wrong value and not all of them', () => {
    const home = tempFolder();
    writeFileSync(join(home, 'settings.json'), JSON.stringify({ theme: 'purple', gpu: 'none', unknown: 1 }));
    expect(new SettingsStore(home).settings).toMatchObject({ theme: 'system', gpu: 'none' });
  });

  it('set a damaged file aside instead of writing over it', () => {
    const home = tempFolder();
    writeFileSync(join(home, 'settings.json'), '{"theme": "da');
    const settings = new SettingsStore(home);
    settings.change({ gpu: 'none' });
    expect(readFileSync(join(home, 'settings.json.damaged'), 'utf8')).toBe('{"theme": "da');
  });

  it('make the output folder, and give engine calls what was set', () => {
    const home = tempFolder();
    const settings = new SettingsStore(home);
    expect(settings.outputFolder).toBe(join(home, 'models'));
    expect(existsSync(settings.outputFolder)).toBe(true);
    expect(settings.device).toEqual({ gpu: 'auto' });
    settings.change({ threads: 2, gpu: 'vulkan' });
    expect(settings.device).toEqual({ gpu: 'vulkan', threads: 2 });
  });
});
