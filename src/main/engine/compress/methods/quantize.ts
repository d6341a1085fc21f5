// Quantization by llama.cpp itself: this file says what is wanted, run-recipe.ts has llama_model_quantize do it.
import { z } from 'zod';
import { type FileType, findFileType, findGgmlType, isQuantizedType } from '../../../../shared/ggml-types.ts';
import type { CompressionMethod, MethodPlan } from '../method.ts';

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

function findWritableType(name: string): FileType | undefined {
  const type = findFileType(name);
  return type?.writable === true ? type : undefined;
}

const params = z
  .strictObject({
    type: z
      .string()
      .refine((name) => findWritableType(name) !== undefined, {
        error: ({ input }) => `${String(input)} is no type that llama.cpp writes; \`whittle types\` lists them`,
      })
      .meta({ title: 'Type', help: "llama.cpp's name of the file type, such as Q4_K_M." }),
    imatrix: z.string().min(1).optional().meta({
      title: 'Importance matrix',
      help: 'A file made by `whittle imatrix` or llama-imatrix. Types below 3 bits need one.',
    }),
    quantizer: z.enum(['llama']).default('llama').meta({
      title: 'Quantizer',
      help: "llama: llama.cpp's own; equal, bit for bit, to llama-quantize of the same release.",
    }),
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
    keepSplit: z.boolean().default(false).meta({
      title: 'Keep shards',
      help: 'Write as many shards as the source has.',
    }),
  })
  .refine(
    ({ type, tensorTypes }) => tensorTypes.length === 0 || isQuantizedType(findWritableType(type)?.baseType ?? 'F32'),
    {
      message: 'llama.cpp minds types by tensor only when the file type is a quantized one',
      path: ['tensorTypes'],
    },
  );

type QuantizeParams = z.infer<typeof params>;

export const quantize: CompressionMethod<QuantizeParams> = {
  id: 'quantize',
  family: 'quantize',
  title: 'Quantize',
  source: { title: 'llama.cpp, llama_model_quantize', url: 'https://github.com/ggml-org/llama.cpp' },
  summary: 'Stores the weights in fewer bits, in one of the types that llama.cpp reads.',
  params,
  needs: 'nothing',
  plan: (_model, settings): MethodPlan => ({
    quantize: {
      fileType: findWritableType(settings.type)!.name,
      tensorTypes: settings.tensorTypes.map((text) => parseTensorType(text)!),
      pure: settings.pure,
      keepSplit: settings.keepSplit,
      imatrixPath: settings.imatrix,
    },
  }),
};
