// The record of a matrix quantized with feedback: experts joined into their tensor, and the count that the shells show.
import { expect, test } from 'vitest';
import { TensorFacts } from '../../../src/main/engine/compress/tensor-facts.ts';
import { feedbackCount } from '../../../src/shared/artifact.ts';

const tensor = (name: string) => ({ name, type: 'Q4_0', sizeBytes: 18 });

test('experts of which some kept feedback are mixed, with the mean of their errors', () => {
  const facts = new TensorFacts();
  facts.add([
    { name: 'a.weight[0]', keptCodes: 'feedback', heldOutErrors: { feedback: 0.1, llama: 0.3 } },
    { name: 'a.weight[1]', keptCodes: 'llama', heldOutErrors: { feedback: 0.3, llama: 0.2 } },
    { name: 'b.weight', keptCodes: 'llama' },
  ]);
  const joined = facts.record(tensor('a.weight'));
  expect(joined.keptCodes).toBe('mixed');
  expect(joined.heldOutErrors?.feedback).toBeCloseTo(0.2);
  expect(joined.heldOutErrors?.llama).toBeCloseTo(0.25);
  expect(facts.record(tensor('b.weight'))).toEqual({ ...tensor('b.weight'), keptCodes: 'llama' });
});

test('the count is of matrices that were to take feedback, and there is none where none was', () => {
  const tensors = [
    { ...tensor('a'), keptCodes: 'feedback' as const },
    { ...tensor('b'), keptCodes: 'llama' as const },
    { ...tensor('c'), keptCodes: 'mixed' as const },
    tensor('norm'),
  ];
  expect(feedbackCount(tensors)).toEqual({ kept: 2, of: 3 });
  expect(feedbackCount([tensor('norm')])).toBeUndefined();
});
