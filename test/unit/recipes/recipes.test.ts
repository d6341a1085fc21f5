import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandForRecipe, quote } from '../../../src/main/engine/recipes/command-for-recipe.ts';
import { fitToSize } from '../../../src/main/engine/recipes/fit-to-size.ts';
import { freePath, outputName } from '../../../src/main/engine/recipes/output-name.ts';
import type { TensorPlan } from '../../../src/main/engine/recipes/plan-tensors.ts';
import { askedSparsity, notesOnRecipe, previewPlan } from '../../../src/main/engine/recipes/preview-recipe.ts';
import { SavedRecipes } from '../../../src/main/engine/recipes/saved-recipes.ts';
import type { Recipe } from '../../../src/shared/recipe.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const quantize = (type: string, params = {}): Recipe => ({
  steps: [{ method: 'quantize', params: { type, ...params } }],
});
const wanda: Recipe = { steps: [{ method: 'wanda', params: { sparsity: 0.5 } }] };
const both: Recipe = { steps: [...wanda.steps, ...quantize('Q4_K_M').steps] };

describe('the name of an output', () => {
  it.each([
    [quantize('Q4_K_M'), 'Vicuna-7B-Q4_K_M.gguf'],
    [wanda, 'Vicuna-7B-wanda50-F16.gguf'],
    [both, 'Vicuna-7B-wanda50-Q4_K_M.gguf'],
    [{ steps: [{ method: 'sparsegpt', params: { pattern: '2:4' } }] }, 'Vicuna-7B-sgpt-2of4-F16.gguf'],
    [{ steps: [{ method: 'drop-layers', params: { layers: [3, 4, 5, 6] } }] }, 'Vicuna-7B-drop4L-F16.gguf'],
  ])('says model, recipe and type', (recipe, name) => {
    expect(outputName('Vicuna-7B', recipe as Recipe, 'F16')).toBe(name);
  });

  it('is free', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'm-Q2_K.gguf'), '');
    expect(freePath(folder, 'm-Q2_K.gguf')).toBe(join(folder, 'm-Q2_K.2.gguf'));
  });
});

describe('a recipe as a command', () => {
  const input = { modelPath: '/m/a b.gguf', model: '/m/a b.gguf', outputPath: '/o/x.gguf' };

  it('is that of llama-quantize where it does the same', () => {
    const recipe = quantize('Q4_K_M', { tensorTypes: ['ffn_down=Q6_K'], imatrix: '/i.gguf', pure: true });
    expect(commandForRecipe({ ...input, recipe })).toEqual({
      tool: 'llama-quantize',
      command: "llama-quantize --imatrix /i.gguf --pure --tensor-type ffn_down=Q6_K '/m/a b.gguf' /o/x.gguf Q4_K_M",
      notExpressed: [],
    });
  });

  it('is ours where it has no words, and says which steps', () => {
    const command = commandForRecipe({ ...input, recipe: both });
    expect(command.tool).toBe('whittle');
    expect(command.notExpressed).toEqual(['Step 1: wanda']);
    expect(command.command).toContain('--recipe recipe.json');
  });

  it('cannot be broken by a name', () => {
    expect(quote("a'; rm -rf x; '")).toBe("'a'\\''; rm -rf x; '\\'''");
    expect(quote('plain/path-1.gguf')).toBe('plain/path-1.gguf');
  });
});

describe('saved recipes', () => {
  it('come after the presets, survive a restart, and are replaced by name', () => {
    const home = tempFolder();
    const saved = new SavedRecipes(home);
    const presets = saved.list().length;
    expect(presets).toBeGreaterThan(2);
    saved.save('mine', wanda);
    const { id } = saved.save('mine', both);
    const again = new SavedRecipes(home).list();
    expect(again).toHaveLength(presets + 1);
    expect(again.at(-1)).toMatchObject({ id, name: 'mine', recipe: both, isPreset: false });
    saved.remove(id);
    expect(saved.list()).toHaveLength(presets);
    expect(() => saved.remove('preset-safe')).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });
});

const plan: TensorPlan = {
  sourceSizeBytes: 1000,
  sourceBitsPerWeight: 16,
  sizeBytes: 400,
  bitsPerWeight: 5.1,
  tensors: [
    { name: 'blk.0.ffn_up.weight', sourceName: 'blk.0.ffn_up.weight', type: 'Q5_0', sizeBytes: 300, isPruned: true },
  ],
  source: [
    { name: 'blk.0.ffn_up.weight', shape: [64, 2], type: 'F16', isMatrix: true },
    { name: 'blk.1.ffn_up.weight', shape: [64, 2], type: 'F16', isMatrix: true },
  ],
  fallbacks: [{ name: 'blk.0.ffn_up.weight', columns: 64, wantedType: 'Q4_K', usedType: 'Q5_0' }],
  warnings: ['Zeros take room: said elsewhere.', 'Something else.'],
};
const machine = { freeBytes: 8e9, totalBytes: 16e9 };
const preview = (recipe: Recipe, freeDiskBytes = 1e9, planned = plan) =>
  previewPlan({
    plan: planned,
    recipe,
    memory: { weightsBytes: 1, contextBytesPerToken: 1, hiddenSize: 1, vocabularySize: 1 },
    contextSize: 512,
    machine,
    outputFolder: '/o',
    suggestedPath: '/o/x.gguf',
    freeDiskBytes,
    bytesPerMs: 10,
    elapsedMs: 3.4,
  });

