// A person's own questions, in the form that the question tasks read: JSON lines under home/my-questions.jsonl.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { OwnQuestion } from '../../../shared/session/kick-calls.ts';

export class OwnQuestions {
  readonly path: string;

  constructor(home: string) {
    this.path = join(home, 'my-questions.jsonl');
  }

  list(): OwnQuestion[] {
    if (!existsSync(this.path)) return [];
    return readFileSync(this.path, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as OwnQuestion);
  }

  save(question: {
    readonly id?: string | undefined;
    readonly question: string;
    readonly answers: readonly string[];
  }): OwnQuestion {
    const saved: OwnQuestion = {
      id: question.id ?? randomBytes(6).toString('hex'),
      question: question.question,
      answers: question.answers,
      createdAt: Date.now(),
    };
    const others = this.list().filter(({ id }) => id !== saved.id);
    this.#write([...others, saved]);
    return saved;
  }

  remove(id: string): void {
    const all = this.list();
    if (!all.some((question) => question.id === id)) {
      throw new WorkbenchError('BAD_INPUT', `There is no question ${id} of your own.`, { id });
    }
    this.#write(all.filter((question) => question.id !== id));
  }

  #write(questions: readonly OwnQuestion[]): void {
    writeFileSync(`${this.path}.partial`, questions.map((question) => `${JSON.stringify(question)}\n`).join(''));
    renameSync(`${this.path}.partial`, this.path);
  }
}
