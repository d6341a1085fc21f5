// What methods found out about matrices, gathered by tensor for the artifact's record, and the sentence for what a person should know.
import { z } from 'zod';
import type { ArtifactTensor, HeldOutErrors } from '../../../shared/artifact.ts';
import type { NamedFacts } from './change-matrix.ts';
import type { MatrixFacts } from './method.ts';
import { listTensors } from './model-tensors.ts';

/** By tensor: experts together, and of several steps what the last said of each fact. */
export class TensorFacts {
  readonly #facts = new Map<string, MatrixFacts>();

  /** Of one step. */
  add(step: readonly NamedFacts[]): void {
    const tensors = Map.groupBy(step, ({ name }) => name.replace(/\[\d+\]$/, ''));
    for (const [tensor, members] of tensors)
      this.#facts.set(tensor, { ...this.#facts.get(tensor), ...joined(members) });
  }

  record(tensor: ArtifactTensor): ArtifactTensor {
    return { ...tensor, ...this.#facts.get(tensor.name) };
  }
}

function joined(members: readonly NamedFacts[]): MatrixFacts {
  const dampings = members.flatMap(({ dampingRatio }) => dampingRatio ?? []);
  const dead = members.flatMap(({ deadInputCount }) => deadInputCount ?? []);
  const kept = members.flatMap(({ keptInputCount }) => keptInputCount ?? []);
  const codes = members.flatMap(({ keptCodes }) => keptCodes ?? []);
  const errors = members.flatMap(({ heldOutErrors }) => heldOutErrors ?? []);
  return {
    ...(dampings.length === 0 ? {} : { dampingRatio: Math.max(...dampings) }),
    ...(dead.length === 0 ? {} : { deadInputCount: sum(dead) }),
    ...(kept.length === 0 ? {} : { keptInputCount: sum(kept) }),
    ...(codes.length === 0 ? {} : { keptCodes: new Set(codes).size === 1 ? codes[0] : 'mixed' }),
    ...(errors.length === 0 ? {} : { heldOutErrors: meanErrors(errors) }),
  };
}

function meanErrors(errors: readonly HeldOutErrors[]): HeldOutErrors {
  const mean = (of: keyof HeldOutErrors): number => sum(errors.map((own) => own[of])) / errors.length;
  return { feedback: mean('feedback'), llama: mean('llama') };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Matrices whose Hessian could only be factored with more damping than was asked for. */
export function raisedDamping(facts: readonly NamedFacts[], params: unknown): string[] {
  const { percdamp: askedRatio } = z.object({ percdamp: z.number().default(1) }).parse(params);
  const raised = facts.filter(({ dampingRatio = 0 }) => dampingRatio > askedRatio);
  if (raised.length === 0) return [];
  const most = Math.max(...raised.map(({ dampingRatio = 0 }) => dampingRatio));
  const names = listTensors(raised.map(({ name }) => name));
  return [
    `The damping was raised, to at most ${most} of the mean of diag(H), where the Hessian could not be factored with ${askedRatio}: ${names}. The record has it by tensor; more calibration text would help.`,
  ];
}
