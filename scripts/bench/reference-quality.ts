// What pruning by the reference code and by ours agree on: which weights go, and how well the pruned models read a text. Both read the same
// token ids and compute in float32. Beside each stands how far the reference agrees with itself once its inputs are moved by next to nothing:
// no other code can be asked to agree more.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type GgufTensor, readGguf } from '../../src/main/engine/gguf/read-gguf.ts';
import { openTensorData } from '../../src/main/engine/gguf/tensor-data.ts';
import { GgufWriter } from '../../src/main/engine/gguf/write-gguf.ts';
import type { Recipe } from '../../src/shared/recipe.ts';
import type { BenchReport } from './bench-report.ts';
import type { BenchSetting } from './bench-setting.ts';
import { calibrationPath, Reference, type ReferenceSettings, SAMPLE_LENGTH } from './run-reference.ts';

const LEAST_AGREEMENT = { wanda: 0.99, sparsegpt: 0.97 } as const;
const MOST_PERPLEXITY_DIFFERENCE = { wanda: 0.01, sparsegpt: 0.02 } as const;
/** Some units in the last place of float32: less than what another order of sums makes of a layer's outputs. */
const NOISE = 1e-6;
const CONTEXT_SIZE = 512;
const CHUNKS = 40;
const AMOUNTS = [
  { name: '50 %', reference: { sparsity: 0.5 }, own: { sparsity: 0.5 } },
  { name: '60 %', reference: { sparsity: 0.6 }, own: { sparsity: 0.6 } },
  { name: '2:4', reference: { pattern: [2, 4] }, own: { pattern: '2:4' } },
] as const;

export async function benchReferenceQuality(setting: BenchSetting, report: BenchReport): Promise<void> {
  const { smolPath: model, wikitextPath } = setting;
  const calibration = calibrationPath();
  if (model === undefined || wikitextPath === undefined || calibration === undefined) {
    return report.skip('agreement with the reference', 'the real model, its calibration text or wikitext-2 is missing');
  }
  const reference = Reference.find(model, setting);
  if (typeof reference === 'string') return report.skip('agreement with the reference', reference);
  const ours = join(setting.folder, 'ours.gguf');
  const theirs = join(setting.folder, 'theirs.gguf');
  const perplexity = async (path: string): Promise<number> => {
    const options = { textPath: wikitextPath, contextSize: CONTEXT_SIZE, chunkCount: CHUNKS, ...setting.device };
    return (await setting.call('measurePerplexity', { model: path, ...options })).perplexity;
  };
  const runReference = async (settings: ReferenceSettings, path: string): Promise<void> => {
    const { outputFolder } = await reference.run(settings, true);
    if (outputFolder === undefined) throw new Error('the reference kept no output');
    writeReference(model, outputFolder, path);
    rmSync(outputFolder, { recursive: true });
  };
  report.note(`dense: perplexity ${(await perplexity(model)).toFixed(3)} over ${CHUNKS} x ${CONTEXT_SIZE} tokens`);
  const wanted = process.env['WHITTLE_BENCH_AMOUNTS'];
  const draws = Number(process.env['WHITTLE_BENCH_DRAWS'] ?? 1);
  for (const method of ['wanda', 'sparsegpt'] as const) {
    if (!setting.wants(method)) continue;
    for (const amount of AMOUNTS.filter(({ name }) => wanted?.split(',').includes(name) ?? true)) {
      const settings: ReferenceSettings = { method, ...amount.reference };
      await runReference(settings, theirs);
      const samples = { calibrationSamples: setting.sampleCount, calibrationLength: SAMPLE_LENGTH };
      const params = { ...amount.own, ...samples, calibration, stats: 'sequential' };
      const recipe: Recipe = { steps: [{ method, params }] };
      await setting.freshCall('compress', { model, outputPath: ours, recipe, force: true, ...setting.device });
      addAgreement(report, `${method} ${amount.name}`, compareMasks(ours, theirs), LEAST_AGREEMENT[method]);
      const [own, other] = [await perplexity(ours), await perplexity(theirs)];
      const difference = own / other - 1;
      const most = MOST_PERPLEXITY_DIFFERENCE[method];
      report.add({
        what: `${method} ${amount.name}, perplexity of wikitext-2`,
        measured: `${own.toFixed(3)}, reference ${other.toFixed(3)} (${(difference * 100).toFixed(2)} %)`,
        bar: `within ${most * 100} %`,
        passed: Math.abs(difference) <= most,
      });
      for (let noiseSeed = 0; noiseSeed < draws; noiseSeed++) {
        await runReference({ ...settings, noise: NOISE, noiseSeed }, ours);
        const { overall } = compareMasks(ours, theirs);
        report.note(
          `${method} ${amount.name}, reference with embeddings moved by ${NOISE} of themselves (seed ${noiseSeed}): ${(overall * 100).toFixed(2)} % of its masks stay, perplexity ${(await perplexity(ours)).toFixed(3)}`,
        );
      }
    }
  }
}

