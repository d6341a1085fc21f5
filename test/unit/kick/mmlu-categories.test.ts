import { expect, test } from 'vitest';
import { mmluGroups } from '../../../src/main/engine/kick/mmlu-categories.ts';

test.each([
  ['anatomy', ['health (sub-category)', 'other (business, health, misc.)']],
  ['abstract_algebra', ['math (sub-category)', 'STEM']],
  ['philosophy', ['philosophy (sub-category)', 'humanities']],
  ['us_foreign_policy', ['politics (sub-category)', 'social sciences']],
  ['geography', []],
])('%s belongs to %j', (subject, groups) => {
  expect(mmluGroups(subject)).toEqual(groups);
});
