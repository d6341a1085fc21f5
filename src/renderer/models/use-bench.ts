// The bench: one base and up to eight versions under study. Chat, KICK and Scores use it, each version with one look everywhere.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { MarkerFill } from '../../shared/series.ts';
import type { Bench, ModelNode } from '../../shared/session/model-calls.ts';
import { call } from '../api/client.ts';
import { benchQuery, modelTreeQuery } from '../api/queries.ts';
import { showError, showNotice } from '../ui/notices.tsx';
import { labelOf } from './model-words.ts';

export const MAX_VERSIONS = 8;

/** A version as chips, panes and columns show it. */
export interface BenchVersion {
  readonly node: ModelNode;
  /** 0 for the base. */
  readonly slot: number;
  readonly fill: MarkerFill;
  readonly label: string;
}

const FILLS: readonly MarkerFill[] = ['solid', 'hollow', 'half'];

/** Series that share a slot: the second is hollow, the third half filled; versions of one series look alike. */
export function looksOf(base: ModelNode | undefined, versions: readonly ModelNode[]): BenchVersion[] {
  const fills = new Map<string, MarkerFill>();
  const seriesInSlot = new Map<number, number>();
  const looks: BenchVersion[] =
    base === undefined ? [] : [{ node: base, slot: 0, fill: 'solid', label: labelOf(base) }];
  for (const node of versions) {
    if (!fills.has(node.seriesId)) {
      const used = seriesInSlot.get(node.slot) ?? 0;
      seriesInSlot.set(node.slot, used + 1);
      fills.set(node.seriesId, FILLS[Math.min(used, FILLS.length - 1)]!);
    }
    looks.push({ node, slot: node.slot, fill: fills.get(node.seriesId)!, label: labelOf(node) });
  }
  return looks;
}

export function useBench() {
  const client = useQueryClient();
  const { data: bench } = useQuery(benchQuery);
  const { data: models = [] } = useQuery(modelTreeQuery);
  const byId = new Map(models.map((node) => [node.id, node]));
  const base = bench?.base == null ? undefined : byId.get(bench.base);
  const versions = (bench?.versions ?? []).flatMap((id) => byId.get(id) ?? []);

  const save = useMutation({
    mutationFn: (next: Bench) => call('setBench', { base: next.base, versions: [...next.versions] }),
    onMutate: (next) => client.setQueryData(benchQuery.queryKey, next),
    onSuccess: (saved) => client.setQueryData(benchQuery.queryKey, saved),
    onError: (error) => {
      showError(error);
      void client.invalidateQueries({ queryKey: benchQuery.queryKey });
    },
  });

  const current = (): Bench => client.getQueryData(benchQuery.queryKey) ?? { base: null, versions: [] };
  const remove = (id: string) => {
    const { base: oldBase, versions: old } = current();
    save.mutate({ base: oldBase === id ? null : oldBase, versions: old.filter((version) => version !== id) });
  };
  const setBase = (id: string | null) => {
    const { versions: old } = current();
    const kept = old.filter((version) => version !== id && byId.get(version)?.baseId === id);
    save.mutate({ base: id, versions: kept });
  };
  const add = (id: string) => {
    const { base: oldBase, versions: old } = current();
    const node = byId.get(id);
    if (node === undefined || old.includes(id) || oldBase === id) return;
    if (node.baseId === null && oldBase === null) return setBase(id);
    if (old.length >= MAX_VERSIONS) {
      showNotice(
        `The bench holds ${MAX_VERSIONS} versions. More than eight lines cannot be told apart: take one off first.`,
      );
      return;
    }
    save.mutate({ base: oldBase ?? node.baseId, versions: [...old, id] });
  };
  const has = (id: string) => bench?.base === id || (bench?.versions.includes(id) ?? false);
  const toggle = (id: string) => (has(id) ? remove(id) : add(id));

  return {
    base,
    versions,
    looks: looksOf(base, versions),
    models,
    has,
    add,
    remove,
    toggle,
    setBase,
    isLoaded: bench !== undefined,
  };
}
