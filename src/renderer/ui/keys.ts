// All shortcuts by where they act: the list behind `?` and in the settings.
import type { Section } from './use-place.ts';

export interface KeyHint {
  readonly keys: string;
  readonly does: string;
}

export const GLOBAL_KEYS: readonly KeyHint[] = [
  { keys: 'mod+k', does: 'Search or run a command' },
  { keys: 'mod+1', does: 'Models; 2 Compress, 3 Chat, 4 KICK, 5 Scores, 6 Jobs' },
  { keys: 'mod+,', does: 'Settings' },
  { keys: 'mod+o', does: 'Open models' },
  { keys: 'mod+enter', does: 'Start what the screen offers' },
  { keys: 'mod+f', does: 'Filter' },
  { keys: 'f6', does: 'Next region' },
  { keys: '?', does: 'Keys of this screen' },
];

export const SCREEN_KEYS: Partial<Record<Section, readonly KeyHint[]>> = {
  models: [
    { keys: 'arrowup', does: 'Row up; Down, Home, End likewise' },
    { keys: 'space', does: 'Tick: on or off the bench' },
    { keys: 'b', does: 'On or off the bench' },
    { keys: 'enter', does: 'Open the details' },
    { keys: 'i', does: 'Show or hide the inspector' },
  ],
  compress: [
    { keys: 'mod+enter', does: 'Compress' },
    { keys: 'arrowup', does: 'In the tensor strip: arrows move, Shift extends' },
    { keys: 'enter', does: 'In the tensor strip: set a type' },
    { keys: 'delete', does: 'In the tensor strip: drop the layer' },
  ],
  chat: [
    { keys: 'enter', does: 'Send; Shift Enter makes a new line' },
    { keys: 'escape', does: 'Stop' },
    { keys: 'mod+d', does: 'Differences: off, words, surprise' },
    { keys: 'mod+t', does: 'Another pane, from the bench' },
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
    { keys: 'arrowup', does: 'Left and Right move the cursor' },
    { keys: '[', does: 'Task before; ] next task' },
    { keys: 'x', does: 'Next axis' },
    { keys: 't', does: 'Chart or table' },
    { keys: 'e', does: 'Export' },
    { keys: 'mod+shift+e', does: 'Export' },
    { keys: 'mod+shift+c', does: 'Copy chart' },
  ],
};
