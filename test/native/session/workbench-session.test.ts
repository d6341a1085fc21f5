import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WorkbenchSession } from '../../../src/main/engine/session/workbench-session.ts';
import type { WindowEvent } from '../../../src/shared/events.ts';
import type { SessionCall, SessionInput, SessionOutput } from '../../../src/shared/session-contract.ts';
import { tempFolderForFile } from '../../support/temp-folder.ts';

const home = tempFolderForFile();
let session: WorkbenchSession;
const events: WindowEvent[] = [];
const version = join(home, 'models', 'small-Q2_K.gguf');

function open(): WorkbenchSession {
  const opened = new WorkbenchSession({ home });
  opened.subscribe((event) => events.push(event));
  return opened;
}
beforeAll(() => {
  session = open();
});
afterAll(() => session.close());

async function call<Name extends SessionCall>(name: Name, input: SessionInput<Name>): Promise<SessionOutput<Name>> {
  return (await session.call(name, input, new AbortController().signal)) as SessionOutput<Name>;
}

async function ended(jobId: string) {
  for (;;) {
    const job = await call('getJob', { jobId });
    if (['done', 'failed', 'cancelled'].includes(job.state)) return job;
    await wait(50);
  }
}

async function until<Event extends WindowEvent>(
  find: (event: WindowEvent) => Event | false | undefined,
): Promise<Event> {
  for (;;) {
    for (const event of events) {
      const found = find(event);
      if (found) return found;
    }
    await wait(20);
  }
}

const recipe = { steps: [{ method: 'quantize', params: { type: 'Q2_K' } }] };

