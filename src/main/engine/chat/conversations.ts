// Saved conversations: one JSON file each under home/conversations.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { WorkbenchError } from '../../../shared/errors.ts';
import { conversationSchema } from '../../../shared/session/chat-calls.ts';

export type SavedConversation = z.output<typeof conversationSchema>;

export class Conversations {
  readonly #folder: string;

  constructor(home: string) {
    this.#folder = join(home, 'conversations');
  }

  /** Newest first. A damaged one is left out. */
  list(): { id: string; title: string; models: readonly string[]; changedAt: number; turnCount: number }[] {
    if (!existsSync(this.#folder)) return [];
    return readdirSync(this.#folder)
      .filter((name) => name.endsWith('.json'))
      .flatMap((name) => {
        const path = join(this.#folder, name);
        const conversation = readFile(path);
        if (conversation === undefined) return [];
        const { id, title, models, turns } = conversation;
        return [{ id, title, models, turnCount: turns.length, changedAt: statSync(path).mtimeMs }];
      })
      .sort((a, b) => b.changedAt - a.changedAt);
  }

  get(id: string): SavedConversation {
    const conversation = readFile(this.#path(id));
    if (conversation === undefined) throw new WorkbenchError('BAD_INPUT', `There is no conversation ${id}.`, { id });
    return conversation;
  }

  save(conversation: SavedConversation): void {
    mkdirSync(this.#folder, { recursive: true });
    const path = this.#path(conversation.id);
    writeFileSync(`${path}.partial`, JSON.stringify(conversation));
    renameSync(`${path}.partial`, path);
  }

  remove(id: string): void {
    rmSync(this.#path(id), { force: true });
  }

  /** Ids come from a page; their hash is a safe file name. */
  #path(id: string): string {
    return join(this.#folder, `${createHash('sha256').update(id).digest('hex').slice(0, 32)}.json`);
  }
}

function readFile(path: string): SavedConversation | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return conversationSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

export function conversationAsMarkdown({ title, models, system, sampler, turns }: SavedConversation): string {
  const how = sampler.temperature === 0 ? 'greedy' : `temperature ${sampler.temperature}`;
  const head = [`# ${title}`, '', `Models: ${models.join(', ')}. Sampling: ${how}, seed ${sampler.seed}.`];
  const told = system === '' ? [] : ['', '## System', '', system];
  const body = turns.flatMap(({ prompt, attachments, answers }, index) => [
    '',
    `## ${index + 1}`,
    '',
    ...prompt.split('\n').map((line) => `> ${line}`),
    ...attachments.flatMap(({ name, text }) => [
      '',
      `Attached ${name}:`,
      '',
      ...text.split('\n').map((line) => `    ${line}`),
    ]),
    ...Object.entries(answers).flatMap(([model, { text }]) => ['', `**${model}**`, '', text]),
  ]);
  return `${[...head, ...told, ...body].join('\n')}\n`;
}
