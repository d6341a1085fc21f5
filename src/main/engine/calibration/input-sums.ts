// Gathers the squares of every weight matrix's inputs while a model reads text: what an importance matrix and Wanda are made of.

import type { MatmulInput, MatmulObserver, MatrixStack } from '../native/capture-inputs.ts';
import { addColumnSquares, addRowSquares } from '../native/column-squares.ts';
import type { InputSums } from './imatrix-file.ts';

export class InputSumCollector implements MatmulObserver {
  readonly entries = new Map<string, InputSums>();
  /** Off while something else decodes with the same session. */
  isListening = true;
  #lastWeight: string | undefined;
  #newestWeight: string | undefined;

  constructor(resumed: ReadonlyMap<string, InputSums> = new Map()) {
    for (const [name, { sums, counts }] of resumed) {
      this.entries.set(name, { sums: sums.slice(), counts: counts.slice() });
    }
  }

  /** From now on decodes end with the weight that was seen last: what comes behind it is of no interest. */
  stopAfterLastSeen(): void {
    this.#lastWeight = this.#newestWeight;
  }

  readonly isDone = (weightName: string): boolean => weightName === this.#lastWeight;

  readonly observe = (input: MatmulInput): void => {
    if (!this.isListening) return;
    this.#newestWeight = input.weightName;
    if (this.#isAlreadyAdded(input)) return;
    const entry = this.#entryOf(input);
    if (input.experts !== undefined) {
      addExperts(entry, input, input.experts);
    } else if (input.stack !== undefined) {
      addStack(entry, input, input.stack);
    } else {
      addColumnSquares(entry.sums, input.values());
      entry.counts[0]! += input.tokens;
    }
  };

  /** Matrices that read the same input (q, k, v) share one entry: it is added up once. */
  #isAlreadyAdded({ weightName, sharedWith, columns, experts, stack }: MatmulInput): boolean {
    if (sharedWith === undefined || experts !== undefined || stack !== undefined) return false;
    const shared = this.entries.get(sharedWith);
    if (shared === undefined || shared.sums.length !== columns) return false;
    if (!this.entries.has(weightName)) this.entries.set(weightName, shared);
    return this.entries.get(weightName) === shared;
  }

  #entryOf({ weightName, columns, experts, stack }: MatmulInput): InputSums {
    const known = this.entries.get(weightName);
    if (known !== undefined) return known;
    const count = experts?.expertCount ?? 1;
    const sums = new Float64Array(columns * count * (stack?.matrixCount ?? 1));
    const entry = { sums, counts: new Float64Array(count) };
    this.entries.set(weightName, entry);
    return entry;
  }
}

/** Every token's input goes to the experts that were chosen for it. */
function addExperts(entry: InputSums, input: MatmulInput, experts: NonNullable<MatmulInput['experts']>): void {
  const { columns, tokens } = input;
  const values = input.values();
  const ids = experts.ids();
  for (let token = 0; token < tokens; token += 1) {
    for (let use = 0; use < experts.usedCount; use += 1) {
      const expert = ids[token * experts.usedCount + use]!;
      const row = token * experts.rowsPerToken + (use % experts.rowsPerToken);
      const sums = entry.sums.subarray(expert * columns, (expert + 1) * columns);
      addRowSquares(sums, values, row * columns);
      entry.counts[expert]! += 1;
    }
  }
}

/** Every matrix of the stack has sums of its own; one count stands for all, as llama.cpp keeps it. */
function addStack(entry: InputSums, { columns, tokens, values }: MatmulInput, stack: MatrixStack): void {
  const rows = values();
  for (let row = 0; row < tokens; row += 1) {
    const matrix = stack.matrixOf(row);
    addRowSquares(entry.sums.subarray(matrix * columns, (matrix + 1) * columns), rows, row * columns);
  }
  entry.counts[0]! += tokens / stack.matrixCount;
}
