// Files dragged over the window: one sheet that names the outcome, wherever they land.
import { FileDown } from 'lucide-react';
import { type ReactElement, useEffect, useState } from 'react';
import { formatBytes } from '../../shared/units.ts';
import { transport } from '../api/client.ts';
import { showError, showNotice } from '../ui/notices.tsx';
import { ProgressBar } from '../ui/ProgressBar.tsx';
import { type DropWords, dropWords, hoverWords, isRefused } from './drop-words.ts';
import { takeDropped } from './dropped-files.ts';
import { useAddFiles } from './use-add-files.ts';

type SheetState =
  | { readonly kind: 'hidden' }
  | { readonly kind: 'over'; readonly words: DropWords }
  | { readonly kind: 'sending'; readonly words: DropWords; readonly sent: number; readonly total: number };

function holdsFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

export function DropSheet(): ReactElement | null {
  const [state, setState] = useState<SheetState>({ kind: 'hidden' });
  const { addPaths } = useAddFiles();

  useEffect(() => {
    let depth = 0;
    const onEnter = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      depth += 1;
      const types = [...(event.dataTransfer?.items ?? [])].map(({ type }) => type);
      setState({ kind: 'over', words: hoverWords(types) });
    };
    const onLeave = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      depth -= 1;
      if (depth <= 0) setState({ kind: 'hidden' });
    };
    const onOver = (event: DragEvent) => holdsFiles(event) && event.preventDefault();
    const onDrop = async (event: DragEvent) => {
      depth = 0;
      if (!holdsFiles(event) || event.dataTransfer === null) return;
      event.preventDefault();
      try {
        const files = await takeDropped(event.dataTransfer);
        const total = files.reduce((sum, file) => sum + file.size, 0);
        const names = files.map(({ name }) => name);
        const words = dropWords(names);
        if (isRefused(names)) return showNotice(words.detail, words.title);
        const show = (sent: number) => setState({ kind: 'sending', words, sent, total });
        if (transport().kind === 'browser') show(0);
        const paths = await transport().place(files, show);
        if (paths.length > 0) addPaths(paths);
      } catch (error) {
        showError(error);
      } finally {
        setState({ kind: 'hidden' });
      }
    };
    window.addEventListener('dragenter', onEnter);
    window.addEventListener('dragleave', onLeave);
    window.addEventListener('dragover', onOver);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragenter', onEnter);
      window.removeEventListener('dragleave', onLeave);
      window.removeEventListener('dragover', onOver);
      window.removeEventListener('drop', onDrop);
    };
  }, [addPaths]);

  if (state.kind === 'hidden') return null;
  return (
    <div className="drop-scrim">
      <div className="drop-sheet" role="status">
        <FileDown className="drop-icon" aria-hidden="true" />
        <h2>{state.words.title}</h2>
        <p className="xs muted drop-detail">{state.words.detail}</p>
        {state.kind === 'over' ? null : (
          <div className="column">
            <p className="xs muted">
              Sent {formatBytes(state.sent)} of {formatBytes(state.total)}
            </p>
            <ProgressBar label="Sending files" done={state.sent} total={state.total} />
          </div>
        )}
      </div>
    </div>
  );
}
