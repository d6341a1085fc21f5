import { describe, expect, test } from 'vitest';
import { listMethods } from '../../../src/main/engine/catalog.ts';
import {
  addStep,
  changeMethod,
  draftOf,
  moveStep,
  newStep,
  recipeOf,
  stepWords,
  withParam,
} from '../../../src/renderer/recipes/draft-recipe.ts';
import { faultsByStep } from '../../../src/renderer/recipes/faults.ts';
import { fieldKindOf } from '../../../src/renderer/recipes/field-kind.ts';
import { strongestLayers, strongLayerNote } from '../../../src/renderer/recipes/ImportanceRow.tsx';
import { cellsBetween, stripRows, typePatterns, withTypePatterns } from '../../../src/renderer/recipes/strip-cells.ts';
import { parseSweepValues, sweepRecipes } from '../../../src/renderer/recipes/sweep-recipes.ts';
import { outputPathOf } from '../../../src/renderer/recipes/WriteForm.tsx';
import type { PlannedTensor } from '../../../src/shared/session/recipe-calls.ts';

const methods = listMethods();
const methodOf = (id: string) => methods.find((method) => method.id === id)!;
const both = {
  steps: [
    { method: 'wanda', params: { sparsity: 0.5 } },
    { method: 'quantize', params: { type: 'Q4_K_M' } },
  ],
};

describe('draft of a recipe', () => {
  test('what is switched off is not in the recipe, and neither is the name of the preset', () => {
    const draft = draftOf(both, 'Study');
    const off = { ...draft, steps: draft.steps.map((step) => ({ ...step, isOn: step.method !== 'wanda' })) };
    expect(recipeOf(off)).toEqual({ steps: [both.steps[1]] });
  });

  test('a sparsity and a pattern exclude each other', () => {
    expect(withParam({ sparsity: 0.5, seed: 1 }, 'pattern', '2:4')).toEqual({ pattern: '2:4', seed: 1 });
    expect(withParam({ pattern: '2:4' }, 'sparsity', 0.3)).toEqual({ sparsity: 0.3 });
    expect(withParam({ pattern: '2:4' }, 'pattern', undefined)).toEqual({});
  });

  test('a pruning step joins before the storing step', () => {
    const draft = draftOf({ steps: [both.steps[1]!] });
    const added = addStep(draft, newStep(methodOf('wanda')), methods);
    expect(added.steps.map(({ method }) => method)).toEqual(['wanda', 'quantize']);
  });

  test('dropped layers come first, as the engine wants it', () => {
    const added = addStep(draftOf(both), newStep(methodOf('drop-layers')), methods);
    expect(added.steps.map(({ method }) => method)).toEqual(['drop-layers', 'wanda', 'quantize']);
  });

  test('steps move to places that make sense for them and to no others', () => {
    const draft = draftOf({
      steps: [
        { method: 'drop-layers', params: { layers: [3] } },
        { method: 'wanda', params: { sparsity: 0.5 } },
        { method: 'awq', params: {} },
        { method: 'quantize', params: { type: 'Q4_K_M' } },
      ],
    });
    const [drop, wanda, awq, quantize] = draft.steps.map(({ key }) => key);
    const moved = moveStep(draft, wanda!, 2, methods);
    expect(moved.steps.map(({ key }) => key)).toEqual([drop, awq, wanda, quantize]);
    for (const [key, to] of [
      [wanda, 0],
      [wanda, 3],
      [quantize, 1],
      [drop, 1],
      [awq, 2],
      [drop, -1],
      [quantize, 4],
    ] as const) {
      expect(moveStep(draft, key!, to, methods)).toBe(draft);
    }
  });

  test('a recipe in a wrong order can be put right', () => {
    const draft = draftOf({ steps: both.steps.toReversed() });
    const moved = moveStep(draft, draft.steps[0]!.key, 1, methods);
    expect(moved.steps.map(({ method }) => method)).toEqual(['wanda', 'quantize']);
  });

  test('another method of the family keeps what both know', () => {
    const step = { ...newStep(methodOf('magnitude')), params: { pattern: '2:4', protocol: 'paper' } };
    expect(changeMethod(step, methodOf('wanda')).params).toEqual({ pattern: '2:4' });
  });

  test('a step says what was set', () => {
    const [prune, store] = draftOf(both).steps;
    expect(stepWords(prune!, methodOf('wanda'))).toBe('Wanda \u00b7 50 %');
    expect(stepWords(store!, methodOf('quantize'))).toBe('Q4_K_M');
  });

  test('faults go to the step and parameter that their path names, steps that are off left out', () => {
    const draft = draftOf(both);
    const off = { ...draft, steps: [{ ...draft.steps[0]!, isOn: false }, draft.steps[1]!] };
    const faults = faultsByStep([{ path: 'steps.0.params.type', message: 'unknown type' }], off);
    expect(faults.get(off.steps[1]!.key)).toEqual({ type: 'unknown type' });
  });
});

describe('fields from schemas', () => {
  test('every parameter of every method has a control of its own kind', () => {
    for (const method of methods) {
      for (const parameter of method.parameters) {
        const { kind } = fieldKindOf(parameter);
        if (kind !== 'text') continue;
        expect(parameter.schema['type'], `${method.id}.${parameter.name}`).toBe('string');
      }
    }
  });

  test.each([
    ['sparsity', { type: 'number', minimum: 0, maximum: 1 }, 'ratio', 'ratio'],
    ['seed', { type: 'integer', minimum: 0 }, undefined, 'number'],
    ['protocol', { type: 'string', enum: ['standard', 'paper'] }, undefined, 'choice'],
    ['pure', { type: 'boolean', default: false }, undefined, 'switch'],
    ['type', { type: 'string' }, undefined, 'file-type'],
    ['pattern', { type: 'string' }, undefined, 'pattern'],
    ['calibration', { type: 'string' }, undefined, 'file'],
    ['layers', { type: 'array', items: { type: 'integer' } }, undefined, 'lines'],
    ['anything', { type: 'string' }, undefined, 'text'],
  ])('%s becomes its control', (name, schema, unit, kind) => {
    expect(fieldKindOf({ name, title: name, help: '', schema, unit }).kind).toBe(kind);
  });
});

