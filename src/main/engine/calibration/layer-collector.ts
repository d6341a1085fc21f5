// Gathers what a method needs of every matrix's inputs while a layer is evaluated: column mean squares, maxima or Hessians.
import type { MatrixStatistics, StatisticsNeed } from '../compress/method.ts';
import type { MatmulInput, MatmulObserver, ResultObserver } from '../native/capture-inputs.ts';
import { addColumnSquares, addRowSquares } from '../native/column-squares.ts';
import type { LinearAlgebra } from '../native/linear-algebra.ts';
import { checkInputs } from './check-inputs.ts';
import { type Differences, HessianSum } from './hessian-sum.ts';
import type { StreamWriters } from './stream-writers.ts';

interface InputSum {
  readonly tokenCount: number;
  /** `differences`: what the inputs of the same tokens, and the stream that the matrix adds to, are more in the dense model. */
  add(values: Float32Array, differences?: Differences): void;
  statistics(): MatrixStatistics;
  free(): void;
}

/** Inputs of a matrix whose outputs are added to the stream: they wait until the stream is known. */
interface WrittenInputs {
  readonly sum: InputSum;
  readonly values: Float32Array;
  readonly inputs: Float32Array | undefined;
}

export class LayerCollector implements MatmulObserver {
  /** Off while a layer is evaluated for its output alone. */
  isListening = true;
  /** The present tokens are added to statistics of their own. */
  isHeldOut = false;
  /** The present inputs are those of the dense model: they wait for their like behind compressed layers and are added with them. */
  isDense = false;
  /** Weights whose inputs of the present sample are added by `addWritten`. */
  streamWriters: StreamWriters | undefined;
  /** Tensors whose inputs are of interest; undefined: all. */
  wanted: ReadonlySet<string> | undefined;
  /** Tensors in the order in which they are multiplied by; those that read the same input side by side in one group. */
  readonly inputGroups: string[][] = [];
  /** Nothing is wanted behind the input of the layer's last matrix: it is not even computed. */
  stopsEarly = false;
  readonly results: ResultObserver;
  #newestWeight: string | undefined;
  #lastWeight: string | undefined;
  readonly #need: StatisticsNeed;
  readonly #algebra: LinearAlgebra;
  /** By weight; one expert of a tensor is `name[index]`. Weights that read the same input share a sum. */
  readonly #sums = new Map<string, InputSum>();
  readonly #heldOut = new Map<string, InputSum>();
  /** By weight, of the present sample in the dense model. */
  readonly #dense = new Map<string, Float32Array>();
  /** By weight, of the present sample behind compressed layers. */
  readonly #written = new Map<string, WrittenInputs>();

  constructor(need: StatisticsNeed, algebra: LinearAlgebra, results: ResultObserver) {
    this.#need = need;
    this.#algebra = algebra;
    this.results = results;
  }

  readonly observe = (input: MatmulInput): void => {
    if (!this.isListening || this.#need === 'nothing') return;
    const { weightName, sharedWith, experts, columns } = input;
    this.#noteGroup(weightName, sharedWith);
    if (this.wanted?.has(weightName) === false) return;
    this.#newestWeight = weightName;
    if (this.isDense) {
      this.#keepDense(input);
      return;
    }
    if (experts !== undefined) {
      this.#observeExperts(input, experts);
      return;
    }
    const shared = sharedWith === undefined ? undefined : this.#present.get(sharedWith);
    if (shared !== undefined) {
      this.#present.set(weightName, shared);
      return;
    }
    const values = input.values();
    const sum = this.#sumOf(weightName, columns);
    const dense = this.#dense.get(weightName);
    const inputs = dense === undefined ? undefined : difference(dense, values);
    this.#dense.delete(weightName);
    if (this.#isWriter(weightName)) this.#written.set(weightName, { sum, values: values.slice(), inputs });
    else sum.add(values, { inputs });
  };

  #isWriter(weightName: string): boolean {
    const { attention, feedForward } = this.streamWriters ?? {};
    return weightName === attention || weightName === feedForward;
  }

  /**
   * After a sample behind compressed layers: `dense` and `present` (tokens, outputs) are the stream at which `weightName` adds its outputs,
   * where it is known.
   */
  addWritten(weightName: string, dense: Float32Array | undefined, present: Float32Array | undefined): void {
    const written = this.#written.get(weightName);
    if (written === undefined) return;
    const stream = dense === undefined || present === undefined ? undefined : difference(dense, present);
    written.sum.add(written.values, { inputs: written.inputs, stream });
    this.#written.delete(weightName);
  }

  /** Experts have no like: behind compressed layers a token may go to others. The layer's output tells of all that the last matrix reads. */
  #keepDense({ weightName, sharedWith, experts, values }: MatmulInput): void {
    if (experts !== undefined || sharedWith !== undefined || weightName === this.streamWriters?.feedForward) return;
    this.#dense.set(weightName, values().slice());
  }

