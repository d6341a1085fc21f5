// Folders as settings: one, or several.
import { Button } from '@mantine/core';
import { Folder, X } from 'lucide-react';
import type { ReactElement } from 'react';
import { useFilePicker } from '../ui/FilePicker.tsx';
import { MiddleText } from '../ui/MiddleText.tsx';

interface FolderFieldProps {
  readonly path: string | null;
  readonly onChange: (path: string | null) => void;
}

export function FolderField({ path, onChange }: FolderFieldProps): ReactElement {
  const pick = useFilePicker();
  const choose = async () => {
    const [folder] = await pick({ title: 'Output folder', kind: 'models', folder: true, multiple: false });
    if (folder !== undefined) onChange(folder);
  };
  return (
    <span className="row folder-value">
      {path === null ? (
        <span className="faint xs">Whittle's own folder</span>
      ) : (
        <span className="mono xs row">
          <MiddleText text={path} tailLength={28} />
        </span>
      )}
      <Button onClick={() => void choose()}>Choose…</Button>
    </span>
  );
}

interface FoldersFieldProps {
  readonly paths: readonly string[];
  readonly onChange: (paths: readonly string[]) => void;
}

export function FoldersField({ paths, onChange }: FoldersFieldProps): ReactElement {
  const pick = useFilePicker();
  const add = async () => {
    const folders = await pick({ title: 'Folder of models', kind: 'models', folder: true, multiple: false });
    if (folders.length > 0) onChange([...new Set([...paths, ...folders])]);
  };
  return (
    <span className="column folder-values">
      {paths.map((path) => (
        <span key={path} className="row">
          <Folder className="icon-small" aria-hidden="true" />
          <span className="mono xs row">
            <MiddleText text={path} tailLength={28} />
          </span>
          <button
            type="button"
            className="plain-button"
            aria-label={`Remove ${path}`}
            onClick={() => onChange(paths.filter((other) => other !== path))}
          >
            <X className="icon-small" aria-hidden="true" />
          </button>
        </span>
      ))}
      <Button onClick={() => void add()}>Add folder…</Button>
    </span>
  );
}
