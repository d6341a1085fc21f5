// What is known of a score besides the score itself: the most memory that the process held while it asked.
import { join } from 'node:path';
import { z } from 'zod';
import { JsonFile } from '../settings/json-file.ts';

const factsSchema = z.record(z.string(), z.object({ peakMemoryBytes: z.number() }));

export class ScoreFacts {
  readonly #file: JsonFile<typeof factsSchema>;

  constructor(home: string) {
    this.#file = new JsonFile(join(home, 'score-facts.json'), factsSchema, {});
  }

  peakMemoryBytes(modelSha256: string, task: string): number | null {
    return this.#file.read()[`${modelSha256}/${task}`]?.peakMemoryBytes ?? null;
  }

  learn(modelSha256: string, task: string, peakMemoryBytes: number): void {
    this.#file.write({ ...this.#file.read(), [`${modelSha256}/${task}`]: { peakMemoryBytes } });
  }
}
