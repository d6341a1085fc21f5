// What a person wrote about their models: names, notes, tags, by library id. Kept beside the library, never in the model files.
import { join } from 'node:path';
import { z } from 'zod';
import { JsonFile } from '../settings/json-file.ts';

const noteSchema = z.object({
  name: z.string().optional(),
  notes: z.string().default(''),
  tags: z.array(z.string()).default([]),
});
export type ModelNote = z.output<typeof noteSchema>;
const notesSchema = z.record(z.string(), noteSchema);

const NO_NOTE: ModelNote = { notes: '', tags: [] };

export class ModelNotes {
  readonly #file: JsonFile<typeof notesSchema>;

  constructor(home: string) {
    this.#file = new JsonFile(join(home, 'model-notes.json'), notesSchema, {});
  }

  get(id: string): ModelNote {
    return this.#file.read()[id] ?? NO_NOTE;
  }

  change(id: string, changes: Partial<ModelNote>): void {
    this.#file.write({ ...this.#file.read(), [id]: { ...this.get(id), ...changes } });
  }

  remove(id: string): void {
    const { [id]: _, ...rest } = this.#file.read();
    this.#file.write(rest);
  }
}
