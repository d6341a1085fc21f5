// Title bar: name, bench, and the way into the command palette. The window can be moved by it.
import { useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import type { ReactElement } from 'react';
import { shellQuery } from '../api/queries.ts';
import { BenchBar } from '../models/BenchBar.tsx';
import { Brand } from './Brand.tsx';
import { KeyCap } from './KeyCap.tsx';

export function TitleBar({ onOpenPalette }: { readonly onOpenPalette: () => void }): ReactElement {
  const { data: shell } = useQuery(shellQuery);
  return (
    <header className="title-bar" data-overlay={shell?.hasTitleBarOverlay ? shell.platform : undefined}>
      <Brand />
      <BenchBar />
      <button type="button" className="palette-button" onClick={onOpenPalette} aria-label="Search or run a command">
        <Search className="icon-small" aria-hidden="true" />
        <span className="grow">Search or run</span>
        <KeyCap keys="mod+k" />
      </button>
    </header>
  );
}
