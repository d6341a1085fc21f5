// What can be done right now, by name: screens put their commands here; the palette, the native menu and shortcuts run them.
import { createContext, type ReactElement, type ReactNode, useContext, useEffect, useMemo, useRef } from 'react';

export interface Command {
  readonly id: string;
  /** Verb first: `Export chart as SVG`. */
  readonly title: string;
  readonly detail?: string | undefined;
  readonly group: 'action' | 'model' | 'run' | 'setting' | 'help';
  readonly keys?: string | undefined;
  /** Why it cannot run now: `needs a second version`. */
  readonly blockedBy?: string | undefined;
  readonly run: () => void;
}

interface Registry {
  readonly sources: Map<string, readonly Command[]>;
}

const CommandContext = createContext<Registry>({ sources: new Map() });

export function CommandProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const registry = useMemo<Registry>(() => ({ sources: new Map() }), []);
  return <CommandContext value={registry}>{children}</CommandContext>;
}

/** Commands of the caller while it is on the screen; `source` names it. */
export function useCommands(source: string, commands: readonly Command[]): void {
  const { sources } = useContext(CommandContext);
  sources.set(source, commands);
  useEffect(
    () => () => {
      sources.delete(source);
    },
    [sources, source],
  );
  useEffect(() => {
    sources.set(source, commands);
  });
}

/** Reads them when they are wanted, so that no command makes anything draw again. */
export function useCommandReader(): () => Command[] {
  const { sources } = useContext(CommandContext);
  const latest = useRef(sources);
  latest.current = sources;
  return () => [...latest.current.values()].flat();
}
