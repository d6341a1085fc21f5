// All shortcuts by where they act: the list behind `?` and in the settings.
import { transport } from '../api/client.ts';
import type { Section } from './use-place.ts';

export interface KeyHint {
  readonly keys: string;
  readonly does: string;
}

interface KnownKey extends KeyHint {
  /** Where browsers keep `keys` for their own tabs. */
  readonly browserKeys?: string;
}

/** Ctrl T and Ctrl W are a browser's own. */
const PANE_KEYS = {
  desktop: { add: 'mod+t', close: 'mod+w' },
  browser: { add: 'alt+t', close: 'alt+w' },
} as const;

export function paneKeys(): { readonly add: string; readonly close: string } {
  return PANE_KEYS[transport().kind];
}

const GLOBAL_KEYS: readonly KnownKey[] = [
  { keys: 'mod+k', does: 'Search or run a command' },
  { keys: 'mod+1', browserKeys: '1', does: 'Models; 2 Compress, 3 Chat, 4 KICK, 5 Scores, 6 Jobs' },
  { keys: 'mod+,', does: 'Settings' },
  { keys: 'mod+o', does: 'Open models' },
  { keys: 'mod+enter', does: 'Start what the screen offers' },
  { keys: 'mod+f', does: 'Filter' },
  { keys: 'f6', does: 'Next region' },
  { keys: '?', does: 'Keys of this screen' },
];

const SCREEN_KEYS: Partial<Record<Section, readonly KnownKey[]>> = {
  models: [
    { keys: 'arrowup', does: 'Row up; Down, Home, End likewise' },
    { keys: 'space', does: 'Tick: on or off the bench' },
    { keys: 'b', does: 'On or off the bench' },
    { keys: 'enter', does: 'Open the details' },
    { keys: 'i', does: 'Show or hide the inspector' },
  ],
  compress: [
    { keys: 'mod+enter', does: 'Compress' },
    { keys: 'alt+arrowup', does: 'On a step: earlier; Alt Down later' },
    { keys: 'arrowup', does: 'In the tensor strip: arrows move, Shift extends' },
    { keys: 'enter', does: 'In the tensor strip: set a type' },
    { keys: 'delete', does: 'In the tensor strip: drop the layer' },
  ],
  chat: [
    { keys: 'enter', does: 'Send; Shift Enter makes a new line' },
    { keys: 'escape', does: 'Stop' },
    { keys: 'mod+d', does: 'Differences: off, words, surprise' },
    { keys: 'mod+t', browserKeys: 'alt+t', does: 'Another pane, from the bench' },
    { keys: 'mod+w', browserKeys: 'alt+w', does: 'Close the pane with the focus, or the last' },
    { keys: 'alt+arrowup', does: 'Turn up; Alt Down turn down' },
  ],
  kick: [
    { keys: 'mod+enter', does: 'Run' },
    { keys: 'p', does: 'Pause, or go on' },
    { keys: 'f', does: 'Only forgotten answers' },
    { keys: 'j', does: 'Next answer; K the one before' },
    { keys: 'enter', does: 'Full prompt and both answers' },
  ],
  scores: [
    { keys: 'arrowleft', does: 'Cursor left; Right moves it right' },
    { keys: '[', does: 'Task before; ] next task' },
    { keys: 'x', does: 'Next axis' },
    { keys: 't', does: 'Chart or table' },
    { keys: 'e', does: 'Export' },
    { keys: 'mod+shift+e', does: 'Export' },
    { keys: 'mod+shift+c', does: 'Copy chart' },
  ],
};

function hintsHere(known: readonly KnownKey[]): readonly KeyHint[] {
  const isBrowser = transport().kind === 'browser';
  return known.map(({ keys, browserKeys = keys, does }) => ({ keys: isBrowser ? browserKeys : keys, does }));
}

export function globalKeys(): readonly KeyHint[] {
  return hintsHere(GLOBAL_KEYS);
}

/** Empty for a screen without keys of its own. */
export function screenKeys(section: Section): readonly KeyHint[] {
  return hintsHere(SCREEN_KEYS[section] ?? []);
}
