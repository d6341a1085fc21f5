// Where in the window one is: a section and what it shows there, kept in the address, so that reload and links find it again.
import { useCallback, useSyncExternalStore } from 'react';

export const SECTIONS = ['models', 'compress', 'chat', 'kick', 'scores', 'jobs', 'settings', 'first-steps'] as const;
export type Section = (typeof SECTIONS)[number];

export interface Place {
  readonly section: Section;
  readonly params: Readonly<Record<string, string>>;
}

export function parsePlace(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const section = SECTIONS.find((known) => known === path) ?? 'models';
  return { section, params: Object.fromEntries(new URLSearchParams(query)) };
}

export function formatPlace(section: Section, params: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(params).toString();
  return query === '' ? `#/${section}` : `#/${section}?${query}`;
}

export function goTo(section: Section, params: Readonly<Record<string, string>> = {}): void {
  window.location.hash = formatPlace(section, params);
}

/** Changes what the present section shows without a new entry in the history. */
export function replaceParams(params: Readonly<Record<string, string>>): void {
  const { section } = parsePlace(window.location.hash);
  window.history.replaceState(null, '', formatPlace(section, params));
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}

function listen(onChange: () => void): () => void {
  window.addEventListener('hashchange', onChange);
  return () => window.removeEventListener('hashchange', onChange);
}

export function usePlace(): Place {
  const hash = useSyncExternalStore(listen, () => window.location.hash);
  return parsePlace(hash);
}

/** One parameter of the present section and the way to change it; an empty value takes it out. */
export function usePlaceParam(name: string): readonly [string | undefined, (value: string) => void] {
  const { params } = usePlace();
  const set = useCallback(
    (value: string) => {
      const { [name]: _old, ...rest } = parsePlace(window.location.hash).params;
      replaceParams(value === '' ? rest : { ...rest, [name]: value });
    },
    [name],
  );
  return [params[name], set];
}
