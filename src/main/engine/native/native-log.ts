// Keeps llama.cpp's log inside the process: the last lines in memory, each line to whoever listens, nothing to stdout.
import { GGML_LOG_LEVEL } from './abi.generated.ts';

const KEPT_LINES = 50;

export type NativeLogListener = (line: string, level: number) => void;

const lines: string[] = [];
const listeners = new Set<NativeLogListener>();
let pending = '';
let pendingLevel: number = GGML_LOG_LEVEL.NONE;

/** Receives a fragment from the native callback; a line may come in several, the later ones with level CONT. */
export function receiveNativeLog(level: number, text: string): void {
  if (level !== GGML_LOG_LEVEL.CONT) pendingLevel = level;
  const parts = (pending + text).split('\n');
  pending = parts.pop() ?? '';
  for (const line of parts) {
    if (line === '') continue;
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
    for (const listener of listeners) listener(line, pendingLevel);
  }
}

export function lastNativeLogLines(count = KEPT_LINES): readonly string[] {
  return lines.slice(-count);
}

/** Calls `listener` for each line while `run` runs. */
export function withNativeLog<Result>(listener: NativeLogListener, run: () => Result): Result {
  listeners.add(listener);
  try {
    return run();
  } finally {
    listeners.delete(listener);
  }
}

/** For the life of the process: a worker sends each line to its supervisor, so that a crash leaves its last words. */
export function forwardNativeLog(listener: NativeLogListener): void {
  listeners.add(listener);
}
