// Finds the paths in the input of any call by the names of its fields, so that a new call is guarded without being listed here.
/** Fields that hold a path, a list of paths, or a table of them. */
const PATH_FIELDS: ReadonlySet<string> = new Set([
  'path',
  'paths',
  'textPath',
  'outputPath',
  'outputFolder',
  'samplesPath',
  'imatrixPath',
  'imatrix',
  'calibration',
  'modelFolders',
  'data',
]);
/** Fields that name a model: a path, or an id of the library. */
const MODEL_FIELDS: ReadonlySet<string> = new Set(['model', 'models', 'dense', 'against', 'base', 'versions', 'judge']);

export const GUARDED_FIELDS: readonly string[] = [...PATH_FIELDS, ...MODEL_FIELDS];

/** Every text of the input that the engine might open as a file. */
export function pathsOfInput(input: unknown): string[] {
  const found: string[] = [];
  visit(input, '', found);
  return found;
}

function visit(value: unknown, field: string, found: string[]): void {
  if (typeof value === 'string') {
    if (PATH_FIELDS.has(field) ? value !== '' : MODEL_FIELDS.has(field) && looksLikePath(value)) found.push(value);
    return;
  }
  if (Array.isArray(value)) {
    for (const item of value) visit(item, field, found);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    // Keys of such a table are task ids.
    const isTableOfPaths = field === 'data' && typeof item === 'string';
    visit(item, isTableOfPaths ? field : key, found);
  }
}

/** Ids of the library have neither separators nor these endings; anything else is resolved as a file. */
function looksLikePath(text: string): boolean {
  return !/^[a-z0-9][a-z0-9._-]{0,99}$/.test(text) || /\.(gguf|safetensors)$/i.test(text);
}
