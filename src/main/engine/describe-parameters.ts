// The parameters of a method as lists, forms and flags need them, read from its zod schema.
import { z } from 'zod';

export interface Parameter {
  readonly name: string;
  readonly title: string;
  readonly unit?: string | undefined;
  readonly help: string;
  /** JSON Schema of the value, default included. */
  readonly schema: Record<string, unknown>;
}

/** A schema does not change, and labels ask for the same few thousands of times. */
const described = new WeakMap<z.ZodType, readonly Parameter[]>();

/** The fields of a zod object, refined or not, with the title, unit and help of their meta. */
export function describeParameters(schema: z.ZodType): readonly Parameter[] {
  const known = described.get(schema) ?? readParameters(schema);
  described.set(schema, known);
  return known;
}

function readParameters(schema: z.ZodType): Parameter[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).flatMap(([name, property]) => {
    if (typeof property === 'boolean') return [];
    const { title = name, unit, help = '', ...rest } = property as Record<string, unknown>;
    const known = { name, title: String(title), help: String(help), schema: rest };
    return [unit === undefined ? known : { ...known, unit: String(unit) }];
  });
}
