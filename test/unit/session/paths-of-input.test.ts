import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { GUARDED_FIELDS, pathsOfInput } from '../../../src/main/engine/session/paths-of-input.ts';
import { shellCalls } from '../../../src/shared/session/shell-calls.ts';
import { sessionContract } from '../../../src/shared/session-contract.ts';

describe('the paths of an input', () => {
  it('are found wherever they stand', () => {
    expect(
      pathsOfInput({
        model: '/m/a.gguf',
        models: ['demo', './b.gguf'],
        outputPath: '/out/c.gguf',
        data: { 'factoid-qa': '/data/q.json' },
        recipe: { steps: [{ method: 'wanda', params: { calibration: '/text.txt', sparsity: 0.5 } }] },
      }),
    ).toEqual(['/m/a.gguf', './b.gguf', '/out/c.gguf', '/data/q.json', '/text.txt']);
  });

  it('leave ids of the library and the texts of a person alone', () => {
    expect(
      pathsOfInput({
        model: 'vicuna-7b-v1.3',
        models: ['demo'],
        messages: [{ role: 'user', content: '/etc/passwd' }],
        notes: '/x',
      }),
    ).toEqual([]);
  });

  it('count a file in the present folder as a path', () => {
    expect(pathsOfInput({ model: 'model.gguf' })).toEqual(['model.gguf']);
  });
});

describe('every call', () => {
  /** Names of all fields that hold texts, at any depth. */
  function textFields(schema: unknown, name = ''): string[] {
    if (typeof schema !== 'object' || schema === null) return [];
    const { type, properties, items, additionalProperties, anyOf } = schema as Record<string, unknown>;
    return [
      ...(type === 'string' ? [name] : []),
      ...Object.entries((properties ?? {}) as object).flatMap(([key, value]) => textFields(value, key)),
      ...textFields(items, name),
      ...textFields(additionalProperties, name),
      ...(Array.isArray(anyOf) ? anyOf.flatMap((option) => textFields(option, name)) : []),
    ];
  }

  it('has its paths under names that are guarded', () => {
    const calls = Object.entries(sessionContract).filter(([name]) => !Object.hasOwn(shellCalls, name));
    const fields = calls.flatMap(([, { input }]) =>
      textFields(z.toJSONSchema(input as z.ZodType, { io: 'input', unrepresentable: 'any' })),
    );
    const pathLike = [...new Set(fields)].filter((name) =>
      /path|folder|file$|^models?$|^data$|^dense$|^against$/i.test(name),
    );
    expect(pathLike.length).toBeGreaterThan(8);
    expect(pathLike.filter((name) => !GUARDED_FIELDS.includes(name))).toEqual([]);
  });
});
