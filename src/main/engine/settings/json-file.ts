// One JSON document of the home folder, checked by its schema, replaced whole at each change.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { z } from 'zod';

export class JsonFile<Schema extends z.ZodType> {
  readonly path: string;
  readonly #schema: Schema;
  readonly #initial: z.output<Schema>;
  #value: z.output<Schema> | undefined;

  constructor(path: string, schema: Schema, initial: z.output<Schema>) {
    this.path = path;
    this.#schema = schema;
    this.#initial = initial;
  }

  /** A damaged file is set aside as `*.damaged`, never overwritten, and the document starts anew. */
  read(): z.output<Schema> {
    this.#value ??= this.#load();
    return this.#value;
  }

  write(value: z.output<Schema>): void {
    mkdirSync(dirname(this.path), { recursive: true });
    const partial = `${this.path}.partial`;
    writeFileSync(partial, `${JSON.stringify(value, null, 2)}\n`);
    renameSync(partial, this.path);
    this.#value = value;
  }

  #load(): z.output<Schema> {
    if (!existsSync(this.path)) return this.#initial;
    try {
      return this.#schema.parse(JSON.parse(readFileSync(this.path, 'utf8')));
    } catch {
      renameSync(this.path, `${this.path}.damaged`);
      return this.#initial;
    }
  }
}
