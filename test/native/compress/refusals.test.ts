import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EMBEDDED_DEMO_MODEL, embeddedPath } from '../../../src/main/engine/embedded-files.ts';
import { readGguf } from '../../../src/main/engine/gguf/read-gguf.ts';
import { makeTinyLlama } from '../../support/make-gguf.ts';
import { mountTmpfs } from '../../support/mounted-folder.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { codeOf, compress, quantizeTo } from './compress-context.ts';

const MAGNITUDE = [{ method: 'magnitude', params: { sparsity: 0.5 } }];

function tinyModel(): { folder: string; source: string; output: string } {
  const folder = tempFolder();
  const source = join(folder, 'in.gguf');
  makeTinyLlama(source, { hiddenSize: 64 });
  return { folder, source, output: join(folder, 'out.gguf') };
}

describe('before anything starts', () => {
  it('refuses an existing output unless it may be replaced', async () => {
    const { source, output } = tinyModel();
    writeFileSync(output, 'mine');
    await expect(compress(source, output, MAGNITUDE)).rejects.toThrow(codeOf('FILE_EXISTS'));
    expect(readFileSync(output, 'utf8')).toBe('mine');
    await compress(source, output, MAGNITUDE, { force: true });
    expect(readGguf(output).tensors.length).toBeGreaterThan(0);
  });

  it('refuses to write over its source, whatever name it goes by', async () => {
    const { folder, source } = tinyModel();
    const link = join(folder, 'link.gguf');
    linkSync(source, link);
    const before = readFileSync(source);
    for (const output of [source, link]) {
      await expect(compress(source, output, MAGNITUDE, { force: true })).rejects.toThrow(codeOf('BAD_USAGE'));
    }
    expect(readFileSync(source).equals(before)).toBe(true);
  });

  it('refuses a missing folder, a folder as output, a missing source and a file that is no model', async () => {
    const { folder, source, output } = tinyModel();
    await expect(compress(source, join(folder, 'none', 'out.gguf'), MAGNITUDE)).rejects.toThrow(
      codeOf('FILE_NOT_FOUND'),
    );
    mkdirSync(output);
    await expect(compress(source, output, MAGNITUDE, { force: true })).rejects.toThrow(codeOf('NOT_WRITABLE'));
    const free = join(folder, 'free.gguf');
    await expect(compress(join(folder, 'none.gguf'), free, MAGNITUDE)).rejects.toThrow(codeOf('FILE_NOT_FOUND'));
    writeFileSync(join(folder, 'text.gguf'), 'no model');
    await expect(compress(join(folder, 'text.gguf'), free, MAGNITUDE)).rejects.toThrow(codeOf('BAD_GGUF'));
    expect(readdirSync(folder).sort()).toEqual(['in.gguf', 'out.gguf', 'text.gguf']);
  });

  it('refuses a pattern that does not divide the rows, and names the first matrix', async () => {
    const { folder, source, output } = tinyModel();
    const steps = [{ method: 'magnitude', params: { pattern: '3:7' } }];
    const issues = [expect.objectContaining({ path: 'steps.0.params.pattern' })];
    const refused = expect.objectContaining({ code: 'BAD_RECIPE', details: { issues } });
    await expect(compress(source, output, steps)).rejects.toThrow(refused);
    expect(readdirSync(folder)).toEqual(['in.gguf']);
  });

  it('refuses a disk without enough room', async ({ skip }) => {
    const { folder, source } = tinyModel();
    const disk = mountTmpfs(join(folder, 'disk'), 'size=64k');
    if (disk === undefined) return skip('no file system can be mounted here');
    try {
      await expect(compress(source, join(disk.path, 'out.gguf'), MAGNITUDE)).rejects.toThrow(codeOf('NO_SPACE'));
      expect(readdirSync(disk.path)).toEqual([]);
    } finally {
      disk.unmount();
    }
  });

  it('refuses a read-only disk', async ({ skip }) => {
    const { folder, source } = tinyModel();
    const disk = mountTmpfs(join(folder, 'disk'), 'ro,size=64m');
    if (disk === undefined) return skip('no file system can be mounted here');
    try {
      await expect(compress(source, join(disk.path, 'out.gguf'), MAGNITUDE)).rejects.toThrow(codeOf('NOT_WRITABLE'));
    } finally {
      disk.unmount();
    }
  });
});

describe('on the way', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY])('stops at a weight of %d, and names the matrix', async (value) => {
    const folder = tempFolder();
    const [source, output] = [join(folder, 'in.gguf'), join(folder, 'out.gguf')];
    makeTinyLlama(source, {
      hiddenSize: 64,
      edit: (name, weights) => {
        if (name === 'blk.1.ffn_up.weight') weights[130] = value;
      },
    });
    const details = { tensor: 'blk.1.ffn_up.weight', row: 2, column: 2 };
    await expect(compress(source, output, MAGNITUDE)).rejects.toThrow(
      expect.objectContaining({ code: 'BAD_DATA', details }),
    );
    expect(readdirSync(folder)).toEqual(['in.gguf']);
  });

  it('stops where a quantized source holds weights that F16 has no room for', async () => {
    const folder = tempFolder();
    const [source, quantized] = [join(folder, 'in.gguf'), join(folder, 'quantized.gguf')];
    makeTinyLlama(source, {
      hiddenSize: 64,
      type: 'F32',
      edit: (name, weights) => {
        if (name === 'blk.0.ffn_up.weight') weights[0] = 1e6;
      },
    });
    await compress(source, quantized, quantizeTo('Q8_0'));
    const job = compress(quantized, join(folder, 'out.gguf'), MAGNITUDE, { allowRequantize: true });
    await expect(job).rejects.toThrow(codeOf('VERIFY_FAILED'));
    expect(readdirSync(folder).sort()).toEqual(['in.gguf', 'quantized.gguf']);
  });

  it.each(['magnitude', 'quantize', 'both'])('leaves nothing behind when %s is cancelled', async (what) => {
    const folder = tempFolder();
    const output = join(folder, 'out.gguf');
    const steps = { magnitude: MAGNITUDE, quantize: quantizeTo('Q8_0'), both: [...MAGNITUDE, ...quantizeTo('Q8_0')] };
    const controller = new AbortController();
    let seen = 0;
    const context = {
      signal: controller.signal,
      progress: () => {
        seen += 1;
        if (seen === 20) controller.abort();
      },
      log: () => {},
    };
    const job = compress(embeddedPath(EMBEDDED_DEMO_MODEL), output, steps[what as keyof typeof steps], {}, context);
    await expect(job).rejects.toThrow(codeOf('CANCELLED'));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('takes over the folder that a killed run has left', async () => {
    const { folder, source, output } = tinyModel();
    mkdirSync(join(folder, 'out.gguf.partial', 'step-1'), { recursive: true });
    writeFileSync(join(folder, 'out.gguf.partial', 'step-1', 'model.gguf'), 'half a file');
    await compress(source, output, MAGNITUDE);
    expect(existsSync(join(folder, 'out.gguf.partial'))).toBe(false);
  });
});
