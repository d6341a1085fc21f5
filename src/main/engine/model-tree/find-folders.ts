// Models that other programs keep on this computer. Reads names, sizes and manifests only; nothing is copied, moved or changed.
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import type { FoundFolder } from '../../../shared/session/model-calls.ts';

type FoundFile = FoundFolder['files'][number];

const MAX_DEPTH = 8;
const MAX_FILES = 5000;

export interface FindOptions {
  readonly home?: string | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** Folders of the settings. */
  readonly extraFolders?: readonly string[] | undefined;
}

/** Folders without models are left out; a file that lies in two of them is listed once. */
export function findModelFolders({
  home = homedir(),
  environment = process.env,
  extraFolders = [],
}: FindOptions = {}): FoundFolder[] {
  const seen = new Set<string>();
  const folders = candidates(home, environment, extraFolders).map(({ app, path }) => {
    const files = (app === 'Ollama' ? ollamaFiles(path) : ggufFiles(path, app === 'Hugging Face')).filter((file) =>
      isNew(file.path, seen),
    );
    return { app, path, files, sizeBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
  });
  return folders.filter(({ files }) => files.length > 0);
}

/** Where the programs keep models unless told otherwise, and where their environment variables say. */
function candidates(
  home: string,
  environment: Readonly<Record<string, string | undefined>>,
  extraFolders: readonly string[],
): { app: FoundFolder['app']; path: string }[] {
  const huggingFace =
    environment['HF_HUB_CACHE'] ?? join(environment['HF_HOME'] ?? join(home, '.cache', 'huggingface'), 'hub');
  const lmStudio = lmStudioFolder(home);
  return [
    ...(lmStudio === undefined ? [] : [{ app: 'LM Studio' as const, path: lmStudio }]),
    { app: 'LM Studio', path: join(home, '.lmstudio', 'models') },
    { app: 'LM Studio', path: join(home, '.cache', 'lm-studio', 'models') },
    { app: 'Hugging Face', path: huggingFace },
    { app: 'Ollama', path: environment['OLLAMA_MODELS'] ?? join(home, '.ollama', 'models') },
    { app: 'llama.cpp', path: environment['LLAMA_CACHE'] ?? join(home, '.cache', 'llama.cpp') },
    { app: 'llama.cpp', path: join(home, 'Library', 'Caches', 'llama.cpp') },
    { app: 'Jan', path: join(home, 'jan', 'models') },
    ...extraFolders.map((path) => ({ app: 'Folder' as const, path })),
  ];
}

/** LM Studio lets its folder be moved, and writes where to. */
function lmStudioFolder(home: string): string | undefined {
  const path = join(home, '.lmstudio', 'settings.json');
  if (!existsSync(path)) return undefined;
  try {
    const settings: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const folder = (settings as { downloadsFolder?: unknown }).downloadsFolder;
    return typeof folder === 'string' ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** The Hugging Face cache holds links into its blobs: the link has the name, the blob the bytes. */
function ggufFiles(folder: string, hasLinks: boolean): FoundFile[] {
  const found: FoundFile[] = [];
  const visit = (path: string, depth: number): void => {
    if (depth > MAX_DEPTH || found.length >= MAX_FILES) return;
    for (const entry of readFolder(path)) {
      const child = join(path, entry.name);
      if (entry.isDirectory()) visit(child, depth + 1);
      else if (entry.name.toLowerCase().endsWith('.gguf') && (entry.isFile() || (hasLinks && entry.isSymbolicLink()))) {
        const size = statSync(child, { throwIfNoEntry: false })?.size;
        if (size !== undefined) found.push({ path: child, name: basename(child), sizeBytes: size });
      }
    }
  };
  visit(folder, 0);
  return found;
}

function readFolder(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}

const OLLAMA_MODEL_LAYER = 'application/vnd.ollama.image.model';

/** Ollama names a model in a manifest that points to a blob; the blob is a plain GGUF. */
function ollamaFiles(folder: string): FoundFile[] {
  const manifests = join(folder, 'manifests');
  if (!existsSync(manifests)) return [];
  return readdirSync(manifests, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .slice(0, MAX_FILES)
    .flatMap((entry) => {
      const digest = modelDigest(join(entry.parentPath, entry.name));
      if (digest === undefined) return [];
      const path = join(folder, 'blobs', digest.replace(':', '-'));
      const size = statSync(path, { throwIfNoEntry: false })?.size;
      return size === undefined ? [] : [{ path, name: `${basename(entry.parentPath)}:${entry.name}`, sizeBytes: size }];
    });
}

function modelDigest(manifestPath: string): string | undefined {
  try {
    const manifest = JSON.parse(readFileSync(manifestPath, 'utf8')) as {
      layers?: { mediaType?: string; digest?: string }[];
    };
    const digest = manifest.layers?.find(({ mediaType }) => mediaType === OLLAMA_MODEL_LAYER)?.digest;
    return digest !== undefined && /^sha256:[0-9a-f]{64}$/.test(digest) ? digest : undefined;
  } catch {
    return undefined;
  }
}

function isNew(path: string, seen: Set<string>): boolean {
  const real = realpathSync(path);
  if (seen.has(real)) return false;
  seen.add(real);
  return true;
}
