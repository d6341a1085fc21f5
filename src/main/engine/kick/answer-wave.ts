// Answers the requests of one wave: likelihoods are read as the prompts are decoded, then texts are written greedily side by side.
import type { ModelSession } from '../native/model-session.ts';
import { type LogitRow, type Step, WaveDecoder } from './decode-wave.ts';
import type { Batch, PlannedSequence, Wave } from './plan-batches.ts';
import type { ChooseRequest, TaskReply, TaskRequest } from './task.ts';

const LINE_FEED = 0x0a;

/** A text in the making. */
interface Writing {
  readonly sequence: number;
  readonly maxNewTokens: number;
  readonly stopAtNewline: boolean;
  readonly tokens: number[];
  nextPosition: number;
  isDone: boolean;
}

/** What was read for one planned sequence. */
interface Reading {
  /** ln p of the following token, by position from `ownFrom` on. */
  readonly logLikelihoods: number[];
  /** Of single-token choices, at the prompt's last token. */
  choiceLikelihoods: readonly number[];
  nextToken: number;
}

/** Replies of every item of the batch, by item and request; items without requests get none. */
export async function answerBatch(
  session: ModelSession,
  batch: Batch,
  companionSequence: number,
  signal: AbortSignal,
  onWave: (answeredItems: number) => void,
): Promise<TaskReply[][]> {
  const replies: TaskReply[][] = batch.items.map(() => []);
  const decoder = new WaveDecoder(session, companionSequence, signal);
  for (const wave of batch.waves) {
    await answerWave(session, decoder, batch, wave, replies);
    onWave(new Set(wave.sequences.map((sequence) => sequence.item)).size);
  }
  return replies;
}

async function answerWave(
  session: ModelSession,
  decoder: WaveDecoder,
  batch: Batch,
  wave: Wave,
  replies: TaskReply[][],
): Promise<void> {
  const requestOf = ({ item, request }: PlannedSequence): TaskRequest => batch.items[item]!.requests[request]!;
  const readings = wave.sequences.map((): Reading => ({ logLikelihoods: [], choiceLikelihoods: [], nextToken: -1 }));
  await decoder.decodePrompts(wave, (rows) => readPromptRows(session, wave, rows, readings, requestOf));
  const writings = new Map<number, Writing>();
  wave.sequences.forEach((planned, sequence) => {
    const request = requestOf(planned);
    if (request.kind !== 'generate') return;
    const { maxNewTokens, stopAtNewline, promptTokens } = request;
    const writing = {
      sequence,
      maxNewTokens,
      stopAtNewline,
      tokens: [],
      nextPosition: promptTokens.length,
      isDone: maxNewTokens < 1,
    };
    writings.set(sequence, writing);
    if (!writing.isDone) takeToken(session, writing, readings[sequence]!.nextToken);
  });
  await writeTexts(session, decoder, [...writings.values()]);
  wave.sequences.forEach((planned, sequence) => {
    if (planned.choice >= 0) return;
    const { item, request } = planned;
    replies[item]![request] = replyOf(session, wave, readings, writings.get(sequence), sequence, requestOf(planned));
  });
}

