// What a run over the layers has finished, so that the same run goes on there after it was cancelled or killed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ExclusiveLock } from '../jobs/exclusive-lock.ts';

const progressSchema = z.strictObject({
  layersDone: z.int().min(0),
  /** Of the changed tensors in their file: name, first byte, length. */
  places: z.array(z.tuple([z.string(), z.int().min(0), z.int().min(0)])),
  warnings: z.array(z.string()),
  keptPlain: z.array(z.strictObject({ name: z.string(), reason: z.enum(['no-gain', 'no-codes']) })),
  facts: z.array(
    z.strictObject({
      name: z.string(),
      dampingRatio: z.number().optional(),
      deadInputCount: z.number().optional(),
      keptInputCount: z.number().optional(),
      keptCodes: z.enum(['feedback', 'llama', 'mixed']).optional(),
      heldOutErrors: z.strictObject({ feedback: z.number(), llama: z.number() }).optional(),
      aimError: z.number().optional(),
    }),
  ),
});

export type LayerProgress = z.infer<typeof progressSchema>;

const NOTHING_DONE: LayerProgress = { layersDone: 0, places: [], warnings: [], keptPlain: [], facts: [] };

export class LayerJournal {
  readonly folder: string;
  readonly #path: string;
  #lock: ExclusiveLock | undefined;

  /** `folder` holds everything that the run needs to go on; it is made when it is missing. */
  constructor(folder: string) {
    this.folder = folder;
    this.#path = join(folder, 'progress.json');
    mkdirSync(folder, { recursive: true });
  }

  /** A folder for these facts: another source, recipe or text never goes on with this run's layers. */
  static folderFor(cacheFolder: string, facts: object): string {
    return join(cacheFolder, 'layer-runs', createHash('sha256').update(JSON.stringify(facts)).digest('hex'));
  }

  /** Before anything is read or written; held until `unlock` or `remove`. Throws IN_USE, CANCELLED. */
  async lock(signal: AbortSignal): Promise<void> {
    const subject = 'Compressing this model in this way';
    this.#lock = await ExclusiveLock.acquire({ path: `${this.folder}.lock`, subject, signal });
  }

  unlock(): void {
    this.#lock?.release();
  }

  load(): LayerProgress {
    if (!existsSync(this.#path)) return NOTHING_DONE;
    const known = progressSchema.safeParse(JSON.parse(readFileSync(this.#path, 'utf8')));
    return known.success ? known.data : NOTHING_DONE;
  }

  save(progress: LayerProgress): void {
    writeFileSync(`${this.#path}.partial`, JSON.stringify(progress));
    renameSync(`${this.#path}.partial`, this.#path);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
    this.unlock();
  }
}
