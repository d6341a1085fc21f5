// The screen of a section. Its code is loaded when it is first opened, so that the window is there at once; a fault stays in it.
import { Button } from '@mantine/core';
import { Component, type LazyExoticComponent, lazy, type ReactElement, type ReactNode, Suspense } from 'react';
import { ErrorNote } from './ErrorNote.tsx';
import { SECTIONS, type Section } from './use-place.ts';

type ScreenComponent = () => ReactElement | null;

const LOADERS = {
  models: async () => (await import('../models/ModelsScreen.tsx')).ModelsScreen,
  compress: async () => (await import('../recipes/CompressScreen.tsx')).CompressScreen,
  chat: async () => (await import('../chat/ChatScreen.tsx')).ChatScreen,
  kick: async () => (await import('../kick/KickScreen.tsx')).KickScreen,
  scores: async () => (await import('../scores/ScoresScreen.tsx')).ScoresScreen,
  jobs: async () => (await import('../jobs/JobsScreen.tsx')).JobsScreen,
  settings: async () => (await import('../settings/SettingsScreen.tsx')).SettingsScreen,
  'first-steps': async () => (await import('../models/FirstRunScreen.tsx')).FirstRunScreen,
} as const satisfies Record<Section, () => Promise<ScreenComponent>>;

const SCREENS = new Map<Section, LazyExoticComponent<ScreenComponent>>(
  SECTIONS.map((section) => [section, lazy(async () => ({ default: await LOADERS[section]() }))]),
);

/** Starts to load a screen's code before it is drawn. A fault shows when it is. */
export function preloadScreen(section: Section): void {
  LOADERS[section]().catch(() => {});
}

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
  const Chosen = SCREENS.get(section)!;
  return (
    <ScreenBoundary key={section}>
      <Suspense fallback={<div className="screen" aria-busy="true" />}>
        <Chosen />
      </Suspense>
    </ScreenBoundary>
  );
}
