// Which settings stand together, and which answer a search. Titles and help are the schema's own.
import { type Settings, settingsSchema } from '../../shared/session/machine-calls.ts';

export type SettingKey = keyof Settings;

export interface SettingGroup {
  readonly title: string;
  readonly keys: readonly SettingKey[];
}

export const SETTING_GROUPS: readonly SettingGroup[] = [
  {
    title: 'General',
    keys: ['theme', 'density', 'singleKeyShortcuts', 'notifyWhenDone', 'preventSleep', 'pauseJobsForChat'],
  },
  { title: 'Folders', keys: ['modelFolders', 'outputFolder'] },
  { title: 'Compute', keys: ['gpu', 'threads', 'memoryLimitBytes'] },
];

export interface SettingWords {
  readonly title: string;
  readonly help: string;
}

export function settingWords(key: SettingKey): SettingWords {
  const meta = settingsSchema.shape[key].meta() ?? {};
  return { title: String(meta['title'] ?? key), help: String(meta['help'] ?? '') };
}

export function settingMatches(key: SettingKey, query: string): boolean {
  const { title, help } = settingWords(key);
  const group = SETTING_GROUPS.find(({ keys }) => keys.includes(key))?.title ?? '';
  return `${group} ${title} ${help} ${key}`.toLowerCase().includes(query);
}
