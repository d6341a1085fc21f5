// Quantization by llama.cpp itself: this file says what is wanted, run-recipe.ts has llama_model_quantize do it.
import { z } from 'zod';
import { findFileType, isQuantizedType } from '../../../../shared/ggml-types.ts';
import type { CompressionMethod, MethodPlan } from '../method.ts';
import { storageFields, storageSettings } from '../storage-params.ts';

const params = z
  .strictObject({
    ...storageFields,
    imatrix: z.string().min(1).optional().meta({
      title: 'Importance matrix',
      help: 'A file made by `whittle imatrix` or llama-imatrix. Types below 3 bits need one.',
    }),
    quantizer: z.enum(['llama']).default('llama').meta({
      title: 'Quantizer',
      help: "llama: llama.cpp's own; equal, bit for bit, to llama-quantize of the same release.",
    }),
    keepSplit: z.boolean().default(false).meta({
      title: 'Keep shards',
      help: 'Write as many shards as the source has.',
    }),
  })
  .refine(
    ({ type, tensorTypes }) => tensorTypes.length === 0 || isQuantizedType(findFileType(type)?.baseType ?? 'F32'),
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
      ...storageSettings(settings),
      keepSplit: settings.keepSplit,
      imatrixPath: settings.imatrix,
    },
  }),
};
