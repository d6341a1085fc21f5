// The window: frame, the present screen, and what lies over it.
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { useWindowEvent } from '../api/event-stream.tsx';
import { settingsQuery } from '../api/queries.ts';
import { DropSheet } from '../models/DropSheet.tsx';
import { useAddFiles } from '../models/use-add-files.ts';
import { useKickAfterwards } from '../recipes/use-kick-afterwards.ts';
import { useAppCommands } from './app-commands.ts';
import { Banners } from './Banners.tsx';
import { useCommandReader } from './commands.tsx';
import { focusNextRegion } from './focus-region.ts';
import { KeysDialog } from './KeysDialog.tsx';
import { NAV_SECTIONS, NavBar } from './NavBar.tsx';
import { Palette } from './Palette.tsx';
import { Screen } from './Screen.tsx';
import { StatusBar } from './StatusBar.tsx';
import { TitleBar } from './TitleBar.tsx';
import { useAppearance } from './use-appearance.ts';
import { goTo, SECTIONS, usePlace } from './use-place.ts';
import { type Shortcuts, useShortcuts } from './use-shortcuts.ts';

/** `whittle://scores?task=factoid-qa` -> that screen; other addresses are left alone. */
function openDeepLink(url: string): void {
  const link = URL.parse(url);
  const section = SECTIONS.find((known) => known === link?.hostname);
  if (link !== null && section !== undefined) goTo(section, Object.fromEntries(link.searchParams));
}

export function App(): ReactElement {
  const { section } = usePlace();
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const [areKeysOpen, setKeysOpen] = useState(false);
  const readCommands = useCommandReader();
  const { addPaths, openFiles } = useAddFiles();
  const { data: settings } = useQuery(settingsQuery);
  useAppearance(settings?.settings);
  useKickAfterwards();
  useAppCommands(() => setKeysOpen(true));

  useWindowEvent((event) => {
    if (event.type === 'deep-link') openDeepLink(event.url);
    if (event.type === 'files-opened') addPaths(event.paths);
    if (event.type !== 'menu-command') return;
    if (event.command === 'palette') setPaletteOpen(true);
    else
      readCommands()
        .find(({ id }) => id === event.command)
        ?.run();
  });

  const sections: Shortcuts = Object.fromEntries(
    NAV_SECTIONS.flatMap(({ id }, index) => [
      [`mod+${index + 1}`, () => goTo(id)],
      [String(index + 1), () => goTo(id)],
    ]),
  );
  useShortcuts({
    ...sections,
    'mod+k': () => setPaletteOpen(true),
    'mod+o': () => void openFiles(),
    'mod+,': () => goTo('settings'),
    '?': () => setKeysOpen(true),
    f6: () => focusNextRegion(1),
    'shift+f6': () => focusNextRegion(-1),
  });

  return (
    <div className="app">
      <TitleBar onOpenPalette={() => setPaletteOpen(true)} />
      <NavBar current={section} />
      <main className="work" tabIndex={-1}>
        <Banners />
        <Screen section={section} />
      </main>
      <StatusBar />
      <DropSheet />
      {isPaletteOpen ? <Palette onClose={() => setPaletteOpen(false)} /> : null}
      {areKeysOpen ? <KeysDialog section={section} onClose={() => setKeysOpen(false)} /> : null}
    </div>
  );
}
