// One setting with its control; it applies at once and can be reset.
import { Button, NumberInput, SegmentedControl, Select, Switch } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { Settings } from '../../shared/session/machine-calls.ts';
import { call } from '../api/client.ts';
import { settingsQuery } from '../api/queries.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { FolderField, FoldersField } from './FolderFields.tsx';
import { type SettingKey, settingWords } from './setting-groups.ts';

interface SettingRowProps {
  readonly name: SettingKey;
  readonly settings: Settings;
  readonly defaults: Settings;
}

const GIB = 2 ** 30;

const CHOICES = {
  theme: [
    { value: 'system', label: 'As the system' },
    { value: 'light', label: 'Light' },
    { value: 'dark', label: 'Dark' },
  ],
  density: [
    { value: 'compact', label: 'Compact' },
    { value: 'comfortable', label: 'Comfortable' },
  ],
  pauseJobsForChat: [
    { value: 'ask', label: 'Ask' },
    { value: 'always', label: 'Always' },
    { value: 'never', label: 'Never' },
  ],
} as const;

interface ControlProps extends SettingRowProps {
  readonly change: (changes: Partial<Settings>) => void;
}

function Control({ name, settings, change }: ControlProps): ReactElement | null {
  const label = settingWords(name).title;
  switch (name) {
    case 'theme':
    case 'density':
    case 'pauseJobsForChat':
      return (
        <SegmentedControl
          aria-label={label}
          value={settings[name]}
          onChange={(value) => change({ [name]: value } as Partial<Settings>)}
          data={[...CHOICES[name]]}
        />
      );
    case 'singleKeyShortcuts':
    case 'notifyWhenDone':
    case 'preventSleep':
    case 'firstRunDone':
      return (
        <Switch
          aria-label={label}
          checked={settings[name]}
          onChange={(event) => change({ [name]: event.currentTarget.checked })}
        />
      );
    case 'gpu':
      return (
        <Select
          w={170}
          aria-label={label}
          data={['auto', 'cuda', 'metal', 'vulkan', { value: 'none', label: 'none: the processor' }]}
          value={settings.gpu}
          onChange={(value) => value !== null && change({ gpu: value as Settings['gpu'] })}
        />
      );
    case 'threads':
      return (
        <NumberInput
          w={170}
          aria-label={label}
          placeholder="measured"
          min={1}
          max={1024}
          value={settings.threads ?? ''}
          onChange={(value) => change({ threads: value === '' ? null : Number(value) })}
        />
      );
    case 'memoryLimitBytes':
      return (
        <NumberInput
          w={170}
          aria-label={label}
          placeholder="what the computer has"
          min={0.5}
          step={1}
          decimalScale={1}
          suffix=" GiB"
          value={settings.memoryLimitBytes === null ? '' : settings.memoryLimitBytes / GIB}
          onChange={(value) => change({ memoryLimitBytes: value === '' ? null : Math.round(Number(value) * GIB) })}
        />
      );
    case 'outputFolder':
      return <FolderField path={settings.outputFolder} onChange={(outputFolder) => change({ outputFolder })} />;
    case 'modelFolders':
      return (
        <FoldersField
          paths={settings.modelFolders}
          onChange={(modelFolders) => change({ modelFolders: [...modelFolders] })}
        />
      );
    default:
      return null;
  }
}

export function SettingRow(props: SettingRowProps): ReactElement {
  const { name, settings, defaults } = props;
  const client = useQueryClient();
  const { title, help } = settingWords(name);
  const save = useMutation({
    mutationFn: (changes: Partial<Settings>) => call('setSettings', { changes }),
    onMutate: (changes) =>
      client.setQueryData(settingsQuery.queryKey, { settings: { ...settings, ...changes }, defaults }),
    onSuccess: (result) => client.setQueryData(settingsQuery.queryKey, result),
    onError: () => client.setQueryData(settingsQuery.queryKey, { settings, defaults }),
  });
  const reset = useMutation({
    mutationFn: () => call('resetSetting', { key: name }),
    onSuccess: (result) => client.setQueryData(settingsQuery.queryKey, result),
  });
  const isDefault = JSON.stringify(settings[name]) === JSON.stringify(defaults[name]);
  const error = save.error ?? reset.error;
  return (
    <div className="setting-row">
      <div className="setting-words">
        <span>{title}</span>
        <span className="xs faint">{help}</span>
      </div>
      <div className="setting-control">
        <Control {...props} change={save.mutate} />
        <Button
          size="compact-xs"
          variant="subtle"
          className="setting-reset"
          disabled={isDefault}
          aria-label={`Reset ${title}`}
          onClick={() => reset.mutate()}
        >
          Reset
        </Button>
      </div>
      {error === null ? null : (
        <div className="setting-error">
          <ErrorNote error={error} />
        </div>
      )}
    </div>
  );
}