interface MaskAgreement {
  readonly overall: number;
  readonly least: number;
  readonly leastTensor: string;
}

function addAgreement(
  report: BenchReport,
  what: string,
  { overall, least, leastTensor }: MaskAgreement,
  bar: number,
): void {
  report.add({
    what: `${what}, masks`,
    measured: `${(overall * 100).toFixed(2)} % of the entries agree (least: ${(least * 100).toFixed(2)} % in ${leastTensor})`,
    bar: `>= ${bar * 100} %`,
    passed: overall >= bar,
  });
}

/** The source with the reference's matrices in their type. */
function writeReference(modelPath: string, folder: string, outputPath: string): void {
  const source = readGguf(modelPath);
  const data = openTensorData(source);
  const { metadata, tensors } = source;
  const writer = GgufWriter.create(outputPath, { metadata, tensors });
  for (const tensor of tensors) writer.writeTensor(tensor.name, changedData(tensor, folder) ?? data.read(tensor));
  writer.finish();
  data.close();
}

function changedData({ name, type, shape }: GgufTensor, folder: string): Uint8Array | undefined {
  if (!/^blk\.\d+\.(attn|ffn)_\w+\.weight$/.test(name) || shape.length !== 2) return undefined;
  if (type !== 'F16') throw new Error(`${name} is ${type}, not F16`);
  const bytes = readFileSync(join(folder, name));
  const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  return new Uint8Array(new Float16Array(values).buffer);
}

/** Over the matrices of the layers, of two F16 files: zero in both or in neither. Unpruned entries of the last file must be the first's. */
function compareMasks(oursPath: string, theirsPath: string): MaskAgreement {
  const [ours, theirs] = [readGguf(oursPath), readGguf(theirsPath)];
  const [ourData, theirData] = [openTensorData(ours), openTensorData(theirs)];
  let [total, equal, least, leastTensor] = [0, 0, 1, ''];
  for (const tensor of ours.tensors) {
    if (!tensor.name.startsWith('blk.') || tensor.shape.length !== 2) continue;
    const other = theirs.tensors.find(({ name }) => name === tensor.name);
    if (other === undefined) throw new Error(`${theirsPath} has no ${tensor.name}`);
    const [a, b] = [halves(ourData.read(tensor)), halves(theirData.read(other))];
    let same = 0;
    for (let i = 0; i < a.length; i++) if (((a[i]! & 0x7fff) === 0) === ((b[i]! & 0x7fff) === 0)) same += 1;
    total += a.length;
    equal += same;
    if (same / a.length < least) [least, leastTensor] = [same / a.length, tensor.name];
  }
  ourData.close();
  theirData.close();
  return { overall: equal / total, least, leastTensor };
}

function halves(bytes: Uint8Array): Uint16Array {
  return new Uint16Array(bytes.slice().buffer);
}
