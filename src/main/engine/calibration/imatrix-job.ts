// What an imatrix job is told; checked again in the worker process.
import { z } from 'zod';

export const imatrixJobSchema = z.strictObject({
  modelPath: z.string().min(1),
  outputPath: z.string().min(1),
  textPath: z.string().min(1),
  /** Tokens of a chunk. */
  contextSize: z.int().min(8).default(512),
  /** Default: all of the text. */
  chunkCount: z.int().min(1).optional(),
  force: z.boolean().default(false),
  /** Go on with what an earlier run of the same model, text and settings has left. */
  resume: z.boolean().default(false),
  gpu: z.enum(['auto', 'cuda', 'metal', 'vulkan', 'none']).default('auto'),
  /** Default: the fastest by a short trial. */
  threads: z.int().min(1).optional(),
  /** Where hashes are remembered; they are not without it. */
  cacheFolder: z.string().min(1).optional(),
});

export type ImatrixJob = z.infer<typeof imatrixJobSchema>;
