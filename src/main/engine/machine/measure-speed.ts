// A two-second look at what this computer does: prompt and decode speed of the demo model. Other models are estimated from it.
import { statSync } from 'node:fs';
import { z } from 'zod';
import type { SpeedProbe } from '../../../shared/session/machine-calls.ts';
import { EMBEDDED_DEMO_MODEL, embeddedPath } from '../embedded-files.ts';
import { ModelSession } from '../native/model-session.ts';
import { chooseThreads } from '../native/thread-count.ts';

export const probeInputSchema = z.strictObject({
  gpu: z.enum(['auto', 'cuda', 'metal', 'vulkan', 'none']),
  threads: z.int().min(1).optional(),
});
export type ProbeInput = z.infer<typeof probeInputSchema>;

const CONTEXT_TOKENS = 512;
const PROMPT_TOKENS = 256;
const DECODE_TOKENS = 48;
/** Speeds vary with the machine's other work; the best of some trials is what it can do. */
const TRIALS = 3;

export function measureSpeed(input: ProbeInput, nowMs = Date.now()): SpeedProbe {
  const startedMs = performance.now();
  const modelPath = embeddedPath(EMBEDDED_DEMO_MODEL);
  using session = ModelSession.open({
    modelPath,
    gpu: input.gpu,
    contextSize: CONTEXT_TOKENS,
    ...(input.threads === undefined ? {} : { threads: input.threads }),
  });
  const threads = input.threads ?? chooseThreads(session).threads;
  const { promptTokensPerSecond, decodeTokensPerSecond } = bestOf(session);
  return {
    promptTokensPerSecond,
    decodeTokensPerSecond,
    backend: session.gpu === 'none' ? 'cpu' : session.gpu,
    threads,
    weightsBytes: statSync(modelPath).size,
    elapsedMs: Math.round(performance.now() - startedMs),
    measuredAt: nowMs,
  };
}

function bestOf(session: ModelSession): { promptTokensPerSecond: number; decodeTokensPerSecond: number } {
  const prompt = Int32Array.from({ length: PROMPT_TOKENS }, (_, i) => (i * 7919 + 11) % session.vocabularySize);
  let promptMs = Number.POSITIVE_INFINITY;
  let decodeMs = Number.POSITIVE_INFINITY;
  for (let trial = 0; trial < TRIALS; trial += 1) {
    session.clear();
    let startMs = performance.now();
    session.decodeRun(prompt, { logits: 'last' });
    session.argmax(PROMPT_TOKENS - 1);
    promptMs = Math.min(promptMs, performance.now() - startMs);
    startMs = performance.now();
    for (let count = 0; count < DECODE_TOKENS; count += 1) {
      session.decodeRun([prompt[count]!], { startPosition: PROMPT_TOKENS + count, logits: 'last' });
      session.argmax(0);
    }
    decodeMs = Math.min(decodeMs, performance.now() - startMs);
  }
  return {
    promptTokensPerSecond: (PROMPT_TOKENS / promptMs) * 1000,
    decodeTokensPerSecond: (DECODE_TOKENS / decodeMs) * 1000,
  };
}
