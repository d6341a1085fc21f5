// What a person has set, and where their outputs go. Unknown keys of a newer Whittle are dropped, missing ones get their default.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { WorkbenchError } from '../../../shared/errors.ts';
import { SETTING_KEYS, type Settings, settingsSchema } from '../../../shared/session/machine-calls.ts';
import { JsonFile } from './json-file.ts';

const DEFAULTS: Settings = settingsSchema.parse({});
/** As in the file: one wrong value costs that value, not all of them. */
const storedSchema = z.record(z.string(), z.unknown()).transform((stored): Settings => {
  const entries = SETTING_KEYS.map((key) => {
    const parsed = settingsSchema.shape[key].safeParse(stored[key]);
    return [key, parsed.success ? parsed.data : DEFAULTS[key]];
  });
  return settingsSchema.parse(Object.fromEntries(entries));
});

export class SettingsStore {
  readonly #home: string;
  readonly #file: JsonFile<typeof storedSchema>;

  constructor(home: string) {
    this.#home = home;
    this.#file = new JsonFile(join(home, 'settings.json'), storedSchema, DEFAULTS);
  }

  get settings(): Settings {
    return this.#file.read();
  }

  readonly defaults = DEFAULTS;

  change(changes: Partial<Settings>): Settings {
    const next = settingsSchema.parse({ ...this.settings, ...changes });
    this.#file.write(next);
    return next;
  }

  reset(key: string): Settings {
    if (!SETTING_KEYS.some((known) => known === key)) {
      throw new WorkbenchError('BAD_INPUT', `There is no setting ${key}.`, { key });
    }
    return this.change({ [key]: DEFAULTS[key as keyof Settings] });
  }

  /** Where new models are written; exists when this returns. */
  get outputFolder(): string {
    const folder = this.settings.outputFolder ?? join(this.#home, 'models');
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** For calls of the engine: what was set, unless the call says otherwise. */
  get device(): { gpu: Settings['gpu']; threads?: number } {
    const { gpu, threads } = this.settings;
    return { gpu, ...(threads === null ? {} : { threads }) };
  }
}
