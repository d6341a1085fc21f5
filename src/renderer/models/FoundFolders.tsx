// Models that other programs on this computer hold. Left out when there are none.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Folder } from 'lucide-react';
import type { ReactElement } from 'react';
import { modelFoldersQuery } from '../api/queries.ts';
import { formatFileSize, plural } from './model-words.ts';
import { useAddFiles } from './use-add-files.ts';

export function FoundFolders(): ReactElement | null {
  const { data: folders = [] } = useQuery(modelFoldersQuery);
  const { addPaths, isAdding } = useAddFiles();
  const found = folders.filter(({ files }) => files.length > 0);
  if (found.length === 0) return null;
  return (
    <div>
      <h3 style={{ marginBottom: 6 }}>Found on this computer</h3>
      <ul className="found-folders">
        {found.map(({ app, path, files, sizeBytes }) => (
          <li key={path} className="row" title={path}>
            <Folder className="icon" aria-hidden="true" />
            <span className="grow ellipsis">
              <b className="strong">{app}</b>{' '}
              <span className="faint xs">
                {plural(files.length, 'model')}, {formatFileSize(sizeBytes)}
              </span>
            </span>
            <Button size="compact-xs" disabled={isAdding} onClick={() => addPaths(files.map((file) => file.path))}>
              List them
            </Button>
          </li>
        ))}
      </ul>
      <p className="faint xs" style={{ marginTop: 8 }}>
        Listing reads file headers only. Nothing is copied.
      </p>
    </div>
  );
}
