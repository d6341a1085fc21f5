// What a running job does outside the window: progress on the taskbar, no sleep, a notice when it ends unseen.
import { type BrowserWindow, Notification, powerSaveBlocker } from 'electron';
import type { WindowEvent } from '../../shared/events.ts';
import type { Job } from '../../shared/job.ts';
import type { Progress } from '../../shared/progress.ts';
import type { Settings } from '../../shared/session/machine-calls.ts';
import type { EngineClient } from './engine-client.ts';

export class JobWatch {
  readonly #engine: EngineClient;
  #window: BrowserWindow | undefined;
  #running: Job | undefined;
  #blockerId: number | undefined;
  #settings: Pick<Settings, 'notifyWhenDone' | 'preventSleep'> = { notifyWhenDone: true, preventSleep: true };

  constructor(engine: EngineClient) {
    this.#engine = engine;
    engine.subscribe((event) => this.#hear(event));
  }

  set window(window: BrowserWindow) {
    this.#window = window;
  }

  /** For the question before quitting. */
  get running(): Job | undefined {
    return this.#running;
  }

  #hear(event: WindowEvent): void {
    if (event.type === 'connected' || event.type === 'settings-changed') void this.#readSettings();
    if (event.type === 'job-changed') this.#changed(event.job);
    else if (event.type === 'job-progress' && event.jobId === this.#running?.id) {
      this.#running = { ...this.#running, progress: event.progress };
      this.#showProgress(event.progress);
    } else if (event.type === 'engine-lost') this.#idle();
  }

  #changed(job: Job): void {
    if (job.state === 'running') {
      this.#running = job;
      if (this.#settings.preventSleep) this.#blockerId ??= powerSaveBlocker.start('prevent-app-suspension');
      return;
    }
    if (job.id !== this.#running?.id) return;
    this.#idle();
    if (job.state === 'done' || job.state === 'failed') this.#notify(job);
  }

  #idle(): void {
    this.#running = undefined;
    if (this.#blockerId !== undefined) powerSaveBlocker.stop(this.#blockerId);
    this.#blockerId = undefined;
    if (this.#window?.isDestroyed() === false) this.#window.setProgressBar(-1);
  }

  #showProgress({ done, total }: Progress): void {
    if (this.#window === undefined || this.#window.isDestroyed()) return;
    // 2 and above is shown as busy without an end.
    this.#window.setProgressBar(total === undefined || total === 0 ? 2 : done / total);
  }

  #notify(job: Job): void {
    const window = this.#window;
    if (!this.#settings.notifyWhenDone || window === undefined || window.isDestroyed() || window.isFocused()) return;
    if (!Notification.isSupported()) return;
    const body = job.state === 'done' ? 'Done.' : (job.error?.message ?? 'It failed.');
    const notice = new Notification({ title: job.title, body });
    notice.on('click', () => {
      window.show();
      window.focus();
    });
    notice.show();
  }

  async #readSettings(): Promise<void> {
    const reply = await this.#engine.call('getSettings', {});
    if ('output' in reply) this.#settings = (reply.output as { settings: Settings }).settings;
  }
}
