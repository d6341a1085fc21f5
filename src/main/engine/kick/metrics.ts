// Matching rules and scores of one answer against its accepted answers. Values 0..1.
import { containsRun, foldedWords, normalizeTrivia, squashBlanks, triviaWords } from './answer-text.ts';

const asNumber = (truth: boolean): number => (truth ? 1 : 0);

/** The reference's factoid rule: an answer is a substring of the whole text, blanks deleted, case ignored. */
export function squashedSubstring(wholeText: string, answers: readonly string[]): number {
  const text = squashBlanks(wholeText);
  return asNumber(answers.some((answer) => text.includes(squashBlanks(answer))));
}

/** An answer stands in the text at word boundaries: case folded, blanks and punctuation normalised. */
export function containsAnswer(text: string, answers: readonly string[]): number {
  const words = foldedWords(text);
  return asNumber(answers.some((answer) => containsRun(words, foldedWords(answer))));
}

/** The text is one of the answers, by the same words. An empty text never is. */
export function equalsAnswer(text: string, answers: readonly string[]): number {
  const words = foldedWords(text).join(' ');
  return asNumber(words !== '' && answers.some((answer) => foldedWords(answer).join(' ') === words));
}

/** The reference's in-context rule: normalised answer inside normalised prediction or the other way round, so "" matches. */
export function twoWayContainment(prediction: string, answers: readonly string[]): number {
  const text = normalizeTrivia(prediction);
  return asNumber(
    answers.some((answer) => {
      const gold = normalizeTrivia(answer);
      return text.includes(gold) || gold.includes(text);
    }),
  );
}

/** The normalised words of an answer stand as a run in those of the prediction; an empty prediction is wrong. */
export function containsTriviaAnswer(prediction: string, answers: readonly string[]): number {
  const words = triviaWords(prediction);
  return asNumber(answers.some((answer) => containsRun(words, triviaWords(answer))));
}

/** TriviaQA's official exact match. */
export function triviaExactMatch(prediction: string, answers: readonly string[]): number {
  const text = normalizeTrivia(prediction);
  return asNumber(answers.some((answer) => normalizeTrivia(answer) === text));
}

/** TriviaQA's official F1: harmonic mean of the shares of common words, the best of the answers. */
export function triviaF1(prediction: string, answers: readonly string[]): number {
  const words = triviaWords(prediction);
  return Math.max(0, ...answers.map((answer) => wordF1(words, triviaWords(answer))));
}

function wordF1(prediction: readonly string[], gold: readonly string[]): number {
  const left = new Map<string, number>();
  for (const word of gold) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of prediction) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    common++;
  }
  return common === 0 ? 0 : (2 * common) / (prediction.length + gold.length);
}
