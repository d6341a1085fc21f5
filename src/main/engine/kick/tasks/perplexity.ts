// Perplexity of a text: how well the model predicts each next token. One item a window.
import { WorkbenchError } from '../../../../shared/errors.ts';
import { textRecordSchema } from '../formats/records.ts';
import { summarizeWindow, windowPerplexity } from '../perplexity-sums.ts';
import type { RollingReply } from '../task.ts';
import { defineTask } from '../task.ts';
import { cutWindows } from '../windows.ts';

export const perplexity = defineTask({
  id: 'perplexity',
  version: 1,
  title: 'Perplexity',
  summary: 'exp of the mean negative log-likelihood of the next token over windows of a text.',
  source: { title: 'llama.cpp, perplexity', url: 'https://github.com/ggml-org/llama.cpp/tree/master/tools/perplexity' },
  licence: 'WikiText-2: CC-BY-SA-3.0',
  needsJudge: false,
  usesShots: false,
  dataNeed: 'text',
  embeddedData: 'kick/perplexity/whittle-demo-test.txt',
  docSchema: textRecordSchema,
  metrics: () => [{ name: 'perplexity', unit: 'perplexity', higherIsBetter: false, aggregate: 'perplexity' }],
  items: (doc, settings, tokenizer) => {
    const { windows, windowTokens, scoreFrom } = cutWindows(doc.text, settings, tokenizer);
    if (windows.length === 0) {
      throw new WorkbenchError(
        'BAD_DATA',
        `The text is shorter than one window of ${windowTokens} tokens. Give a longer text or a smaller window.`,
      );
    }
    return windows.map((tokens, index) => ({
      id: `window/${index}`,
      prompt: tokenizer.detokenize(tokens),
      expected: [],
      requests: [{ kind: 'rolling', tokens, scoreFrom }],
      score: ([reply]) => {
        const sums = summarizeWindow((reply as RollingReply).logLikelihoods);
        return { answer: '', score: windowPerplexity(sums), metrics: { ...sums } };
      },
    }));
  },
});
