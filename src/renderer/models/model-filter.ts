// What a person types above the table -> a test of one version. Words match names, types and tags; `type:Q4_K_M`, `size<5GB`,
// `bpw<5`, `sparsity>40`, `tag:ship`, `verdict:matches` ask for one thing.
import type { ModelNode } from '../../shared/session/model-calls.ts';
import { typeOf } from './model-words.ts';

export type ModelTest = (node: ModelNode, verdict: string | null) => boolean;

const BYTE_UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 };

function comparison(text: string): { key: string; isBelow: boolean; amount: number; unit: string } | undefined {
  const match = /^(size|bpw|sparsity)([<>])=?(\d+(?:\.\d+)?)(b|kb|mb|gb|tb|%)?$/.exec(text);
  if (match === null) return undefined;
  const [, key = '', sign, amount, unit = ''] = match;
  return { key, isBelow: sign === '<', amount: Number(amount), unit };
}

function numberTest(text: string): ModelTest | undefined {
  const asked = comparison(text);
  if (asked === undefined) return undefined;
  const { key, isBelow, unit } = asked;
  const limit =
    key === 'size' ? asked.amount * (BYTE_UNITS[unit] ?? 1) : key === 'sparsity' ? asked.amount / 100 : asked.amount;
  return (node) => {
    const value =
      key === 'size' ? node.sizeBytes : key === 'sparsity' ? node.sparsityRatio : node.summary?.bitsPerWeight;
    if (value === null || value === undefined) return false;
    return isBelow ? value < limit : value > limit;
  };
}

function wordTest(word: string): ModelTest {
  const [key, value] = word.includes(':')
    ? [word.slice(0, word.indexOf(':')), word.slice(word.indexOf(':') + 1)]
    : ['', word];
  if (key === 'type') return (node) => typeOf(node).toLowerCase().includes(value);
  if (key === 'tag') return (node) => node.tags.some((tag) => tag.toLowerCase() === value);
  if (key === 'verdict') return (_node, verdict) => verdict === value;
  return (node) =>
    [node.name, node.recipeLabel, typeOf(node), node.path, ...node.tags].some((text) =>
      text.toLowerCase().includes(word),
    );
}

/** Every word must hold. Undefined when nothing was typed. */
export function parseModelFilter(text: string): ModelTest | undefined {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return undefined;
  const tests = words.map((word) => numberTest(word) ?? wordTest(word));
  return (node, verdict) => tests.every((test) => test(node, verdict));
}
