// A conversation of several models: what each was asked and answered, and what follows from it. Pure.
import type { Attachment, ChatAnswer, ChatMessage, Sampler } from '../../shared/session/chat-calls.ts';

/** What is kept of an answer: all of it once it is done. */
export type KeptAnswer = { readonly text: string } & Partial<Omit<ChatAnswer, 'text'>>;

export interface Turn {
  readonly prompt: string;
  readonly attachments: readonly Attachment[];
  /** By model id. */
  readonly answers: Readonly<Record<string, KeptAnswer>>;
}

export interface Talk {
  readonly id: string;
  readonly title: string;
  readonly models: readonly string[];
  readonly system: string;
  readonly sampler: Sampler;
  readonly isSynced: boolean;
  readonly turns: readonly Turn[];
}

export const MAX_PANES = 4;
/** What comparisons need: the same words every time. */
export const GREEDY: Sampler = { temperature: 0, topK: 40, topP: 0.95, seed: 0 };
const TITLE_LENGTH = 60;

export function newTalk(models: readonly string[], seed = 0): Talk {
  return {
    id: crypto.randomUUID(),
    title: '',
    models: models.slice(0, MAX_PANES),
    system: '',
    sampler: { ...GREEDY, seed },
    isSynced: true,
    turns: [],
  };
}

/** What is sent as the question: attached texts by name, then the prompt. */
export function questionText({ prompt, attachments }: Pick<Turn, 'prompt' | 'attachments'>): string {
  return [...attachments.map(({ name, text }) => `${name}:\n\n${text.trimEnd()}`), prompt].join('\n\n');
}

/** What a model is sent for turn `turnIndex`: its own earlier turns and no one else's. */
export function messagesFor(talk: Talk, turnIndex: number, model: string): ChatMessage[] {
  const system: ChatMessage[] = talk.system.trim() === '' ? [] : [{ role: 'system', content: talk.system }];
  const before = talk.turns.slice(0, turnIndex).flatMap((turn): ChatMessage[] => {
    const answer = turn.answers[model];
    if (answer === undefined) return [];
    return [
      { role: 'user', content: questionText(turn) },
      { role: 'assistant', content: answer.text },
    ];
  });
  const turn = talk.turns[turnIndex];
  return [...system, ...before, { role: 'user', content: turn === undefined ? '' : questionText(turn) }];
}

export function addTurn(talk: Talk, prompt: string, attachments: readonly Attachment[] = []): Talk {
  const title = talk.title === '' ? prompt.slice(0, TITLE_LENGTH) : talk.title;
  return { ...talk, title, turns: [...talk.turns, { prompt, attachments, answers: {} }] };
}

/** Another prompt at a turn: what came after it no longer follows. */
export function editTurn(talk: Talk, turnIndex: number, prompt: string): Talk {
  const attachments = talk.turns[turnIndex]?.attachments ?? [];
  return { ...talk, turns: [...talk.turns.slice(0, turnIndex), { prompt, attachments, answers: {} }] };
}

export function withAnswer(talk: Talk, turnIndex: number, model: string, answer: KeptAnswer): Talk {
  const turn = talk.turns[turnIndex];
  if (turn === undefined) return talk;
  return { ...talk, turns: talk.turns.with(turnIndex, { ...turn, answers: { ...turn.answers, [model]: answer } }) };
}

/** Number of the first token that differs, from 1; undefined when one text begins with the other. */
export function firstDifference(a: readonly string[], b: readonly string[]): number | undefined {
  const count = Math.min(a.length, b.length);
  for (let place = 0; place < count; place++) if (a[place] !== b[place]) return place + 1;
  return a.length === b.length ? undefined : count + 1;
}

/** How many turns have answers that are not all alike, among those that several models answered. */
export function countDiffering(turns: readonly Turn[]): { readonly differing: number; readonly compared: number } {
  const answered = turns
    .map(({ answers }) => Object.values(answers).map(({ text }) => text.trim()))
    .filter((texts) => texts.length > 1);
  return { differing: answered.filter((texts) => new Set(texts).size > 1).length, compared: answered.length };
}

const NUMBERS = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];

function numberWords(count: number): string {
  return NUMBERS[count] ?? String(count);
}

/** `Two of three answers differ.` */
export function differingWords(turns: readonly Turn[]): string | undefined {
  const { differing, compared } = countDiffering(turns);
  if (compared === 0) return undefined;
  if (differing === 0) return compared === 1 ? 'The answers are the same.' : 'All answers are the same.';
  if (compared === 1) return 'The answers differ.';
  const first = numberWords(differing);
  return `${first.charAt(0).toUpperCase()}${first.slice(1)} of ${numberWords(compared)} answers ${differing === 1 ? 'differs' : 'differ'}.`;
}
