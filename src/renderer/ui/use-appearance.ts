// Theme, density and single letters as the settings say; native parts of the desktop follow.
import { useMantineColorScheme } from '@mantine/core';
import { useEffect } from 'react';
import type { Settings } from '../../shared/session/machine-calls.ts';
import { call, transport } from '../api/client.ts';

export function useAppearance(settings: Settings | undefined): void {
  const { setColorScheme } = useMantineColorScheme();
  const theme = settings?.theme;
  const density = settings?.density;
  const letters = settings?.singleKeyShortcuts;
  useEffect(() => {
    if (theme === undefined) return;
    setColorScheme(theme === 'system' ? 'auto' : theme);
    // A desktop that cannot change its native parts keeps them as they are.
    if (transport().kind === 'desktop') call('setNativeTheme', { theme }).catch(() => undefined);
  }, [theme, setColorScheme]);
  useEffect(() => {
    document.documentElement.dataset['density'] = density ?? 'compact';
    document.documentElement.dataset['letters'] = letters === false ? 'off' : 'on';
  }, [density, letters]);
}
