// What every way of taking calibration samples through a model needs to know.
import type { StatisticsNeed } from '../compress/method.ts';
import type { GgufFile } from '../gguf/read-gguf.ts';
import type { GpuChoice } from '../native/library-path.ts';
import type { LinearAlgebra } from '../native/linear-algebra.ts';

export interface PassOptions {
  readonly source: GgufFile;
  /** All of one length. */
  readonly samples: readonly Int32Array[];
  readonly need: StatisticsNeed;
  readonly algebra: LinearAlgebra;
  readonly threads: number;
  readonly gpu: GpuChoice;
}
