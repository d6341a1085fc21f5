// The exact size of a recipe before it starts: how long the engine takes by itself, and a person who changes the form.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { importModel } from '../../src/main/engine/models/library.ts';
import { WorkbenchSession } from '../../src/main/engine/session/workbench-session.ts';
import { FILE_TYPES } from '../../src/shared/ggml-types.ts';
import type { RecipePreview } from '../../src/shared/session/recipe-calls.ts';
import { previewLatency } from '../../test/e2e/support/window-probes.ts';
import type { BenchReport } from './bench-report.ts';
import type { BenchSetting } from './bench-setting.ts';
import { addTimes, type BenchShell, withShell } from './window-shells.ts';

const BAR_MS = 300;
const PREVIEWS = 20;

/** Returns types whose files have different sizes, so that a page shows each change. */
export async function benchDryRun({ folder, smolPath }: BenchSetting, report: BenchReport): Promise<string[]> {
  const home = join(folder, 'dry-run-home');
  mkdirSync(home, { recursive: true });
  const model = smolPath === undefined ? 'demo' : importModel(home, smolPath).id;
  const session = new WorkbenchSession({ home });
  const times: number[] = [];
  const typeOfSize = new Map<number, string>();
  try {
    for (const { name } of FILE_TYPES.filter(({ imatrix, writable }) => writable && imatrix !== 'required')) {
      const recipe = { steps: [{ method: 'quantize', params: { type: name } }] };
      const startMs = performance.now();
      const answer = await session.call('previewRecipe', { model, recipe }, new AbortController().signal);
      times.push(performance.now() - startMs);
      const { plan } = answer as RecipePreview;
      if (plan !== null) typeOfSize.set(plan.sizeBytes, name);
    }
  } finally {
    session.close();
  }
  addTimes(report, 'dry-run size of a recipe by itself', times.slice(0, PREVIEWS), BAR_MS);
  report.note(`the first one, which starts the planner's process: ${Math.round(times[0]!)} ms`);
  return [...typeOfSize.values()].slice(0, PREVIEWS);
}

interface PreviewBench {
  readonly setting: BenchSetting;
  readonly report: BenchReport;
  readonly types: readonly string[];
}

export async function benchPreview(shell: BenchShell, { setting, report, types }: PreviewBench): Promise<void> {
  const home = join(setting.folder, `preview-${shell.name}`);
  mkdirSync(home, { recursive: true });
  if (setting.smolPath !== undefined) importModel(home, setting.smolPath);
  const times = await withShell(shell, home, async ({ page }) => {
    await page.getByRole('navigation').waitFor();
    await page.keyboard.press('Control+2');
    if (setting.smolPath !== undefined) {
      await page.getByRole('combobox', { name: 'Model to compress' }).click();
      await page.getByRole('option', { name: /SmolLM2/i }).click();
    }
    await page.getByRole('button', { name: /As small as it gets/ }).click();
    await page.locator('.preview[aria-busy="false"] .preview-lines').waitFor();
    const latencies: number[] = [];
    for (const type of types) latencies.push(await previewLatency(page, type));
    return latencies;
  });
  addTimes(report, `${shell.name}: from a change of the form to its new size`, times, BAR_MS);
}
