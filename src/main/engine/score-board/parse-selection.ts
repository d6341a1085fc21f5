// The words in which the store says which questions were asked -> the settings of that run.

export interface Selection {
  readonly limit: number | null;
  readonly limitPerGroup: number | null;
  /** A run that was ended early counts its first answers only. */
  readonly firstCount: number | null;
}

const STOPPED = /^(.*); stopped after (\d+)$/;

/** `all`, `first 200`, `first 5 per group, first 200`, each with `; stopped after 300`. Undefined for other words. */
export function parseSelection(text: string): Selection | undefined {
  const stopped = STOPPED.exec(text);
  const asked = stopped?.[1] ?? text;
  const firstCount = stopped === null ? null : Number(stopped[2]);
  if (asked === 'all') return { limit: null, limitPerGroup: null, firstCount };
  const match = /^(?:first (\d+) per group)?(?:, )?(?:first (\d+))?$/.exec(asked);
  if (match === null || asked === '') return undefined;
  const [, perGroup, limit] = match;
  return {
    limit: limit === undefined ? null : Number(limit),
    limitPerGroup: perGroup === undefined ? null : Number(perGroup),
    firstCount,
  };
}

export function stoppedSelection(asked: string, firstCount: number): string {
  return `${asked}; stopped after ${firstCount}`;
}
