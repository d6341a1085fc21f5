// Parameters that the methods with statistics share: which text the model reads, and how samples are cut from it.
import { z } from 'zod';

/** Which samples of which text. */
export const samplingFields = {
  calibration: z.string().min(1).optional().meta({
    title: 'Calibration text',
    help: 'A text file, or JSON lines with a field text. Default: the embedded calibration text.',
  }),
  calibrationSampling: z.enum(['first', 'random']).default('first').meta({
    title: 'Sampling',
    help: 'first: documents in file order, the first tokens of each. random: random documents and random starts, by the seed.',
  }),
  calibrationSamples: z.int().min(1).max(65_536).default(128).meta({
    title: 'Samples',
    unit: 'samples',
    help: 'How many pieces of text the model reads.',
  }),
  calibrationLength: z.int().min(1).max(1_048_576).default(512).meta({
    title: 'Sample length',
    unit: 'tokens',
    help: 'Tokens of each piece.',
  }),
  seed: z.int().min(0).max(0xffffffff).default(0).meta({ title: 'Seed', help: 'For random sampling.' }),
};

export const calibrationFields = {
  stats: z.enum(['dense', 'sequential']).default('dense').meta({
    title: 'Statistics',
    help: 'dense: measured on the untouched model, as llama.cpp runs it. sequential: each layer is measured behind the layers already compressed, as the papers do (pruning computes in float32 there); takes about twice the time. The score record repeats it.',
  }),
  ...samplingFields,
};

/** In place of `stats` for methods that can aim at what the dense model's layers give. */
export const asymmetricStatsField = z.enum(['asymmetric', 'dense', 'sequential']).default('asymmetric').meta({
  title: 'Statistics',
  help: 'dense: measured on the untouched model, as llama.cpp runs it. sequential: each layer is measured behind the layers already compressed, as the papers do. asymmetric: in both, so that every layer makes good what those before it lost; three readings where dense takes one. The score record repeats it.',
});

/** Of any method, once its parameters are parsed. */
export const statsSchema = z.enum(['dense', 'sequential', 'asymmetric']);
export type Stats = z.infer<typeof statsSchema>;
