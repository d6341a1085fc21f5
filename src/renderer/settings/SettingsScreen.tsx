// Settings: one page with search; changes apply at once, each can be reset.
import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { type ReactElement, useRef, useState } from 'react';
import { transport } from '../api/client.ts';
import { settingsQuery, shellQuery } from '../api/queries.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { KeyList } from '../ui/KeysDialog.tsx';
import { globalKeys, screenKeys } from '../ui/keys.ts';
import { NAV_SECTIONS } from '../ui/NavBar.tsx';
import { ScreenHead } from '../ui/ScreenHead.tsx';
import { goTo } from '../ui/use-place.ts';
import { useShortcuts } from '../ui/use-shortcuts.ts';
import { AboutSection } from './AboutSection.tsx';
import { CacheSection } from './CacheSection.tsx';
import { SettingRow } from './SettingRow.tsx';
import { SpeedTest } from './SpeedTest.tsx';
import { SETTING_GROUPS, type SettingKey, settingMatches } from './setting-groups.ts';
import './settings.css';

function matchesWords(query: string, ...words: readonly string[]): boolean {
  return words.some((word) => word.toLowerCase().includes(query));
}

export function SettingsScreen(): ReactElement {
  const { data, error } = useQuery(settingsQuery);
  const { data: shell } = useQuery(shellQuery);
  const [typed, setTyped] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const query = typed.trim().toLowerCase();
  useShortcuts({ 'mod+f': () => field.current?.focus() });
  const shownKeys = (keys: readonly SettingKey[]) => keys.filter((key) => settingMatches(key, query));
  const keyGroups = [
    { title: 'Everywhere', hints: globalKeys() },
    ...NAV_SECTIONS.flatMap(({ id, title }) => {
      const hints = screenKeys(id);
      return hints.length === 0 ? [] : [{ title, hints }];
    }),
  ];
  return (
    <div className="screen">
      <ScreenHead title="Settings">
        <TextInput
          ref={field}
          w={240}
          ml={8}
          aria-label="Search settings"
          placeholder="Search settings and keys"
          leftSection={<Search className="icon-small" aria-hidden="true" />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <span className="grow" />
        <Button variant="subtle" onClick={() => goTo('first-steps')}>
          First steps
        </Button>
      </ScreenHead>
      <div className="scroll fill">
        <div className="settings">
          {error === null ? null : <ErrorNote error={error} />}
          {data === undefined
            ? null
            : SETTING_GROUPS.map(({ title, keys }) => {
                const shown = shownKeys(keys);
                if (shown.length === 0) return null;
                return (
                  <section key={title} aria-label={title}>
                    <h2>{title}</h2>
                    {shown.map((key) => (
                      <SettingRow key={key} name={key} settings={data.settings} defaults={data.defaults} />
                    ))}
                    {title === 'Compute' ? <SpeedTest /> : null}
                  </section>
                );
              })}
          {matchesWords(query, 'cache', 'folders', 'size') ? <CacheSection /> : null}
          {matchesWords(query, 'server', 'address', 'token') ? (
            <section aria-label="Server">
              <h2>Server</h2>
              <p className="sm muted prose">
                {transport().kind === 'browser'
                  ? `This page is served from ${window.location.host}, to this browser alone: the address it was opened with works once.`
                  : 'Off. Start it with `whittle serve` to reach this machine from a browser, for example over SSH.'}
              </p>
            </section>
          ) : null}
          {matchesWords(query, 'privacy', 'updates') ? (
            <section aria-label="Privacy">
              <h2>Privacy</h2>
              <p className="sm muted">Whittle sends nothing.</p>
            </section>
          ) : null}
          {matchesWords(
            query,
            'keys',
            'shortcuts',
            ...keyGroups.flatMap(({ hints }) => hints.map(({ does }) => does)),
          ) ? (
            <section aria-label="Keys">
              <h2>Keys</h2>
              <div className="key-groups">
                {keyGroups.map(({ title, hints }) => {
                  const shown = hints.filter(
                    ({ does }) => query === '' || matchesWords(query, 'keys', 'shortcuts', does),
                  );
                  const all = matchesWords(query, 'keys', 'shortcuts') ? hints : shown;
                  return all.length === 0 ? null : (
                    <div key={title}>
                      <h3>{title}</h3>
                      <KeyList hints={all} />
                    </div>
                  );
                })}
              </div>
            </section>
          ) : null}
          {matchesWords(query, 'about', 'version', 'licences', 'diagnostics') ? (
            <AboutSection version={shell?.version ?? ''} />
          ) : null}
        </div>
      </div>
    </div>
  );
}