  #noteGroup(weightName: string, sharedWith: string | undefined): void {
    if (this.inputGroups.some((group) => group.includes(weightName))) return;
    const group = this.inputGroups.find((known) => known.includes(sharedWith ?? ''));
    if (group === undefined) this.inputGroups.push([weightName]);
    else group.push(weightName);
  }

  /** After a sample: the weight that was seen last is the layer's last. */
  noteLastWeight(): void {
    this.#lastWeight = this.#newestWeight;
  }

  readonly isLast = (weightName: string): boolean => this.stopsEarly && weightName === this.#lastWeight;

  /** Every token's input goes to the experts that were chosen for it. */
  #observeExperts(input: MatmulInput, experts: NonNullable<MatmulInput['experts']>): void {
    const { weightName, columns, tokens } = input;
    const values = input.values();
    const ids = experts.ids();
    const rows = new Map<number, number[]>();
    for (let use = 0; use < tokens * experts.usedCount; use += 1) {
      const token = Math.floor(use / experts.usedCount);
      const row = token * experts.rowsPerToken + ((use % experts.usedCount) % experts.rowsPerToken);
      const expert = ids[use]!;
      const known = rows.get(expert);
      if (known === undefined) rows.set(expert, [row]);
      else known.push(row);
    }
    for (const [expert, chosen] of rows) {
      const inputs = new Float32Array(chosen.length * columns);
      for (const [index, row] of chosen.entries()) {
        inputs.set(values.subarray(row * columns, (row + 1) * columns), index * columns);
      }
      this.#sumOf(`${weightName}[${expert}]`, columns).add(inputs);
    }
  }

  get #present(): Map<string, InputSum> {
    return this.isHeldOut ? this.#heldOut : this.#sums;
  }

  #sumOf(name: string, columns: number): InputSum {
    const known = this.#present.get(name);
    if (known !== undefined) return known;
    const sum = this.#newSum(columns);
    this.#present.set(name, sum);
    return sum;
  }

  #newSum(columns: number): InputSum {
    if (this.#need === 'hessian') return new HessianInput(this.#algebra, columns);
    return this.#need === 'columnMaxima' ? new MaximaInput(columns) : new SquaresInput(columns);
  }

  /** Weights that share an input share the very same arrays. Throws BAD_DATA when an input was no finite number. */
  takeStatistics(): Map<string, MatrixStatistics> {
    const known = new Map<InputSum, MatrixStatistics>();
    const taken = new Map<string, MatrixStatistics>();
    for (const [name, sum] of this.#sums) {
      const statistics = known.get(sum) ?? { ...sum.statistics(), ...heldOutOf(this.#heldOut.get(name)) };
      checkInputs(name, statistics);
      known.set(sum, statistics);
      taken.set(name, statistics);
    }
    this.clear();
    return taken;
  }

  clear(): void {
    for (const sum of new Set([...this.#sums.values(), ...this.#heldOut.values()])) sum.free();
    this.#sums.clear();
    this.#heldOut.clear();
    this.#dense.clear();
    this.#written.clear();
    this.#newestWeight = undefined;
    this.#lastWeight = undefined;
  }
}

function heldOutOf(sum: InputSum | undefined): MatrixStatistics {
  const { hessian, shifts } = sum?.statistics() ?? {};
  return { heldOutHessian: hessian, heldOutShifts: shifts };
}

/** A plain loop: `map` with a callback takes ten times as long. */
function difference(dense: Float32Array, present: Float32Array): Float32Array {
  const differences = new Float32Array(dense.length);
  for (let i = 0; i < dense.length; i++) differences[i] = dense[i]! - present[i]!;
  return differences;
}

class HessianInput implements InputSum {
  readonly #sum: HessianSum;

  constructor(algebra: LinearAlgebra, columns: number) {
    this.#sum = new HessianSum(algebra, columns);
  }

  get tokenCount(): number {
    return this.#sum.tokenCount;
  }

  add(values: Float32Array, differences?: Differences): void {
    this.#sum.add(values, differences);
  }

  statistics(): MatrixStatistics {
    const { columns } = this.#sum;
    const hessian = this.#sum.toHessian();
    return {
      hessian,
      shifts: this.#sum.toShifts(),
      columnMeanSquares: Float32Array.from({ length: columns }, (_, j) => hessian[j * columns + j]! / 2),
    };
  }

  free(): void {
    this.#sum.free();
  }
}

class SquaresInput implements InputSum {
  tokenCount = 0;
  readonly #sums: Float64Array;

  constructor(columns: number) {
    this.#sums = new Float64Array(columns);
  }

  add(values: Float32Array): void {
    const columns = this.#sums.length;
    if (values.length === columns) addRowSquares(this.#sums, values, 0);
    else addColumnSquares(this.#sums, values);
    this.tokenCount += values.length / columns;
  }

  statistics(): MatrixStatistics {
    return { columnMeanSquares: Float32Array.from(this.#sums, (sum) => sum / this.tokenCount) };
  }

  free(): void {}
}

class MaximaInput implements InputSum {
  tokenCount = 0;
  readonly #maxima: Float32Array;

  constructor(columns: number) {
    this.#maxima = new Float32Array(columns);
  }

  add(values: Float32Array): void {
    const maxima = this.#maxima;
    const columns = maxima.length;
    for (let start = 0; start < values.length; start += columns) {
      for (let j = 0; j < columns; j++) {
        // Unlike a comparison it hands on what is no number.
        maxima[j] = Math.max(maxima[j]!, Math.abs(values[start + j]!));
      }
    }
    this.tokenCount += values.length / columns;
  }

  statistics(): MatrixStatistics {
    return { columnMaxima: this.#maxima };
  }

  free(): void {}
}
