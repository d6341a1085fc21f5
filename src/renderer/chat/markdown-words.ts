// The words of a Markdown text as they stand on the screen, in order: headings, lists and code without their signs.
import Markdown from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { collectWords } from './mark-words.ts';

const known = new Map<string, readonly string[]>();
const MAX_KNOWN = 64;

export function markdownWords(text: string): readonly string[] {
  const before = known.get(text);
  if (before !== undefined) return before;
  const words: string[] = [];
  // The component is a plain function of its props: called here, it parses and hands the tree to the plugin.
  Markdown({ children: text, remarkPlugins: [remarkGfm], rehypePlugins: [collectWords(words)] });
  if (known.size >= MAX_KNOWN) known.delete(known.keys().next().value ?? '');
  known.set(text, words);
  return words;
}
