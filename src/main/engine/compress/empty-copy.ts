// A model file with a header and no data, for llama.cpp's dry run on what an earlier step will have written by then.
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeHeader, type HeaderSpec } from '../gguf/encode-header.ts';

/** The file has its full length, of which only the header takes room on the disk; it is gone when `use` returns. */
export function withEmptyCopy<Result>(header: HeaderSpec, use: (path: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'whittle-plan-'));
  try {
    const path = join(folder, 'model.gguf');
    const metadata = new Map([...header.metadata].filter(([key]) => !key.startsWith('split.')));
    const layout = encodeHeader({ ...header, metadata });
    writeFileSync(path, layout.header);
    truncateSync(path, layout.fileSizeBytes);
    return use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
