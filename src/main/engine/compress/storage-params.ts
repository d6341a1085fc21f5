// Parameters of the methods that end in llama.cpp's storage types: which type, and exceptions by tensor.
import { z } from 'zod';
import { findFileType, findGgmlType } from '../../../shared/ggml-types.ts';
import type { QuantizePlan } from './method.ts';

/** `REGEX=TYPE`; the type stands behind the last `=`. Undefined when the text is no such pair. */
export function parseTensorType(text: string): { pattern: string; type: string } | undefined {
  const split = text.lastIndexOf('=');
  const type = findGgmlType(text.slice(split + 1));
  if (split < 1 || type === undefined) return undefined;
  const pattern = text.slice(0, split);
  try {
    new RegExp(pattern);
  } catch {
    return undefined;
  }
  return { pattern, type: type.name };
}

export const storageFields = {
  type: z
    .string()
    .refine((name) => findFileType(name)?.writable === true, {
      error: ({ input }) => `${String(input)} is no type that llama.cpp writes; \`whittle types\` lists them`,
    })
    .meta({ title: 'Type', help: "llama.cpp's name of the file type, such as Q4_K_M." }),
  tensorTypes: z
    .array(
      z.string().refine((text) => parseTensorType(text) !== undefined, {
        error: ({ input }) => `${String(input)} is not REGEX=TYPE with a type of ggml, such as 'ffn_down=Q6_K'`,
      }),
    )
    .default([])
    .meta({
      title: 'Types by tensor',
      help: 'REGEX=TYPE: tensors whose name matches get this type instead. First match wins.',
    }),
  pure: z.boolean().default(false).meta({
    title: 'Pure',
    help: "One type for every matrix instead of llama.cpp's mixture.",
  }),
};

interface StorageParams {
  readonly type: string;
  readonly tensorTypes: readonly string[];
  readonly pure: boolean;
}

export function storageSettings({ type, tensorTypes, pure }: StorageParams): QuantizePlan {
  return {
    fileType: findFileType(type)?.name ?? type,
    tensorTypes: tensorTypes.map((text) => parseTensorType(text) ?? { pattern: text, type }),
    pure,
    keepSplit: false,
  };
}
