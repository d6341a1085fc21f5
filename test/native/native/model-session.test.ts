import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EMBEDDED_DEMO_MODEL, embeddedPath } from '../../../src/main/engine/embedded-files.ts';
import type { SessionOptions } from '../../../src/main/engine/native/load-model.ts';
import { ModelSession } from '../../../src/main/engine/native/model-session.ts';
import { makeTinyLlama } from '../../support/make-gguf.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const DEMO = embeddedPath(EMBEDDED_DEMO_MODEL);

function openSession(options: Partial<SessionOptions> = {}): ModelSession {
  const session = ModelSession.open({ modelPath: DEMO, contextSize: 256, gpu: 'none', ...options });
  onTestFinished(() => session.close());
  return session;
}

/** Written from the definition, in float64. */
function slowLogSoftmax(logits: Float32Array): Float64Array {
  const largest = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (const x of logits) sum += Math.exp(x - largest);
  return Float64Array.from(logits, (x) => x - largest - Math.log(sum));
}

const codeOf = (code: string) => expect.objectContaining({ code });

describe('text', () => {
  test('goes to tokens and back', () => {
    const session = openSession({ vocabOnly: true });
    const text = 'Question: What is the capital of France?\nAnswer:';
    const tokens = session.tokenize(text, { addSpecial: false });
    expect(session.detokenize(tokens).trim()).toBe(text);
    expect(session.addsBos).toBe(true);
    expect([...session.tokenize(text)]).toEqual([session.bosToken, ...tokens]);
  });

  test('keeps what follows a NUL, and bytes that are no letters', () => {
    const session = openSession({ vocabOnly: true });
    const text = 'a\0b 猫 ß';
    expect(session.detokenize(session.tokenize(text, { addSpecial: false })).trim()).toBe(text);
  });

  test('names control tokens only when asked to', () => {
    const session = openSession({ vocabOnly: true });
    expect(session.detokenize([session.eosToken])).toBe('');
    expect(session.detokenize([session.eosToken], { special: true })).not.toBe('');
    expect(session.isEndOfGeneration(session.eosToken)).toBe(true);
    expect(session.isEndOfGeneration(session.tokenize('a', { addSpecial: false })[0] ?? -1)).toBe(false);
  });

  test('of one token is its bytes', () => {
    const session = openSession({ vocabOnly: true });
    const tokens = session.tokenize('ab 猫', { addSpecial: false });
    const bytes = Buffer.concat(Array.from(tokens, (token) => session.vocabulary.piece(token)));
    expect(bytes.toString('utf8').trim()).toBe('ab 猫');
  });
});

test('a model says what it is', () => {
  const session = openSession();
  expect(session.architecture).toBe('llama');
  expect(session.meta('llama.block_count')).toBe(String(session.layerCount));
  expect(session.meta('no.such.key')).toBeUndefined();
  expect(session.chatTemplate).toContain('message');
  expect(session.contextSize).toBe(256);
  expect(session.parameterCount).toBeGreaterThan(1e6);
  expect(session.canShareSequences).toBe(true);
});

describe('logits', () => {
  test('are those of the tokens that asked for them', () => {
    const session = openSession();
    const tokens = session.tokenize('The capital of France is Paris.');
    session.decodeRun(tokens, { logits: 'all' });
    const all = Array.from(tokens, (_, i) => session.logits(i).slice());
    session.clear();
    session.decode(
      Array.from(tokens, (token, position) => ({ token, position, sequences: [0], wantLogits: position % 3 === 0 })),
    );
    for (const [i, row] of all.entries()) {
      if (i % 3 === 0) expect(session.logits(i)).toEqual(row);
      else expect(() => session.logits(i)).toThrow(codeOf('INTERNAL'));
    }
  });

  test('give the log-softmax of the definition', () => {
    const session = openSession();
    const tokens = session.tokenize('Question: What is the capital of France?\nAnswer: Paris');
    session.decodeRun(tokens, { logits: 'all' });
    const rows = Array.from({ length: tokens.length - 1 }, (_, i) => i);
    const targets = tokens.slice(1);
    const found = session.logProbabilities(rows, targets);
    for (const row of rows) {
      const expected = slowLogSoftmax(session.logits(row))[targets[row] ?? 0] ?? Number.NaN;
      expect(Math.abs((found[row] ?? Number.NaN) - expected)).toBeLessThan(2e-6);
    }
    // Any order, and rows more than once.
    const picked = session.logProbabilities([5, 2, 2, 3], [1, 2, 3, 4]);
    expect(picked[3]).toBeCloseTo(slowLogSoftmax(session.logits(3))[4] ?? Number.NaN, 5);
  });

  test('give a finite log-probability even where the probability underflows float32', () => {
    const path = join(tempFolder(), 'sharp.gguf');
    makeTinyLlama(path, {
      separateOutput: true,
      edit: (name, weights) =>
        name === 'output.weight' &&
        weights.forEach((x, i) => {
          weights[i] = x * 200;
        }),
    });
    const session = openSession({ modelPath: path });
    session.decodeRun(session.tokenize('the capital'), { logits: 'all' });
    const reference = slowLogSoftmax(session.logits(0));
    const leastLikely = reference.indexOf(reference.reduce((a, b) => Math.min(a, b)));
    expect(reference[leastLikely]).toBeLessThan(-100);
    const [found] = session.logProbabilities([0], [leastLikely]);
    expect(Math.abs((found ?? 0) / (reference[leastLikely] ?? 1) - 1)).toBeLessThan(1e-6);
  });

  test('of two models give their KL divergence and most likely tokens', () => {
    const folder = tempFolder();
    makeTinyLlama(join(folder, 'a.gguf'), { seed: 1 });
    makeTinyLlama(join(folder, 'b.gguf'), {
      seed: 1,
      edit: (_, weights) =>
        weights.forEach((x, i) => {
          weights[i] = x * (i % 5 === 0 ? 0.5 : 1);
        }),
    });
    const a = openSession({ modelPath: join(folder, 'a.gguf') });
    const b = openSession({ modelPath: join(folder, 'b.gguf') });
    const tokens = a.tokenize('the river of the country is a mountain');
    a.decodeRun(tokens, { logits: 'all' });
    b.decodeRun(tokens, { logits: 'all' });
    const rows = Array.from(tokens, (_, i) => i);
    const { klDivergence, topTokens, otherTopTokens } = a.compareRows(rows, b, rows);
    for (const row of rows) {
      const p = slowLogSoftmax(a.logits(row));
      const q = slowLogSoftmax(b.logits(row));
      const expected = p.reduce((sum, logP, i) => sum + Math.exp(logP) * (logP - (q[i] ?? 0)), 0);
      expect(expected).toBeGreaterThan(1e-4);
      expect(Math.abs((klDivergence[row] ?? Number.NaN) - expected)).toBeLessThan(1e-5);
      expect(topTokens[row]).toBe(p.indexOf(p.reduce((x, y) => Math.max(x, y))));
      expect(otherTopTokens[row]).toBe(q.indexOf(q.reduce((x, y) => Math.max(x, y))));
    }
    const same = a.compareRows(rows, a, rows);
    for (const divergence of same.klDivergence) expect(Math.abs(divergence)).toBeLessThan(1e-5);
  });

  test('of models with other vocabularies cannot be compared', () => {
    const path = join(tempFolder(), 'tiny.gguf');
    makeTinyLlama(path);
    expect(() => openSession().compareRows([0], openSession({ modelPath: path }), [0])).toThrow(
      codeOf('UNSUPPORTED_MODEL'),
    );
  });
});

