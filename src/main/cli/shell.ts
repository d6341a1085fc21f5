// What a command's action works with: its common settings, the engine, progress, and the two forms of output.
import type { Command } from 'commander';
import type { CallInput, CallName, CallOutput } from '../../shared/contract.ts';
import type { Progress } from '../../shared/progress.ts';
import type { JobContext } from '../engine/jobs/job-context.ts';
import type { Workbench } from '../engine/workbench.ts';
import type { CommonSettings } from './common-options.ts';
import type { Interruption } from './interruption.ts';
import { writeOut } from './output.ts';
import { ProgressDisplay } from './progress-display.ts';
import { formatWarningLine } from './report-error.ts';

export class Shell {
  readonly settings: CommonSettings;
  readonly signal: AbortSignal;
  readonly #progress: ProgressDisplay;

  constructor(command: Command, interruption: Interruption) {
    this.settings = command.optsWithGlobals<CommonSettings>();
    this.signal = interruption.signal;
    this.#progress = new ProgressDisplay(process.stderr, this.settings.quiet === true);
  }

  /** The flags that calls with native work share. */
  get device(): { gpu: CommonSettings['gpu']; threads?: number } {
    const { gpu, threads } = this.settings;
    return { gpu, ...(threads === undefined ? {} : { threads }) };
  }

  async call<Name extends CallName>(
    name: Name,
    input: CallInput<Name>,
    onProgress?: (progress: Progress) => void,
  ): Promise<CallOutput<Name>> {
    const workbench = await this.openWorkbench();
    return await this.withProgress((context) => workbench.call(name, input, context), onProgress);
  }

  async openWorkbench(): Promise<Workbench> {
    const { Workbench } = await import('../engine/workbench.ts');
    const { defaultHomeFolder } = await import('../engine/home-folder.ts');
    return new Workbench({ home: this.settings.home ?? defaultHomeFolder(process.env, process.platform) });
  }

  async withProgress<Output>(
    work: (context: JobContext) => Promise<Output>,
    onProgress?: (progress: Progress) => void,
  ): Promise<Output> {
    try {
      return await work({
        signal: this.signal,
        progress: (progress) => {
          // A finished piece is for the command to show; a bar must not stand in its way.
          if (progress.partial === undefined) this.#progress.update(progress);
          else this.#progress.clear();
          onProgress?.(progress);
        },
        log: (line) => this.settings.verbose && this.#progress.line(line),
      });
    } finally {
      this.#progress.clear();
    }
  }

  /** The result: exactly one JSON document with `--json`, else the text for people. */
  print(document: unknown, text: () => string): void {
    writeOut(this.settings.json ? `${JSON.stringify(document, null, 2)}\n` : text());
  }

  /** A line on stderr that `--quiet` silences. */
  note(text: string): void {
    if (!this.settings.quiet) this.#progress.line(text);
  }

  /** Warnings are shown even with `--quiet`. */
  warn(warnings: readonly string[]): void {
    for (const warning of warnings) process.stderr.write(formatWarningLine(warning));
  }
}
