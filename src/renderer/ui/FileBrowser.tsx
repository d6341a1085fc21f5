// The folders of the engine's machine, within the chosen roots; files of this computer can be sent there.
import { Breadcrumbs, Button, Checkbox, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CornerLeftUp, FileBox, FileText, Folder, Upload } from 'lucide-react';
import { type ReactElement, useRef, useState } from 'react';
import type { FolderListing } from '../../shared/session/model-calls.ts';
import { formatBytes } from '../../shared/units.ts';
import { transport } from '../api/client.ts';
import { folderQuery } from '../api/queries.ts';
import { ErrorNote } from './ErrorNote.tsx';
import type { PickRequest } from './FilePicker.tsx';
import { ProgressBar } from './ProgressBar.tsx';

interface FileBrowserProps {
  readonly request: PickRequest;
  readonly onDone: (paths: readonly string[]) => void;
}

type Entry = FolderListing['entries'][number];

function isWanted({ kind }: Entry, wanted: PickRequest['kind']): boolean {
  if (kind === 'folder' || wanted === 'any') return true;
  return wanted === 'models' ? kind === 'model' : kind === wanted;
}

export function FileBrowser({ request, onDone }: FileBrowserProps): ReactElement {
  const [path, setPath] = useState<string | undefined>(undefined);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [sending, setSending] = useState<{ readonly sent: number; readonly total: number } | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const input = useRef<HTMLInputElement>(null);
  const { data: listing, error } = useQuery(folderQuery(path));
  const entries = listing?.entries.filter((entry) => isWanted(entry, request.kind)) ?? [];

  const toggle = (entry: Entry) => {
    const next = new Set(request.multiple === false ? [] : chosen);
    if (chosen.has(entry.path)) next.delete(entry.path);
    else next.add(entry.path);
    setChosen(next);
  };
  const send = async (files: readonly File[]) => {
    const total = files.reduce((sum, file) => sum + file.size, 0);
    setSending({ sent: 0, total });
    try {
      onDone(await transport().place(files, (sent) => setSending({ sent, total })));
    } catch (reason) {
      setFailure(reason);
      setSending(null);
    }
  };

  return (
    <Modal opened onClose={() => onDone([])} title={request.title} size={640}>
      <div className="column">
        {listing === undefined ? null : (
          <div className="row">
            <Breadcrumbs separator="/" className="grow ellipsis">
              {listing.roots.map((root) => (
                <Button key={root.path} variant="subtle" onClick={() => setPath(root.path)}>
                  {root.name}
                </Button>
              ))}
            </Breadcrumbs>
            {listing.parent === null ? null : (
              <Button
                leftSection={<CornerLeftUp className="icon-small" aria-hidden="true" />}
                onClick={() => setPath(listing.parent ?? undefined)}
              >
                Up
              </Button>
            )}
          </div>
        )}
        <div className="mono xs faint ellipsis" title={listing?.path}>
          {listing?.path}
        </div>
        {error === null ? null : <ErrorNote error={error} />}
        {failure === null ? null : <ErrorNote error={failure} />}
        <ul className="file-list" aria-label="Files">
          {entries.map((entry) => (
            <li key={entry.path} className="row file-row">
              {entry.kind === 'folder' ? null : (
                <Checkbox aria-label={entry.name} checked={chosen.has(entry.path)} onChange={() => toggle(entry)} />
              )}
              {entry.kind === 'folder' ? (
                <Folder className="icon" aria-hidden="true" />
              ) : entry.kind === 'model' ? (
                <FileBox className="icon" aria-hidden="true" />
              ) : (
                <FileText className="icon" aria-hidden="true" />
              )}
              <button
                type="button"
                className="plain-button grow ellipsis"
                title={entry.name}
                onClick={() => (entry.kind === 'folder' ? setPath(entry.path) : toggle(entry))}
              >
                {entry.name}
              </button>
              <span className="faint xs">{entry.kind === 'folder' ? '' : formatBytes(entry.sizeBytes)}</span>
            </li>
          ))}
          {listing !== undefined && entries.length === 0 ? (
            <li className="faint sm file-row row">Nothing here that fits.</li>
          ) : null}
        </ul>
        {sending === null ? null : <ProgressBar label="Sending files" done={sending.sent} total={sending.total} />}
        <div className="row">
          <input
            ref={input}
            type="file"
            hidden
            multiple={request.multiple !== false}
            onChange={(event) => void send([...(event.currentTarget.files ?? [])])}
          />
          <Button
            leftSection={<Upload className="icon-small" aria-hidden="true" />}
            disabled={sending !== null}
            onClick={() => input.current?.click()}
          >
            Send from this computer…
          </Button>
          <span className="grow" />
          {request.folder && listing !== undefined ? (
            <Button onClick={() => onDone([listing.path])}>Choose this folder</Button>
          ) : null}
          <Button variant="filled" disabled={chosen.size === 0} onClick={() => onDone([...chosen])}>
            Open
          </Button>
        </div>
      </div>
    </Modal>
  );
}
