// Library -> rows of the model table: family, base, its versions by lineage, and what is wrong with a file below its row.
import type { ModelNode, ModelScore } from '../../shared/session/model-calls.ts';
import { parseModelFilter } from './model-filter.ts';
import { rowLabelOf, typeOf } from './model-words.ts';

export type SortKey = 'name' | 'type' | 'size' | 'bpw' | 'sparsity' | 'score' | 'difference' | 'fits';

export interface Sorting {
  readonly key: SortKey;
  readonly isDescending: boolean;
}

export type ModelRow =
  | {
      readonly kind: 'family';
      readonly id: string;
      readonly base: ModelNode;
      readonly versionCount: number;
      readonly isOpen: boolean;
    }
  | {
      readonly kind: 'model';
      readonly id: string;
      readonly node: ModelNode;
      readonly depth: number;
      readonly score: ModelScore | undefined;
    }
  | { readonly kind: 'problem'; readonly id: string; readonly node: ModelNode }
  | { readonly kind: 'ghost'; readonly id: string; readonly base: ModelNode };

export interface RowRequest {
  readonly models: readonly ModelNode[];
  readonly task: string | undefined;
  readonly filter: string;
  readonly sorting: Sorting | null;
  readonly isGrouped: boolean;
  readonly closed: ReadonlySet<string>;
}

export function scoreOf(node: ModelNode, task: string | undefined): ModelScore | undefined {
  return node.scores.find((score) => score.task === task);
}

function sortValue(node: ModelNode, key: SortKey, task: string | undefined): number | string {
  const score = scoreOf(node, task);
  const worst = Number.NEGATIVE_INFINITY;
  switch (key) {
    case 'name':
      return rowLabelOf(node).toLowerCase();
    case 'type':
      return typeOf(node);
    case 'size':
      return node.sizeBytes;
    case 'bpw':
      return node.summary?.bitsPerWeight ?? worst;
    case 'sparsity':
      return node.sparsityRatio ?? worst;
    case 'score':
      return score === undefined ? worst : score.higherIsBetter ? score.value : -score.value;
    case 'difference':
      return score?.difference ?? worst;
    case 'fits':
      return node.memory?.totalBytes ?? worst;
  }
}

function comparer({ sorting, task }: RowRequest): (a: ModelNode, b: ModelNode) => number {
  if (sorting === null) return () => 0;
  const sign = sorting.isDescending ? -1 : 1;
  return (a, b) => {
    const left = sortValue(a, sorting.key, task);
    const right = sortValue(b, sorting.key, task);
    return left < right ? -sign : left > right ? sign : 0;
  };
}

function rowsOfModel(node: ModelNode, depth: number, task: string | undefined): ModelRow[] {
  const row: ModelRow = { kind: 'model', id: node.id, node, depth, score: scoreOf(node, task) };
  return node.problem === null || node.state === 'ready'
    ? [row]
    : [row, { kind: 'problem', id: `${node.id} problem`, node }];
}

/** Base first, then each version below the one it was made from. */
function rowsOfFamily(members: readonly ModelNode[], request: RowRequest): ModelRow[] {
  const ids = new Set(members.map(({ id }) => id));
  const childrenOf = new Map<string | null, ModelNode[]>();
  for (const node of members) {
    const parent = [node.parentId, node.baseId].find((id) => id !== null && ids.has(id) && id !== node.id) ?? null;
    childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), node]);
  }
  const compare = comparer(request);
  const walk = (parent: string | null, depth: number): ModelRow[] =>
    (childrenOf.get(parent) ?? [])
      .toSorted(compare)
      .flatMap((node) => [...rowsOfModel(node, depth, request.task), ...walk(node.id, depth + 1)]);
  return walk(null, 0);
}

function familiesOf(models: readonly ModelNode[]): ModelNode[][] {
  const families = new Map<string, ModelNode[]>();
  for (const node of models) families.set(node.familyId, [...(families.get(node.familyId) ?? []), node]);
  return [...families.values()];
}

export function buildRows(request: RowRequest): ModelRow[] {
  const { models, task, filter, isGrouped, closed } = request;
  const test = parseModelFilter(filter);
  const isWanted = (node: ModelNode) => test === undefined || test(node, scoreOf(node, task)?.verdict ?? null);
  if (!isGrouped) {
    return models
      .filter(isWanted)
      .toSorted(comparer(request))
      .flatMap((node) => rowsOfModel(node, 0, task));
  }
  return familiesOf(models).flatMap((members): ModelRow[] => {
    if (!members.some(isWanted)) return [];
    const base = members.find((node) => node.baseId === null) ?? members[0]!;
    const versionCount = members.filter((node) => node.baseId !== null).length;
    const isOpen = !closed.has(base.familyId);
    const head: ModelRow = { kind: 'family', id: `family ${base.familyId}`, base, versionCount, isOpen };
    if (!isOpen) return [head];
    // The dense original is always in the picture.
    const shown = members.filter((node) => isWanted(node) || node === base);
    const rows = rowsOfFamily(shown, request);
    const isAlone = versionCount === 0 && base.state === 'ready' && test === undefined;
    return isAlone ? [head, ...rows, { kind: 'ghost', id: `ghost ${base.id}`, base }] : [head, ...rows];
  });
}
