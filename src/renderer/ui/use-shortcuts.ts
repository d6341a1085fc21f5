// Keyboard shortcuts of a component, while it is on the screen. Single letters act only when no field has the focus.
import { useEffect, useRef } from 'react';

/** Keys such as `mod+k`, `shift+arrowdown`, `b`; `mod` is Ctrl, or Cmd on a Mac. */
export type Shortcuts = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const FIELD = 'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]';

function isInField(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(FIELD) !== null;
}

export function keysOf(event: KeyboardEvent): string {
  const parts: string[] = [];
  if (event.ctrlKey || event.metaKey) parts.push('mod');
  if (event.altKey) parts.push('alt');
  // A sign such as ? already holds its Shift.
  if (event.shiftKey && (event.key.length > 1 || /[a-z]/i.test(event.key))) parts.push('shift');
  // On a Mac, Option and a letter type another sign.
  const letter = event.altKey ? /^Key([A-Z])$/.exec(event.code)?.[1] : undefined;
  return [...parts, (letter ?? event.key).toLowerCase()].join('+');
}

export function useShortcuts(shortcuts: Shortcuts, isActive = true): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    if (!isActive) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const keys = keysOf(event);
      const run = Object.hasOwn(latest.current, keys) ? latest.current[keys] : undefined;
      const isCombination = event.ctrlKey || event.metaKey || event.altKey || /^f\d+$/.test(keys);
      if (run === undefined || (!isCombination && keys !== 'escape' && isInField(event.target))) return;
      if (!isCombination && document.documentElement.dataset['letters'] === 'off' && event.key.length === 1) return;
      event.preventDefault();
      run(event);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [isActive]);
}
