// How answers are normalised before they are compared. Pure text in, text out; every rule names where it comes from.

const PYTHON_PUNCTUATION = new Set('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~');
const QUOTES = new Set('‘’´`');
const ARTICLES = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu;
const BETWEEN_WORDS = /[^\p{L}\p{N}\p{M}]+/gu;

/** The reference's factoid rule: outer blanks off, every blank (not newlines) deleted, lower case. */
export function squashBlanks(text: string): string {
  return text.trim().replaceAll(' ', '').toLowerCase();
}

/**
 * TriviaQA's official rule: underscores to blanks, lower case, punctuation to blanks, articles off, blanks squeezed.
 * Source: https://github.com/mandarjoshi90/triviaqa (evaluation script).
 */
export function normalizeTrivia(text: string): string {
  let spaced = '';
  for (const character of text.replaceAll('_', ' ').toLowerCase()) {
    spaced += PYTHON_PUNCTUATION.has(character) || QUOTES.has(character) ? ' ' : character;
  }
  return spaced.replace(ARTICLES, ' ').split(/\s+/u).filter(Boolean).join(' ');
}

/** Words of a text: case folded, composed; everything that is neither letter, digit nor mark parts them. */
export function foldedWords(text: string): string[] {
  return text.normalize('NFC').toUpperCase().toLowerCase().split(BETWEEN_WORDS).filter(Boolean);
}

/** Whether `run` stands in `words` as neighbours in order. An empty run stands nowhere. */
export function containsRun(words: readonly string[], run: readonly string[]): boolean {
  if (run.length === 0) return false;
  for (let start = 0; start + run.length <= words.length; start++) {
    if (run.every((word, offset) => words[start + offset] === word)) return true;
  }
  return false;
}

/** Words that TriviaQA's rule leaves. */
export function triviaWords(text: string): string[] {
  return normalizeTrivia(text).split(' ').filter(Boolean);
}

export function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0]!.trim();
}