describe('a session on the embedded model', () => {
  it('previews a recipe: exact size, and an answer within 300 ms once it is warm', async () => {
    const request = { model: 'demo', recipe: { steps: [{ method: 'quantize', params: { type: 'Q4_K_M' } }] } };
    const first = await call('previewRecipe', request);
    expect(first.issues).toEqual([]);
    expect(first.plan?.sizeBytes).toBeGreaterThan(1e6);
    const startMs = performance.now();
    await call('previewRecipe', {
      ...request,
      recipe: { steps: [{ method: 'quantize', params: { type: 'Q5_K_M' } }] },
    });
    expect(performance.now() - startMs).toBeLessThan(1500);
    const keptMs = performance.now();
    await call('previewRecipe', request);
    expect(performance.now() - keptMs).toBeLessThan(300);
  });

  it('shows faults of a recipe beside its fields instead of failing', async () => {
    const faulty = { steps: [{ method: 'wanda', params: { sparsity: 2 } }] };
    const preview = await call('previewRecipe', { model: 'demo', recipe: faulty });
    expect(preview.plan).toBeNull();
    expect(preview.issues.some(({ path }) => path.includes('sparsity'))).toBe(true);
    const needs = await call('previewRecipe', {
      model: 'demo',
      recipe: { steps: [{ method: 'quantize', params: { type: 'IQ2_XXS' } }] },
    });
    expect(needs.notes).toMatchObject([{ level: 'blocks', code: 'IMATRIX_NEEDED' }]);
  });

  it('compresses through the queue: the file has the size of the preview and joins the tree below its base', async () => {
    mkdirSync(join(home, 'models'), { recursive: true });
    const { plan } = await call('previewRecipe', { model: 'demo', recipe });
    const job = await call('startJob', { kind: 'compress', input: { model: 'demo', recipe, outputPath: version } });
    expect(await ended(job.id)).toMatchObject({ state: 'done', title: expect.stringContaining('Q2_K') });
    const { models } = await call('listModelTree', {});
    const made = models.find(({ path }) => path === version);
    expect(made).toMatchObject({ baseId: 'demo', isOwn: true, recipeLabel: 'Q2_K', sizeBytes: plan?.sizeBytes });
    expect(made?.sparsityRatio).toBeGreaterThanOrEqual(0);
    expect(made?.layerBars[0]?.keptRatio).not.toBeNull();
  });

  it('says how long a sweep will take, from the speed of this computer, and more for more questions', async () => {
    const { backend } = (await call('getMachine', {})).device;
    expect(['cpu', 'cuda', 'metal', 'vulkan']).toContain(backend);
    await call('measureSpeed', { gpu: 'none', threads: 1 });
    const sweep = { model: 'demo', recipes: [recipe], tasks: ['factoid-qa'] };
    const { estimatedMs: few } = await call('previewSweep', { ...sweep, limit: 10 });
    const { estimatedMs: many } = await call('previewSweep', { ...sweep, limit: 200 });
    expect(few).toBeGreaterThan(0);
    expect(many).toBeGreaterThan(few ?? 0);
  });

  it('refuses a file that nobody picked, and takes it once it is picked', async () => {
    const foreign = join(home, '..', 'nobody-picked-this.gguf');
    await expect(call('addFiles', { paths: [foreign] })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    session.permissions.allow(version);
    expect((await call('addFiles', { paths: [version] })).models).toHaveLength(1);
  });

  it('asks dense and version the same questions, tells answers as they come, and compares them', async () => {
    const id = (await call('listModelTree', {})).models.find(({ path }) => path === version)?.id ?? '';
    const run = await call('startKickRun', { models: ['demo', id], tasks: ['factoid-qa'], limit: 60 });
    expect(run.cells.map(({ model }) => model)).toEqual(['demo', id]);
    for (const { jobId } of run.cells) expect(await ended(jobId)).toMatchObject({ state: 'done', error: undefined });
    const finished = await call('getKickRun', { runId: run.runId });
    expect(finished).toMatchObject({ state: 'done', doneCount: 120, totalCount: 120 });
    const answers = events.flatMap((event) => (event.type === 'answers' ? event.answers : []));
    expect(answers).toHaveLength(120);
    // The version's answers stand beside the dense ones.
    expect(answers.filter(({ denseSample }) => denseSample !== undefined)).toHaveLength(60);

    const { charts } = await call('listCharts', { axis: 'bitsPerWeight' });
    expect(charts[0]?.chart.dense?.value).toBe(finished.cells[0]?.score?.value);
    const row = charts[0]?.rows.find(({ isDense }) => !isDense);
    expect(row).toMatchObject({ modelId: id, difference: { paired: true } });
    const changes = await call('changedQuestions', { scoreId: row?.scoreId ?? '' });
    const dense = finished.cells[0]?.score?.value ?? 0;
    expect((changes.gainedCount - changes.forgottenCount) / 60).toBeCloseTo((row?.value ?? 0) - dense, 10);
    expect(
      changes.forgottenCount + changes.gainedCount + changes.keptCount + changes.neverKnewCount + changes.leftOutCount,
    ).toBe(60);
    const rising = await call('listAnswers', { runId: run.runId, change: 'forgotten' });
    expect(rising.totalCount).toBe(changes.forgottenCount);
  });

  it('ends the rest of a task and keeps the score of what was answered, with the dense score of the same questions', async () => {
    const id = (await call('listModelTree', {})).models.find(({ path }) => path === version)?.id ?? '';
    const run = await call('startKickRun', { models: ['demo', id], tasks: ['closed-book-qa'], limit: 240 });
    const [dense, small] = run.cells;
    await ended(dense?.jobId ?? '');
    await until((event) => event.type === 'answers' && event.jobId === small?.jobId && event);
    await call('skipRest', { jobId: small?.jobId ?? '', task: 'closed-book-qa' });
    const { rows } = await call('listScoreRows', { task: 'closed-book-qa' });
    const stopped = rows.find(({ isDense }) => !isDense);
    // A fast machine may have asked all of them by then.
    expect(stopped?.itemCount).toBeLessThanOrEqual(240);
    expect(rows.filter(({ isDense, itemCount }) => isDense && itemCount === stopped?.itemCount)).toHaveLength(1);
    expect(stopped?.difference?.paired).toBe(true);
  });

  it('exports the chart on the screen: SVG, PNG, PDF, and a table that equals the store', async () => {
    const request = { axis: 'bitsPerWeight', task: 'factoid-qa' } as const;
    const svg = Buffer.from((await call('exportChart', { ...request, format: 'svg' })).base64, 'base64').toString();
    expect(svg).toContain('<svg');
    const png = Buffer.from((await call('exportChart', { ...request, format: 'png', scale: 1 })).base64, 'base64');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.readUInt32BE(16)).toBe(1200);
    const pdf = Buffer.from((await call('exportChart', { ...request, format: 'pdf' })).base64, 'base64');
    expect(pdf.subarray(0, 8).toString()).toBe('%PDF-1.7');
    expect(pdf.toString('latin1')).toContain('/FontFile2');
    expect(pdf.subarray(-6).toString()).toBe('%%EOF\n');
    const csv = Buffer.from((await call('exportChart', { ...request, format: 'csv' })).base64, 'base64').toString();
    const { rows } = await call('listScoreRows', { task: 'factoid-qa' });
    expect(csv.trim().split('\n')).toHaveLength(rows.length + 1);
    for (const { value } of rows) expect(csv).toContain(String(value));
  });

  it('chats in a pane that stays loaded: pieces come as events, a stop ends them, greedy answers repeat', async () => {
    const { paneId } = await call('openChat', { model: 'demo', contextSize: 256 });
    await until(
      (event) => event.type === 'chat-pane' && event.paneId === paneId && event.state.state === 'ready' && event,
    );
    const ask = async (maxTokens: number) => {
      const { answerId } = await call('sendChat', {
        paneId,
        messages: [{ role: 'user', content: 'The capital of France is' }],
        maxTokens,
      });
      return (await until((event) => event.type === 'chat-answer' && event.answerId === answerId && event)).answer;
    };
    const first = await ask(8);
    const second = await ask(8);
    expect(first.text).toBe(second.text);
    expect(first.tokens.join('')).toBe(first.text);
    expect(second.cachedTokenCount).toBe(second.promptTokenCount - 1);
    expect(first.generatedTokensPerSecond).toBeGreaterThan(0);
    const pieces = events.flatMap((event) =>
      event.type === 'chat-text' && event.paneId === paneId ? [event.text] : [],
    );
    expect(pieces.join('')).toBe(first.text + second.text);

    const { tokens, perplexity } = await call('measureSurprise', {
      paneId,
      messages: [{ role: 'user', content: 'The capital of France is' }],
      answer: first.text,
    });
    // Greedy: the model's own answer is at each token what it thinks likeliest.
    expect(tokens.filter(({ text, topText }) => text === topText).length).toBeGreaterThanOrEqual(tokens.length - 1);
    expect(perplexity).toBeGreaterThanOrEqual(1);

    const slow = ask(10_000);
    await wait(100);
    await call('stopChat', { paneId });
    expect(['stopped', 'end', 'context-full', 'repeats']).toContain((await slow).stopReason);
    await call('closeChat', { paneId });
    await expect(call('stopChat', { paneId })).rejects.toMatchObject({ code: 'NOT_POSSIBLE_NOW' });
  });

  it('finds everything after a restart: models, scores, answers, and an interrupted run that goes on', async () => {
    const before = await call('listCharts', { axis: 'bitsPerWeight' });
    const run = await call('startKickRun', { models: ['demo'], tasks: ['multiple-choice-qa'], limit: 200 });
    await until((event) => event.type === 'job-progress' && event.jobId === run.cells[0]?.jobId && event);
    session.close();
    session = open();
    const { interrupted } = await call('jobsAtStart', {});
    expect(interrupted).toMatchObject([{ kind: 'kick', runId: run.runId, state: 'interrupted' }]);
    const after = await call('listCharts', { axis: 'bitsPerWeight' });
    expect(after.charts[0]?.rows).toEqual(before.charts[0]?.rows);
    await call('resumeKickRun', { runId: run.runId });
    const finished = await ended(interrupted[0]?.id ?? '');
    expect(finished.state).toBe('done');
    expect((finished.output as { scores: { itemCount: number }[] }).scores[0]?.itemCount).toBe(200);
  });

  it('deletes only what Whittle made, into the bin', async () => {
    process.env['XDG_DATA_HOME'] = join(home, 'data');
    const id = (await call('listModelTree', {})).models.find(({ path }) => path === version)?.id ?? '';
    await expect(call('removeModel', { model: 'demo' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await call('removeModel', { model: id, deleteFile: true });
    expect(existsSync(version)).toBe(false);
    expect(existsSync(join(home, 'data', 'Trash', 'files', 'small-Q2_K.gguf'))).toBe(true);
    expect((await call('listScoreRows', {})).rows.length).toBeGreaterThan(1);
  });
});