describe('the preview', () => {
  it('shows a dropped layer where it stands in the source, and what moves up behind it', () => {
    const [written] = plan.tensors;
    const moved = { ...plan, tensors: [{ ...written!, sourceName: 'blk.1.ffn_up.weight' }] };
    expect(preview(both, 1e9, moved).tensors).toMatchObject([
      { name: 'blk.0.ffn_up.weight', layer: 0, writtenLayer: null, isDropped: true, fellBack: false },
      { name: 'blk.1.ffn_up.weight', layer: 1, writtenLayer: 0, isDropped: false, fellBack: true, type: 'Q5_0' },
    ]);
  });

  it('shows every tensor of the source: asked, planned, dropped', () => {
    const { tensors, fallbackCount, estimatedMs, askedSparsityRatio } = preview(both);
    expect(tensors).toMatchObject([
      {
        layer: 0,
        kind: 'ffn_up.weight',
        askedType: 'Q4_K',
        type: 'Q5_0',
        fellBack: true,
        isPruned: true,
        isDropped: false,
      },
      { layer: 1, type: 'F16', fellBack: false, isDropped: true, sizeBytes: 0 },
    ]);
    expect({ fallbackCount, estimatedMs, askedSparsityRatio }).toEqual({
      fallbackCount: 1,
      estimatedMs: 100,
      askedSparsityRatio: 0.5,
    });
  });

  it('speaks of the bits that the file will hold, not of its type', () => {
    expect(preview(both).fallbackText).toMatch(
      /^1 of 2 matrices fall back .* The file will hold 5\.1 bits per weight, not 4\.\d\.$/,
    );
  });

  it('says that zeros take room, where the savings come from, and what is left to say once', () => {
    const notes = notesOnRecipe({ recipe: both, plan: preview(both), warnings: plan.warnings, outputFolder: '/o' });
    expect(notes.map(({ code, level }) => [code, level])).toEqual([
      ['zeros-take-room', 'note'],
      ['fallback', 'warning'],
      ['engine', 'warning'],
    ]);
    expect(notes[0]?.text).toContain('All of the 600 B saved come from step 2.');
  });

  it('blocks the start when the disk is too small', () => {
    const notes = notesOnRecipe({ recipe: wanda, plan: preview(wanda, 100), warnings: [], outputFolder: '/o' });
    expect(notes.find(({ level }) => level === 'blocks')).toMatchObject({ code: 'no-space' });
  });

  it.each([
    [wanda, 0.5],
    [{ steps: [{ method: 'wanda', params: { pattern: '1:4' } }] }, 0.25],
    [quantize('Q2_K'), null],
  ])('reads what was asked to be pruned', (recipe, ratio) => {
    expect(askedSparsity(recipe as Recipe)).toBe(ratio);
  });
});

describe('a size to fit into', () => {
  /** Bits by type as a plan would give; each raised kind adds its own. */
  const sizes: Record<string, number> = { Q2_K: 300, Q3_K_S: 350, Q3_K_M: 380, Q4_K_S: 450, Q4_K_M: 480, Q8_0: 850 };
  const fakePlan = async ({ recipe }: { recipe: Recipe }): Promise<TensorPlan> => {
    const { type, tensorTypes = [] } = recipe.steps[0]!.params as { type: string; tensorTypes?: string[] };
    const raised = tensorTypes.reduce(
      (sum, text) => sum + (text.endsWith('Q8_0') ? 30 : text.endsWith('Q6_K') ? 20 : 10),
      0,
    );
    return { ...plan, sizeBytes: (sizes[type] ?? 900) + raised };
  };

  it('takes the largest type that fits and raises what matters most with the rest', async () => {
    const { recipe, sizeBytes } = await fitToSize({ sourcePath: '/m', sizeBytes: 515, plan: fakePlan });
    expect(recipe.steps[0]?.params).toMatchObject({ type: 'Q4_K_M', tensorTypes: ['attn_v=Q8_0'] });
    expect(sizeBytes).toBe(510);
  });

  it('needs an importance matrix for the smallest types, and says when nothing fits', async () => {
    await expect(fitToSize({ sourcePath: '/m', sizeBytes: 200, plan: fakePlan })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('importance matrix'),
    });
  });
});
