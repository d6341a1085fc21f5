// Asks for files: the system's dialog on the desktop, a browser of the server's folders elsewhere.
import { createContext, type ReactElement, type ReactNode, useCallback, useContext, useState } from 'react';
import { call, transport } from '../api/client.ts';
import { FileBrowser } from './FileBrowser.tsx';

export interface PickRequest {
  readonly title: string;
  readonly kind: 'models' | 'text' | 'scores' | 'any';
  readonly folder?: boolean;
  readonly multiple?: boolean;
}

/** Empty when the person cancelled. */
type Pick = (request: PickRequest) => Promise<readonly string[]>;

const FilePickerContext = createContext<Pick>(async () => []);

interface OpenRequest {
  readonly request: PickRequest;
  readonly finish: (paths: readonly string[]) => void;
}

export function FilePickerProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const [open, setOpen] = useState<OpenRequest | null>(null);
  const pick = useCallback<Pick>(async (request) => {
    if (transport().kind === 'desktop') {
      const { paths } = await call('pickFiles', { folder: false, multiple: true, ...request });
      return paths;
    }
    return new Promise((resolve) => setOpen({ request, finish: resolve }));
  }, []);
  const finish = (paths: readonly string[]) => {
    open?.finish(paths);
    setOpen(null);
  };
  return (
    <FilePickerContext value={pick}>
      {children}
      {open === null ? null : <FileBrowser request={open.request} onDone={finish} />}
    </FilePickerContext>
  );
}

export function useFilePicker(): Pick {
  return useContext(FilePickerContext);
}
