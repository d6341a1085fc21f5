// The screen of a section. Code of all but the first is loaded when it is opened, so that the window is there at once; a fault stays in it.
import { Button } from '@mantine/core';
import { Component, lazy, type ReactElement, type ReactNode, Suspense } from 'react';
import { FirstRunScreen } from '../models/FirstRunScreen.tsx';
import { ModelsScreen } from '../models/ModelsScreen.tsx';
import { ErrorNote } from './ErrorNote.tsx';
import type { Section } from './use-place.ts';

const SCREENS = {
  models: ModelsScreen,
  compress: lazy(async () => ({ default: (await import('../recipes/CompressScreen.tsx')).CompressScreen })),
  chat: lazy(async () => ({ default: (await import('../chat/ChatScreen.tsx')).ChatScreen })),
  kick: lazy(async () => ({ default: (await import('../kick/KickScreen.tsx')).KickScreen })),
  scores: lazy(async () => ({ default: (await import('../scores/ScoresScreen.tsx')).ScoresScreen })),
  jobs: lazy(async () => ({ default: (await import('../jobs/JobsScreen.tsx')).JobsScreen })),
  settings: lazy(async () => ({ default: (await import('../settings/SettingsScreen.tsx')).SettingsScreen })),
  'first-steps': FirstRunScreen,
} as const satisfies Record<Section, unknown>;

interface BoundaryState {
  readonly error: unknown;
}

class ScreenBoundary extends Component<{ readonly children: ReactNode }, BoundaryState> {
  override readonly state: BoundaryState = { error: null };

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return (
      <div className="column" style={{ padding: 16 }}>
        <ErrorNote error={this.state.error}>
          <Button onClick={() => this.setState({ error: null })}>Show it again</Button>
        </ErrorNote>
      </div>
    );
  }
}

export function Screen({ section }: { readonly section: Section }): ReactElement {
  const Chosen = SCREENS[section];
  return (
    <ScreenBoundary key={section}>
      <Suspense fallback={<div className="screen" aria-busy="true" />}>
        <Chosen />
      </Suspense>
    </ScreenBoundary>
  );
}
