// Calibration text -> token samples of one length, by the two rules of the command line: `first` and `random`.
import { WorkbenchError } from '../../../shared/errors.ts';
import type { CalibrationText } from './calibration-text.ts';
import { PythonRandom } from './python-random.ts';

export interface SampleOptions {
  readonly sampling: 'first' | 'random';
  readonly sampleCount: number;
  /** Tokens of each sample. */
  readonly sampleLength: number;
  readonly seed: number;
}

/** With the special tokens that the model's tokenizer adds by itself, and no others. */
export type Tokenize = (text: string) => Int32Array;

/**
 * Between 1 and `sampleCount` samples of exactly `sampleLength` tokens; fewer only when the text has no more. Throws BAD_DATA when
 * it has not even one.
 */
export function sampleText(text: CalibrationText, tokenize: Tokenize, options: SampleOptions): Int32Array[] {
  const samples =
    options.sampling === 'first' ? firstSamples(text, tokenize, options) : randomSamples(text, tokenize, options);
  if (samples.length > 0) return samples;
  throw new WorkbenchError(
    'BAD_DATA',
    `${text.path} is too short for calibration: no ${text.whole === undefined ? 'document of it has' : 'part of it fills'} ${options.sampleLength} tokens. Give a longer text, or shorter samples.`,
    { path: text.path, sampleLength: options.sampleLength },
  );
}

/** The first tokens of the documents that are long enough, in file order; plain text with too few of them is cut into pieces. */
function firstSamples(
  text: CalibrationText,
  tokenize: Tokenize,
  { sampleCount, sampleLength }: SampleOptions,
): Int32Array[] {
  const samples: Int32Array[] = [];
  for (const document of text.documents) {
    if (samples.length === sampleCount) return samples;
    const tokens = tokenize(document);
    if (tokens.length >= sampleLength) samples.push(tokens.slice(0, sampleLength));
  }
  if (samples.length === sampleCount || text.whole === undefined) return samples;
  const tokens = tokenize(text.whole);
  const pieceCount = Math.min(sampleCount, Math.floor(tokens.length / sampleLength));
  return Array.from({ length: pieceCount }, (_, index) =>
    tokens.slice(index * sampleLength, (index + 1) * sampleLength),
  );
}

/**
 * The reference's rule: draw documents until one is long enough, then a start in it; Python's random numbers, so the same seed
 * gives the same samples. Plain text without a document that is long enough is one document. Source: get_c4 of Wanda's lib/data.py.
 */
function randomSamples(text: CalibrationText, tokenize: Tokenize, options: SampleOptions): Int32Array[] {
  const { sampleCount, sampleLength, seed } = options;
  const usable = usableDocuments(text, tokenize, sampleLength);
  if (usable.size === 0) return [];
  const documentCount = usable.has(WHOLE) ? 1 : text.documents.length;
  const random = new PythonRandom(seed);
  return Array.from({ length: sampleCount }, () => {
    let tokens: Int32Array | undefined;
    while (tokens === undefined) {
      const drawn = random.integer(0, documentCount - 1);
      tokens = usable.get(usable.has(WHOLE) ? WHOLE : drawn);
    }
    const start = random.integer(0, Math.max(0, tokens.length - sampleLength - 1));
    return tokens.slice(start, start + sampleLength);
  });
}

const WHOLE = -1;

/** Tokens of the documents that are long enough, by index; the whole text under WHOLE when it must serve as one. */
function usableDocuments(text: CalibrationText, tokenize: Tokenize, sampleLength: number): Map<number, Int32Array> {
  const usable = new Map<number, Int32Array>();
  for (const [index, document] of text.documents.entries()) {
    const tokens = tokenize(document);
    if (tokens.length >= sampleLength) usable.set(index, tokens);
  }
  if (usable.size > 0 || text.whole === undefined) return usable;
  const tokens = tokenize(text.whole);
  if (tokens.length >= sampleLength) usable.set(WHOLE, tokens);
  return usable;
}
