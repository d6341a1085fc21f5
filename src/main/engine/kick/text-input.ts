// What perplexity and the comparison of two models take: a text, cut into windows.
import { z } from 'zod';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { Protocol } from '../../../shared/kick.ts';
import { EMBEDDED_PERPLEXITY_TEXT, embeddedPath } from '../embedded-files.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import { summarizeGguf } from '../models/inspect-model.ts';
import { ModelSession } from '../native/model-session.ts';
import { readDataset } from './dataset.ts';
import { textRecordSchema } from './formats/records.ts';
import { sessionTokenizer } from './session-tokenizer.ts';
import { cutWindows, type Windows } from './windows.ts';

/** Paths are absolute. */
export const textFieldsSchema = z.strictObject({
  /** Default: the embedded text. */
  textPath: z.string().optional(),
  contextSize: z.int().min(8).default(512),
  /** First so many windows. */
  chunkCount: z.int().min(1).optional(),
  threads: z.int().min(1).optional(),
  gpu: z.enum(['auto', 'cuda', 'metal', 'vulkan', 'none']).default('auto'),
});

export type TextFields = z.infer<typeof textFieldsSchema>;

/** Throws BAD_DATA when the text does not fill one window. */
export function readWindows(modelPath: string, input: TextFields, protocol: Protocol): Windows {
  const textPath = input.textPath ?? embeddedPath(EMBEDDED_PERPLEXITY_TEXT);
  const { text } = textRecordSchema.parse(readDataset('text', textPath).records[0]);
  const { contextLength } = summarizeGguf(readGguf(modelPath));
  using vocabulary = ModelSession.open({ modelPath, vocabOnly: true });
  const cut = cutWindows(
    text,
    { protocol, contextSize: input.contextSize },
    sessionTokenizer(vocabulary, contextLength),
  );
  if (cut.windows.length > 0) return { ...cut, windows: cut.windows.slice(0, input.chunkCount) };
  throw new WorkbenchError(
    'BAD_DATA',
    `${textPath} is shorter than one window of ${cut.windowTokens} tokens. Give a longer text or a smaller --ctx.`,
    { path: textPath },
  );
}
