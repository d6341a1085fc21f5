// The events of a session in their order, the last ones kept, so that a window that was away gets what it missed.
import { randomBytes } from 'node:crypto';
import type { ShellEvent, WorkbenchEvent, WorkbenchEventBody } from '../../../shared/events.ts';

/** A reload takes a second or two; older than this is asked for again instead. */
const KEPT_EVENTS = 5000;

export interface EventPosition {
  readonly epoch: string;
  readonly sequence: number;
}

export class EventLog {
  /** Tells the events of this session from those of the one before. */
  readonly epoch = randomBytes(6).toString('hex');
  readonly #kept: WorkbenchEvent[] = [];
  readonly #listeners = new Set<(event: WorkbenchEvent) => void>();
  readonly #limit: number;
  #sequence = 0;

  constructor(limit = KEPT_EVENTS) {
    this.#limit = limit;
  }

  emit(body: WorkbenchEventBody): void {
    this.#sequence += 1;
    const event: WorkbenchEvent = { ...body, epoch: this.epoch, sequence: this.#sequence };
    this.#kept.push(event);
    if (this.#kept.length > this.#limit) this.#kept.splice(0, this.#kept.length - this.#limit);
    for (const listener of this.#listeners) listener(event);
  }

  /** `connected` first, then what was missed since `last`, then everything to come. Returns the way to stop. */
  subscribe(listener: (event: WorkbenchEvent | ShellEvent) => void, last?: EventPosition): () => void {
    const missed = this.#since(last);
    listener({ type: 'connected', epoch: this.epoch, sequence: this.#sequence, reset: missed === undefined });
    for (const event of missed ?? []) listener(event);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Undefined when some of it is no longer kept, or belongs to another session. A first visit has missed nothing. */
  #since(last: EventPosition | undefined): WorkbenchEvent[] | undefined {
    if (last === undefined) return [];
    if (last.epoch !== this.epoch || last.sequence > this.#sequence) return undefined;
    const missing = this.#sequence - last.sequence;
    return missing > this.#kept.length ? undefined : this.#kept.slice(this.#kept.length - missing);
  }
}
