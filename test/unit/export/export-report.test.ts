import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPORT_FORMATS, writeReport } from '../../../src/main/engine/export/export-report.ts';
import { stepWords } from '../../../src/main/engine/export/report-content.ts';
import type { JobContext } from '../../../src/main/engine/jobs/job-context.ts';
import { compareScores } from '../../../src/main/engine/scores/compare-scores.ts';
import type { ScoreRecord } from '../../../src/shared/kick.ts';
import { DEMO_POINTS, FOUR_TASKS, makeSamples, makeSweep, prunePoint } from '../scores/synthetic-sweep.ts';
import { inkRatio, readPng } from './read-png.ts';

const root = mkdtempSync(join(tmpdir(), 'whittle-report-'));
const folder = join(root, 'demo-report');
const hostileFolder = join(root, 'hostile');
const SWEEP = makeSweep(DEMO_POINTS);
const HOSTILE = '<script>alert(1)</script>"\' =1+1 | [x](y) &amp;';
const context: JobContext = { signal: new AbortController().signal, progress: () => {}, log: () => {} };
let files: readonly string[];

beforeAll(async () => {
  files = (await writeReport(SWEEP, folder, REPORT_FORMATS, context)).files;
  const sweep = makeSweep([{ ...prunePoint('wanda', 0.5, 0.6), label: HOSTILE }], {
    model: HOSTILE,
    tasks: FOUR_TASKS.slice(0, 1),
  });
  await writeReport(sweep, hostileFolder, REPORT_FORMATS, context);
}, 60_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const read = (path: string) => readFileSync(join(folder, path), 'utf8');
const charts = (extension: string) =>
  readdirSync(join(folder, 'charts')).filter((name) => name.endsWith(`.${extension}`));

describe('writeReport', () => {
  it('names the files that it wrote, and wrote no others', () => {
    const found = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
    expect(files.map((file) => relative(folder, file)).sort()).toEqual(found.sort());
    expect(readdirSync(root).sort()).toEqual(['demo-report', 'hostile']);
  });

  it('draws each task against bits and against sparsity, as SVG and as a PNG of twice the size', () => {
    expect(charts('svg')).toHaveLength(12);
    expect(charts('png').map((name) => basename(name, '.png'))).toEqual(
      charts('svg').map((name) => basename(name, '.svg')),
    );
    for (const name of ['overview-by-sparsity.png', 'factoid-qa-by-bits-per-weight.png']) {
      const png = readPng(readFileSync(join(folder, 'charts', name)));
      expect(png.width).toBe(2400);
      expect(inkRatio(png)).toBeGreaterThan(0.01);
    }
    for (const name of charts('svg'))
      expect(read(`charts/${name}`)).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<svg xmlns=/);
  });

  it('puts the same rows into CSV and JSON beside each chart', () => {
    expect(charts('csv')).toHaveLength(10);
    for (const name of charts('csv')) {
      const csv = parse(read(`charts/${name}`), { columns: true }) as Record<string, string>[];
      const json = JSON.parse(read(`charts/${basename(name, '.csv')}.json`)) as Record<string, unknown>[];
      expect(csv.length).toBeGreaterThan(2);
      expect(csv).toEqual(
        json.map((row) =>
          Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value === null ? '' : String(value)])),
        ),
      );
      expect(csv[0]!['recipe']).toBe('dense');
    }
  });

  it('starts every CSV line with the columns of `whittle scores`', () => {
    expect(read('scores.csv').split('\n')[0]).toMatch(
      /^model,recipe,method,type,task,protocol,metric,value,confidence_low,confidence_high,items,failed,size_bytes,bits_per_weight,sparsity_ratio,model_sha256,data_sha256,seed(,|$)/,
    );
    expect(parse(read('scores.csv'), { columns: true })).toHaveLength(compareScores(SWEEP).length);
  });

  it('writes report.json as `sweep` prints it', () => {
    expect(JSON.parse(read('report.json'))).toEqual(JSON.parse(JSON.stringify(SWEEP)));
  });

  it('makes one page that needs nothing else: no script, no address, all charts inside', () => {
    const html = read('report.html');
    expect(html).not.toMatch(/<script|<link|<img|<iframe|@import/i);
    expect(html).not.toMatch(/(?:src|href)="(?!data:|#)/);
    expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:/);
    for (const name of charts('svg')) expect(html).toContain(`<figure id="${basename(name, '.svg')}"><svg`);
    expect(html).toContain("default-src 'none'");
    const ids = [...html.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('opens and closes every element of the page', () => {
    const open: string[] = [];
    for (const [, slash, name, selfClosed] of read('report.html').matchAll(
      /<(\/?)([a-z][\w-]*)(?:"[^"]*"|[^">])*?(\/?)>/gi,
    )) {
      if (/^(?:meta|br|hr)$/.test(name!) || selfClosed === '/') continue;
      if (slash === '') open.push(name!);
      else expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
  });

  it('has one line per version and the score, interval, difference and verdict of each task', () => {
    const html = read('report.html');
    const table = html.slice(html.indexOf('<h2>Every version'), html.indexOf('<h2>Task by task'));
    const lines = [...table.matchAll(/<tr class="[^"]*">(.*?)<\/tr>/g)].map((match) => match[1]!);
    expect(lines).toHaveLength(SWEEP.points.length);
    const line = lines.find((candidate) => candidate.includes('>IQ1_M<'))!;
    expect(line.match(/<td/g)).toHaveLength(3 + 5);
    expect(line.replaceAll(/<[^>]*>/g, ' ')).toMatch(
      /IQ1_M\s+4\.67 MB\s+2\.20\s+0\.4 %\s+5\.0 ± 3\.1\s+−57\.0 ± 7\.4\s+loses/,
    );
  });

  it('names files in recipes without the folders of this computer', () => {
    const step = { method: 'quantize', params: { type: 'IQ1_M', imatrix: join(root, 'demo.imatrix.gguf') } };
    expect(stepWords({ steps: [step] })).toBe('quantize {"type":"IQ1_M","imatrix":"demo.imatrix.gguf"}');
    expect(stepWords(null)).toBe('as it was');
  });

  it('says what the numbers do not mean', () => {
    const html = read('report.html');
    expect(html).toContain('Pruning does not shrink these files');
    expect(html).toContain('Perplexity gets no verdict');
    expect(html).toContain(SWEEP.points[0]!.modelSha256);
    expect(html).toContain('llama.cpp v0.5.0');
  });

  it('writes the same table as Markdown, with the charts beside it', () => {
    const markdown = read('report.md');
    const line = markdown.split('\n').find((candidate) => candidate.startsWith('| IQ1'))!;
    expect(line).toContain('5.0 ± 3.1 (−57.0 ± 7.4, loses)');
    for (const [, path] of markdown.matchAll(/!\[[^\]]*\]\(([^)]*)\)/g))
      expect(existsSync(join(folder, path!)), path).toBe(true);
    expect(markdown.match(/!\[/g)).toHaveLength(10);
  });

  it('takes hostile names as text in every format', () => {
    const hostile = (path: string) => readFileSync(join(hostileFolder, path), 'utf8');
    expect(hostile('report.html')).not.toMatch(/<script/i);
    expect(hostile('report.html')).toContain('&lt;script&gt;alert(1)');
    expect(hostile('report.md')).not.toMatch(/<script>/);
    for (const row of parse(hostile('scores.csv'), { columns: true }) as Record<string, string>[])
      expect(row['model']).toBe(HOSTILE);
    for (const name of readdirSync(join(hostileFolder, 'charts')).filter((file) => file.endsWith('.svg'))) {
      expect(hostile(`charts/${name}`)).not.toMatch(/<script/i);
    }
  });

  it('lists what was forgotten and gained, with examples of the mildest version that loses, where answers were kept', async () => {
    const rightAnswers = (record: ScoreRecord) =>
      Array.from({ length: 200 }, (_, index) => (index < Math.round(record.value * 200) ? 1 : 0));
    const target = join(root, 'changes');
    await writeReport(SWEEP, target, ['html', 'md'], context, {
      findSamples: (_sha, record) => {
        if (record.task !== 'factoid-qa') return undefined;
        const samples = makeSamples(rightAnswers(record));
        return samples.map((sample) => ({
          ...sample,
          prompt: `Example one.\n\n<b>Question</b> ${sample.index}?\nThe answer is`,
        }));
      },
    });
    const html = readFileSync(join(target, 'report.html'), 'utf8');
    const section = html.slice(html.indexOf('<h2>Forgotten and gained'), html.indexOf('<h2>Task by task'));
    expect(section.replaceAll(/<[^>]*>/g, ' ')).toMatch(/Q4_K_M\s+−4\s+\+0/);
    expect(section).toContain('Factoid QA: what Wanda 50 % forgot first');
    expect(section).toContain('&lt;b&gt;Question&lt;/b&gt; 89? The answer is');
    expect(section).not.toContain('Example one');
    expect(section.match(/<td class="text wrap">wrong<\/td>/g)).toHaveLength(5);
    expect(html).toContain('taken question by question');
    expect(readFileSync(join(target, 'report.md'), 'utf8')).toContain('| Q4\\_K\\_M | 4 | 0 |');
    rmSync(target, { recursive: true });
  });

  it('shows scores by category and what perplexity hides, in both formats', async () => {
    const target = join(root, 'categories');
    const points = SWEEP.points.map((point) => ({
      ...point,
      scores: point.scores.map((record) => ({
        ...record,
        ...(record.task === 'factoid-qa' && {
          groups: ['<i>head</i>', 'tail'].map((name) => ({ name, value: record.value, itemCount: 100 })),
        }),
      })),
    }));
    await writeReport({ ...SWEEP, points }, target, ['html', 'md'], context);
    const html = readFileSync(join(target, 'report.html'), 'utf8');
    expect(html).toContain('<th scope="col">&lt;i&gt;head&lt;/i&gt;<small>n = 100</small></th>');
    expect(html).toContain('<h3>What perplexity hides</h3>');
    const markdown = readFileSync(join(target, 'report.md'), 'utf8');
    expect(markdown).toMatch(/## By kind of question\n\n### Factoid QA\n\n\| Version \| .*tail, n = 100 \|/);
    expect(markdown).toContain('### What perplexity hides');
    rmSync(target, { recursive: true });
  });

  it('writes only the formats that were asked for', async () => {
    const { files: some } = await writeReport(SWEEP, join(root, 'some'), ['csv', 'md'], context);
    expect(new Set(some.map((file) => file.split('.').at(-1)))).toEqual(new Set(['csv', 'md']));
    rmSync(join(root, 'some'), { recursive: true });
  });

  it('writes equal files for equal sweeps', async () => {
    const again = join(root, 'again');
    const { files: others } = await writeReport(SWEEP, again, REPORT_FORMATS, context);
    for (const file of others)
      expect(readFileSync(file).equals(readFileSync(join(folder, relative(again, file)))), file).toBe(true);
    rmSync(again, { recursive: true });
  });

  it('stops when it is cancelled and leaves nothing behind', async () => {
    const cancelled = { ...context, signal: AbortSignal.abort() };
    await expect(writeReport(SWEEP, join(root, 'never'), REPORT_FORMATS, cancelled)).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(existsSync(join(root, 'never'))).toBe(false);
  });
});