describe('sweep', () => {
  const types = new Set(['Q4_K_M', 'Q8_0']);

  test('percents, patterns and types are told apart, and what is none of them is named', () => {
    expect(parseSweepValues('10 20% 2:4, q4_k_m; %  Q9', types)).toEqual({
      sparsities: [0.1, 0.2],
      patterns: ['2:4'],
      types: ['Q4_K_M'],
      unknown: ['Q9'],
    });
  });

  test('the product of amounts and types replaces those of the recipe', () => {
    const recipes = sweepRecipes(both, { sparsities: [0.1], patterns: ['2:4'], types: ['Q4_K_M', 'Q8_0'] });
    expect(recipes.map(({ steps }) => steps.map(({ params }) => params))).toEqual([
      [{ sparsity: 0.1 }, { type: 'Q4_K_M' }],
      [{ sparsity: 0.1 }, { type: 'Q8_0' }],
      [{ pattern: '2:4' }, { type: 'Q4_K_M' }],
      [{ pattern: '2:4' }, { type: 'Q8_0' }],
    ]);
  });

  test('values that no step takes leave the recipe alone', () => {
    expect(sweepRecipes({ steps: [both.steps[0]!] }, { sparsities: [], patterns: [], types: ['Q8_0'] })).toEqual([
      { steps: [both.steps[0]] },
    ]);
  });
});

describe('tensor strip', () => {
  const tensor = (layer: number | null, kind: string): PlannedTensor => ({
    name: `blk.${layer}.${kind}`,
    shape: [256, 256],
    layer,
    writtenLayer: layer,
    kind,
    fromType: 'F16',
    askedType: 'Q4_K',
    type: 'Q4_K',
    sizeBytes: 1,
    bitsPerWeight: 4.5,
    isPruned: false,
    isDropped: false,
    fellBack: false,
  });
  const rows = stripRows([
    tensor(0, 'ffn_up.weight'),
    tensor(1, 'ffn_up.weight'),
    tensor(1, 'attn_q.weight'),
    tensor(null, 'output.weight'),
  ]);

  test('rows are kinds, columns layers; a layer without the tensor leaves a gap', () => {
    expect(rows.map(({ kind, cells }) => `${kind} ${cells.map((cell) => cell?.layer ?? '-').join(' ')}`)).toEqual([
      'ffn_up.weight 0 1',
      'attn_q.weight - 1',
    ]);
  });

  test('a range is the rectangle between two cells, in either direction', () => {
    expect(cellsBetween({ row: 1, layer: 1 }, { row: 0, layer: 0 }, rows).map(({ name }) => name)).toEqual([
      'blk.0.ffn_up.weight',
      'blk.1.ffn_up.weight',
      'blk.1.attn_q.weight',
    ]);
  });

  test('types follow layers to where they are written, and dropped ones have none', () => {
    const behind = { ...tensor(2, 'attn_q.weight'), writtenLayer: 1 };
    const dropped = { ...tensor(0, 'attn_q.weight'), writtenLayer: null, isDropped: true };
    expect(typePatterns([dropped, behind], 'Q6_K')).toEqual(['^blk\\.1\\.attn_q\\.weight$=Q6_K']);
  });

  test('a chosen type is a pattern for exactly these tensors, the newest first', () => {
    const chosen = cellsBetween({ row: 0, layer: 0 }, { row: 0, layer: 1 }, rows);
    const patterns = typePatterns(chosen, 'Q6_K');
    expect(patterns).toEqual(['^blk\\.(0|1)\\.ffn_up\\.weight$=Q6_K']);
    const expression = new RegExp(patterns[0]!.slice(0, patterns[0]!.lastIndexOf('=')));
    expect(expression.test('blk.1.ffn_up.weight')).toBe(true);
    expect(expression.test('blk.11.ffn_up.weight')).toBe(false);
    expect(withTypePatterns(['^blk\\.(0|1)\\.ffn_up\\.weight$=Q8_0', 'output=Q6_K'], patterns)).toEqual([
      ...patterns,
      'output=Q6_K',
    ]);
  });
});

describe('output path', () => {
  const choice = { folder: '', name: '', isStrict: false, doesReplace: false };

  test.each([
    [{}, '/home/ada/models/a-Q4_K_M.gguf', '/home/ada/models/a-Q4_K_M.gguf'],
    [{ name: 'mine' }, '/home/ada/models/a.gguf', '/home/ada/models/mine.gguf'],
    [{ folder: 'D:\\out' }, 'C:\\models\\a.gguf', 'D:\\out\\a.gguf'],
  ])('%j beside %s is %s', (changes, suggested, path) => {
    expect(outputPathOf({ ...choice, ...changes }, suggested)).toBe(path);
  });
});

describe('importance of layers', () => {
  const importance = { fileName: 'a.gguf', chunkCount: 8, layers: [0.98, 0.2, null, 0.86] };

  test('a word is said only when one of the two strongest layers is to go', () => {
    expect(strongestLayers(importance)).toEqual([0, 3]);
    expect(strongLayerNote(importance, [1, 2])).toBeUndefined();
    expect(strongLayerNote(undefined, [0])).toBeUndefined();
    expect(strongLayerNote(importance, [1, 3])?.text).toBe(
      'Layer 0 and 3 matter most in this model (importance 0.98, 0.86).',
    );
  });
});