describe('sequences', () => {
  test('go on from a shared prefix as if each had been decoded whole', () => {
    const session = openSession({ sequences: 4 });
    const prefix = session.tokenize('Question: What is the capital of');
    const endings = [' France?', ' Japan?'].map((text) => session.tokenize(text, { addSpecial: false }));
    const whole = endings.map((ending) => {
      session.clear();
      session.decodeRun([...prefix, ...ending]);
      return session.logits(prefix.length + ending.length - 1).slice();
    });
    session.clear();
    session.decodeRun(prefix, { sequence: 0, logits: 'none' });
    for (const [i, ending] of endings.entries()) {
      session.copySequence(0, i + 1);
      session.decodeRun(ending, { sequence: i + 1, startPosition: prefix.length });
      const shared = session.logits(ending.length - 1);
      expect(session.argmax(ending.length - 1)).toBe(whole[i]?.indexOf(whole[i].reduce((a, b) => Math.max(a, b))));
      for (const [token, logit] of shared.entries())
        expect(Math.abs(logit - (whole[i]?.[token] ?? 0))).toBeLessThan(0.1);
    }
  });

  test('can be shortened, and a token may belong to several', () => {
    const session = openSession({ sequences: 3 });
    const tokens = session.tokenize('The capital of France');
    session.decode(
      Array.from(tokens, (token, position) => ({
        token,
        position,
        sequences: [0, 1],
        wantLogits: position === tokens.length - 1,
      })),
    );
    const first = session.logits(tokens.length - 1).slice();
    expect(session.removeSequence(1, tokens.length - 1)).toBe(true);
    session.decodeRun(tokens.slice(-1), { sequence: 1, startPosition: tokens.length - 1 });
    expect(session.argmax(0)).toBe(first.indexOf(first.reduce((a, b) => Math.max(a, b))));
  });

  test('fill the context up to an error that says so', () => {
    const session = openSession({ contextSize: 256, batchSize: 256 });
    const token = session.tokenize('a', { addSpecial: false })[0] ?? 0;
    session.decodeRun(new Int32Array(256).fill(token), { logits: 'none' });
    expect(() => session.decodeRun([token], { startPosition: 256 })).toThrow(codeOf('NATIVE_FAILED'));
  });
});

describe('refusals', () => {
  test('a batch larger than the session', () => {
    expect(() => openSession({ batchSize: 8 }).decodeRun(new Int32Array(9))).toThrow(codeOf('INTERNAL'));
  });

  test('a file that is not there, and one that is no model', () => {
    const path = join(tempFolder(), 'model.gguf');
    expect(() => ModelSession.open({ modelPath: path, gpu: 'none' })).toThrow(codeOf('FILE_NOT_FOUND'));
    writeFileSync(path, 'GGUF is what it says, not what it is');
    expect(() => ModelSession.open({ modelPath: path, gpu: 'none' })).toThrow(codeOf('NATIVE_FAILED'));
  });
});

test('weights can be read into memory instead of mapped, with the same logits', () => {
  const tokens = openSession({ vocabOnly: true }).tokenize('The capital of France is');
  const logitsOf = (options: Partial<SessionOptions>): Float32Array => {
    const session = openSession(options);
    session.decodeRun(tokens);
    return session.logits(tokens.length - 1).slice();
  };
  expect(logitsOf({ memoryMap: false })).toEqual(logitsOf({ repackWeights: false }));
});

test('a session can be closed twice', () => {
  const session = openSession();
  session.close();
  expect(() => session.close()).not.toThrow();
});
