// A key as printed on this system's keyboard: `mod+k` is Ctrl K, or the command sign on a Mac.
import type { ReactElement } from 'react';

const IS_MAC = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '');

const NAMES: Readonly<Record<string, string>> = {
  mod: IS_MAC ? '\u2318' : 'Ctrl',
  shift: IS_MAC ? '\u21e7' : 'Shift',
  alt: IS_MAC ? '\u2325' : 'Alt',
  enter: '\u21b5',
  escape: 'Esc',
  space: 'Space',
  delete: 'Delete',
  arrowup: '\u2191',
  arrowdown: '\u2193',
  arrowleft: '\u2190',
  arrowright: '\u2192',
};

export function keyWords(keys: string): string {
  return keys
    .split('+')
    .map((key) => NAMES[key] ?? key.toUpperCase())
    .join(' ');
}

export function KeyCap({ keys }: { readonly keys: string }): ReactElement {
  // A hint for the eye: as text it would be part of the label that it stands in, and missing from that label's spoken name.
  return <span className="key-cap" aria-hidden="true" data-keys={keyWords(keys)} />;
}
