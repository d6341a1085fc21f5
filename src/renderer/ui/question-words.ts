// The question itself out of a whole prompt, for lists: instructions, examples and passages stand before it. Pure.

const STUB = /^(the\s+)?(short\s+)?answer(\s+is)?\s*:?$/i;
const FIRST_CHOICE = /^\(?A[.):]\s/;

export function questionOf(prompt: string): string {
  const marked = [...prompt.matchAll(/\bquestion\s*:\s*(\S[^\n]*)/gi)].at(-1)?.[1];
  if (marked !== undefined) return marked.trim();
  const lines = prompt.split('\n').map((line) => line.trim());
  const choice = lines.findLastIndex((line) => FIRST_CHOICE.test(line));
  const before = lines.slice(0, choice < 0 ? lines.length : choice).filter((line) => line !== '' && !STUB.test(line));
  return (before.at(-1) ?? prompt.trim()).replace(/^(question|q)\s*[.:]\s*/i, '');
}
