// Reads what a user wrote by hand: a recipe or a grid, JSON or YAML.
import { readFileSync } from 'node:fs';
import { parse, YAMLParseError } from 'yaml';
import { type ErrorCode, WorkbenchError } from '../../shared/errors.ts';

// A recipe or grid is a page of text; anything larger is a mistaken file, such as a model.
const MAX_SIZE_BYTES = 4 * 1024 * 1024;

/** The parsed value, unchecked. `code` names the fault of a file that does not parse. JSON is read as the YAML that it is. */
export function readDocument(path: string, code: ErrorCode): unknown {
  const text = readText(path, code);
  try {
    return parse(text, { maxAliasCount: 100 });
  } catch (error) {
    const why = error instanceof YAMLParseError ? error.message : String(error);
    throw new WorkbenchError(code, `${path} is neither JSON nor YAML: ${why.split('\n')[0]}`, { path }, error);
  }
}

function readText(path: string, code: ErrorCode): string {
  try {
    const bytes = readFileSync(path);
    if (bytes.length > MAX_SIZE_BYTES) {
      throw new WorkbenchError(code, `${path} has ${bytes.length} bytes, too many for JSON or YAML written by hand`, {
        path,
      });
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof WorkbenchError) throw error;
    const reason = (error as NodeJS.ErrnoException).code;
    if (reason === 'ENOENT') throw new WorkbenchError('FILE_NOT_FOUND', `there is no file ${path}`, { path }, error);
    if (reason === 'EISDIR') throw new WorkbenchError(code, `${path} is a folder, not a file`, { path }, error);
    throw new WorkbenchError(code, `${path} cannot be read: ${(error as Error).message}`, { path }, error);
  }
}
