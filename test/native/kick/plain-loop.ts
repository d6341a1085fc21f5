// The slow reference that batched answers are compared with: every prompt decoded whole and alone, one after the other.
import { ModelSession } from '../../../src/main/engine/native/model-session.ts';

export interface PlainModel {
  readonly session: ModelSession;
  readonly write: (prompt: string, maxNewTokens: number, stop: string | undefined) => string;
  /** ln p of each text as the continuation of the prompt. */
  readonly likelihoods: (prompt: string, continuations: readonly string[]) => number[];
}

export function openPlainModel(modelPath: string): PlainModel {
  const session = ModelSession.open({ modelPath, contextSize: 2048, batchSize: 2048, gpu: 'none', threads: 1 });
  return {
    session,
    write: (prompt, maxNewTokens, stop) => {
      const tokens = [...session.tokenize(prompt)];
      const promptLength = tokens.length;
      for (let step = 0; step < maxNewTokens; step++) {
        session.clear();
        session.decodeRun(tokens);
        const next = session.argmax(tokens.length - 1);
        if (session.isEndOfGeneration(next)) break;
        tokens.push(next);
        if (stop !== undefined && session.detokenize(tokens.slice(promptLength)).includes(stop)) break;
      }
      const text = session.detokenize(tokens.slice(promptLength));
      return stop === undefined ? text : text.split(stop)[0]!;
    },
    likelihoods: (prompt, continuations) =>
      continuations.map((continuation) => {
        const promptLength = session.tokenize(prompt).length;
        const tokens = session.tokenize(prompt + continuation);
        session.clear();
        session.decodeRun(tokens, { logits: 'all' });
        let sum = 0;
        for (let at = promptLength; at < tokens.length; at++) sum += logSoftmax(session.logits(at - 1), tokens[at]!);
        return sum;
      }),
  };
}

/** In double precision, straight from the definition. */
export function logSoftmax(logits: Float32Array, target: number): number {
  const largest = logits.reduce((max, value) => Math.max(max, value), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (const value of logits) sum += Math.exp(value - largest);
  return logits[target]! - largest - Math.log(sum);
}