function readPromptRows(
  session: ModelSession,
  wave: Wave,
  rows: readonly LogitRow[],
  readings: readonly Reading[],
  requestOf: (planned: PlannedSequence) => TaskRequest,
): void {
  // Questions about the same choice of all rows go together: their rows lie side by side, and one graph answers them.
  const asked: { batchIndex: number; target: number; take: (logLikelihood: number) => void }[][] = [];
  const ask = (slot: number, batchIndex: number, target: number, take: (logLikelihood: number) => void): void => {
    asked[slot] ??= [];
    asked[slot].push({ batchIndex, target, take });
  };
  for (const { sequence, position, batchIndex } of rows) {
    const planned = wave.sequences[sequence]!;
    const reading = readings[sequence]!;
    const request = requestOf(planned);
    const keep = (value: number): void => {
      reading.logLikelihoods.push(value);
    };
    if (request.kind === 'rolling') ask(0, batchIndex, request.tokens[position + 1]!, keep);
    else if (planned.choice >= 0) ask(0, batchIndex, choiceToken(request as ChooseRequest, planned, position), keep);
    else {
      reading.nextToken = session.argmax(batchIndex);
      if (request.kind !== 'choose') continue;
      const likelihoods: number[] = request.choices.map(() => Number.NEGATIVE_INFINITY);
      reading.choiceLikelihoods = likelihoods;
      request.choices.forEach((choice, index) => {
        if (choice.length !== 1) return;
        ask(index, batchIndex, choice[0]!, (value) => {
          likelihoods[index] = value;
        });
      });
    }
  }
  for (const slot of asked) {
    if (slot === undefined) continue;
    const values = session.logProbabilities(
      slot.map(({ batchIndex }) => batchIndex),
      slot.map(({ target }) => target),
    );
    slot.forEach(({ take }, index) => {
      take(values[index]!);
    });
  }
}

/** Token of a longer choice that follows `position` of its sequence. */
function choiceToken(request: ChooseRequest, planned: PlannedSequence, position: number): number {
  return request.choices[planned.choice]![position - planned.ownFrom]!;
}

async function writeTexts(session: ModelSession, decoder: WaveDecoder, writings: readonly Writing[]): Promise<void> {
  const bySequence = new Map(writings.map((writing) => [writing.sequence, writing]));
  for (;;) {
    const steps: Step[] = writings
      .filter((writing) => !writing.isDone)
      .map(({ sequence, tokens, nextPosition }) => ({
        token: tokens.at(-1)!,
        position: nextPosition,
        sequence,
        row: sequence,
      }));
    if (steps.length === 0) return;
    await decoder.decode(steps, (rows) => {
      for (const { sequence, batchIndex } of rows) {
        const writing = bySequence.get(sequence)!;
        writing.nextPosition++;
        takeToken(session, writing, session.argmax(batchIndex));
      }
    });
  }
}

/** Adds the token unless it ends the text. The budget counts end tokens too, as `max_new_tokens` does. */
function takeToken(session: ModelSession, writing: Writing, token: number): void {
  if (session.isEndOfGeneration(token)) {
    writing.isDone = true;
    return;
  }
  writing.tokens.push(token);
  const hasNewline = writing.stopAtNewline && session.vocabulary.piece(token).includes(LINE_FEED);
  writing.isDone = hasNewline || writing.tokens.length >= writing.maxNewTokens;
}

function replyOf(
  session: ModelSession,
  wave: Wave,
  readings: readonly Reading[],
  writing: Writing | undefined,
  sequence: number,
  request: TaskRequest,
): TaskReply {
  const reading = readings[sequence]!;
  if (request.kind === 'rolling') return { kind: 'rolling', logLikelihoods: reading.logLikelihoods };
  if (request.kind === 'generate') {
    const text = pieceText(session, writing?.tokens ?? []);
    return { kind: 'generate', text: request.stopAtNewline ? text.split('\n', 1)[0]! : text };
  }
  const { item, request: number } = wave.sequences[sequence]!;
  const logLikelihoods = [...reading.choiceLikelihoods];
  wave.sequences.forEach((other, index) => {
    if (other.item !== item || other.request !== number || other.choice < 0) return;
    logLikelihoods[other.choice] = readings[index]!.logLikelihoods.reduce((sum, value) => sum + value, 0);
  });
  const isEnd = session.isEndOfGeneration(reading.nextToken);
  return { kind: 'choose', logLikelihoods, nextTokenText: isEnd ? '' : pieceText(session, [reading.nextToken]) };
}

/** Text of tokens inside a running text: a leading blank is kept, control tokens have none, half a character becomes U+FFFD. */
function pieceText(session: ModelSession, tokens: readonly number[]): string {
  return new TextDecoder().decode(Buffer.concat(tokens.map((token) => session.vocabulary.piece(token))));
}
