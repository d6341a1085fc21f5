// Files dragged over the window: one sheet that names the outcome, wherever they land.
import { FileDown } from 'lucide-react';
import { type ReactElement, useEffect, useState } from 'react';
import { formatBytes } from '../../shared/units.ts';
import { transport } from '../api/client.ts';
import { showError } from '../ui/notices.tsx';
import { ProgressBar } from '../ui/ProgressBar.tsx';
import { takeDropped } from './dropped-files.ts';
import { plural } from './model-words.ts';
import { useAddFiles } from './use-add-files.ts';

type SheetState =
  | { readonly kind: 'hidden' }
  | { readonly kind: 'over'; readonly count: number }
  | { readonly kind: 'sending'; readonly names: readonly string[]; readonly sent: number; readonly total: number };

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
      setState({ kind: 'over', count: event.dataTransfer?.items.length ?? 1 });
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
        const show = (sent: number) => setState({ kind: 'sending', names, sent, total });
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
        {state.kind === 'over' ? (
          <>
            <h2>{state.count === 1 ? 'Drop to open' : `Drop to open ${plural(state.count, 'file')}`}</h2>
            <p className="xs muted">Models are added, texts calibrate, score tables are imported.</p>
          </>
        ) : (
          <div className="column">
            <h2>Sending {plural(state.names.length, 'file')}</h2>
            <p className="xs muted ellipsis">
              {formatBytes(state.sent)} of {formatBytes(state.total)}
            </p>
            <ProgressBar label="Sending files" done={state.sent} total={state.total} />
          </div>
        )}
      </div>
    </div>
  );
}
