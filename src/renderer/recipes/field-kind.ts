// Which control a parameter gets, from its JSON schema and the names that methods share. A new method needs no code here.
export interface ParameterEntry {
  readonly name: string;
  readonly title: string;
  readonly unit?: string | undefined;
  readonly help: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

export type FieldKind =
  | { readonly kind: 'ratio'; readonly min: number; readonly max: number }
  | {
      readonly kind: 'number';
      readonly isWhole: boolean;
      readonly min?: number | undefined;
      readonly max?: number | undefined;
    }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'switch' }
  | { readonly kind: 'file-type' }
  | { readonly kind: 'pattern' }
  | { readonly kind: 'file'; readonly accepts: 'text' | 'any' }
  | { readonly kind: 'lines'; readonly areNumbers: boolean }
  | { readonly kind: 'text' };

const FILES: Readonly<Record<string, 'text' | 'any'>> = { calibration: 'text', imatrix: 'any', textPath: 'text' };

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

export function fieldKindOf({ name, unit, schema }: ParameterEntry): FieldKind {
  const { type } = schema;
  const min = numberOf(schema['minimum']);
  const max = numberOf(schema['maximum']);
  if (Array.isArray(schema['enum'])) return { kind: 'choice', values: schema['enum'].map(String) };
  if (type === 'boolean') return { kind: 'switch' };
  if (type === 'number' && unit === 'ratio') return { kind: 'ratio', min: min ?? 0, max: max ?? 1 };
  if (type === 'number' || type === 'integer') return { kind: 'number', isWhole: type === 'integer', min, max };
  if (type === 'array') {
    const items = schema['items'] as { readonly type?: unknown } | undefined;
    return { kind: 'lines', areNumbers: items?.type === 'integer' || items?.type === 'number' };
  }
  if (name === 'type') return { kind: 'file-type' };
  if (name === 'pattern') return { kind: 'pattern' };
  const accepts = FILES[name];
  return accepts === undefined ? { kind: 'text' } : { kind: 'file', accepts };
}

/** Parameters that decide the result come first; those that few change are folded away. */
const RARE: ReadonlySet<string> = new Set([
  'seed',
  'calibration',
  'calibrationSampling',
  'calibrationSamples',
  'calibrationLength',
  'pure',
  'keepSplit',
  'tensorTypes',
  'percdamp',
  'scaleSearch',
  'refinePasses',
  'correction',
  'blockSize',
]);

export function isRare({ name, schema }: ParameterEntry): boolean {
  const onlyOne = Array.isArray(schema['enum']) && schema['enum'].length < 2;
  const isOption = schema['type'] === 'boolean' && schema['default'] !== undefined;
  return RARE.has(name) || onlyOne || isOption;
}
