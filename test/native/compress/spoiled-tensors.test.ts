import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeImatrix } from '../../../src/main/engine/calibration/imatrix-file.ts';
import { EMBEDDED_DEMO_MODEL, embeddedPath } from '../../../src/main/engine/embedded-files.ts';
import { readGguf } from '../../../src/main/engine/gguf/read-gguf.ts';
import { makeTinyLlama } from '../../support/make-gguf.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { compress, quantizeTo } from './compress-context.ts';

const SPOILED = 'blk.1.attn_output.weight';

/** A model in which one matrix has 64 zeros in the second block of every row, as a pruned one may. */
function makeModelWithZeros(folder: string): { source: string; output: string; imatrix: string } {
  const paths = { source: join(folder, 'in.gguf'), output: join(folder, 'out.gguf'), imatrix: join(folder, 'im.gguf') };
  makeTinyLlama(paths.source, {
    edit: (name, weights, rowWidth) => {
      if (name !== SPOILED) return;
      for (let row = 0; row < weights.length; row += rowWidth) weights.fill(0, row + 64, row + 128);
    },
  });
  const entries = readGguf(paths.source)
    .tensors.filter(({ name, shape }) => name.startsWith('blk.') && shape.length > 1)
    .map(({ name, shape: [columns = 0] }) => {
      const sums = Float64Array.from({ length: columns }, (_, index) => 1 + (index % 7));
      return [name, { sums, counts: Float64Array.of(1) }] as const;
    });
  writeImatrix(paths.imatrix, { entries: new Map(entries), datasets: [], chunkCount: 1, chunkSize: 512 });
  return paths;
}

describe('a tensor that the quantizer spoils', () => {
  it.each(['IQ3_S', 'IQ3_XXS', 'IQ2_M'])('is named in a warning of %s, with the type to take instead', async (type) => {
    const { source, output, imatrix } = makeModelWithZeros(tempFolder());
    const { warnings, artifact } = await compress(source, output, quantizeTo(type, { imatrix }));
    const warning = warnings.find((text) => text.includes(SPOILED));
    expect(warning).toMatch(/as IQ3_S.*relative squared error is [\d.]+, where 0\.025 is normal/);
    expect(warning).toContain('32 weights in a row are zero');
    expect(warning).toContain("--tensor-type '^blk\\.1\\.attn_output\\.weight$=Q3_K'");
    expect(warnings).toHaveLength(1);
    const tensor = artifact.tensors.find(({ name }) => name === SPOILED);
    expect(tensor?.type).toBe('IQ3_S');
    expect(tensor?.relativeSquaredError).toBeGreaterThan(0.1);
  });

  it.each(['Q3_K', 'IQ4_XS'])('is well with %s for it, as the warning says', async (instead) => {
    const { source, output, imatrix } = makeModelWithZeros(tempFolder());
    const tensorTypes = [`^blk\\.1\\.attn_output\\.weight$=${instead}`];
    const { warnings, artifact } = await compress(source, output, quantizeTo('IQ3_XXS', { imatrix, tensorTypes }), {
      strict: true,
    });
    expect(warnings).toEqual([]);
    expect(artifact.tensors.find(({ name }) => name === SPOILED)?.type).toBe(instead);
  });

  it('fails a strict job, and then nothing is written', async () => {
    const folder = tempFolder();
    const { source, output } = makeModelWithZeros(folder);
    const tensors = [expect.objectContaining({ name: SPOILED, type: 'IQ3_S', normalError: 0.025 })];
    const failure = expect.objectContaining({ code: 'STRICT_FAILED', details: { tensors } });
    await expect(compress(source, output, quantizeTo('IQ3_S'), { strict: true })).rejects.toThrow(failure);
    expect(existsSync(output)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.startsWith('out'))).toEqual([]);
  });

  it('is found when only one block of many is spoiled', async () => {
    const folder = tempFolder();
    const [source, output] = [join(folder, 'in.gguf'), join(folder, 'out.gguf')];
    makeTinyLlama(source, {
      hiddenSize: 512,
      edit: (name, weights) => {
        if (name === SPOILED) weights.fill(0, 64, 128);
      },
    });
    const { warnings, artifact } = await compress(source, output, quantizeTo('IQ3_S'));
    const tensor = artifact.tensors.find(({ name }) => name === SPOILED);
    expect(tensor?.relativeSquaredError).toBeLessThan(0.05);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/in 1 of its blocks zeros would have been closer/);
  });

  it('is not found in the demo model', async () => {
    const output = join(tempFolder(), 'out.gguf');
    const { warnings } = await compress(embeddedPath(EMBEDDED_DEMO_MODEL), output, quantizeTo('IQ3_S'));
    expect(warnings).toEqual([]);
  });
});

describe('a healthy model', () => {
  const TYPES = 'Q8_0 Q6_K Q5_K_M Q5_0 Q5_1 Q4_K_M Q4_0 Q4_1 IQ4_NL IQ4_XS Q3_K_M Q2_K TQ1_0 TQ2_0 Q2_0 Q1_0'.split(
    ' ',
  );

  it.each(TYPES)('gives no warning as %s, and passes the strict check', async (type) => {
    const folder = tempFolder();
    const [source, output] = [join(folder, 'in.gguf'), join(folder, 'out.gguf')];
    makeTinyLlama(source, { layerCount: 1 });
    expect((await compress(source, output, quantizeTo(type), { strict: true })).warnings).toEqual([]);
  });

  it.each(['IQ3_XXS', 'IQ2_M', 'IQ2_XS', 'IQ2_XXS', 'IQ1_M', 'IQ1_S', 'Q2_K_S'])(
    'gives no warning as %s with an importance matrix',
    async (type) => {
      const folder = tempFolder();
      const { imatrix } = makeModelWithZeros(folder);
      const [source, output] = [join(folder, 'healthy.gguf'), join(folder, 'out.gguf')];
      makeTinyLlama(source, { layerCount: 1 });
      const { warnings } = await compress(source, output, quantizeTo(type, { imatrix }), { strict: true });
      expect(warnings).toEqual([]);
    },
  );
});
