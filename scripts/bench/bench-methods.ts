// Speed of the linear algebra under SparseGPT, GPTQ and feedback beside the matmul rate of the same machine in the same run, and the
// time of whole methods on the real model.
import { HessianSum } from '../../src/main/engine/calibration/hessian-sum.ts';
import { factorHessian } from '../../src/main/engine/compress/math/factor-hessian.ts';
import { factorOf, releaseFactors, setUpAlgebra } from '../../src/main/engine/compress/math/hessian-factors.ts';
import { sparsegpt } from '../../src/main/engine/compress/methods/sparsegpt.ts';
import type { LinearAlgebra } from '../../src/main/engine/native/linear-algebra.ts';
import { formatDuration } from '../../src/shared/units.ts';
import { randomNormals } from '../../test/support/random-weights.ts';
import { type BenchReport, median } from './bench-report.ts';
import type { BenchSetting } from './bench-setting.ts';
import { benchWhole } from './bench-whole.ts';

const GEMM_SIZE = 2048;
/** Lengths of the sums in other matmuls, to see whether some shape goes faster. */
const OTHER_COLUMNS = [128, 256, 512, 576, 1536];
const LEAST_SHARE = 0.5;

export async function benchMethods(setting: BenchSetting, report: BenchReport): Promise<void> {
  const algebra = setUpAlgebra(setting.threads);
  const gemmRate = median(Array.from({ length: setting.repeats }, () => gemmFlops(algebra, GEMM_SIZE)));
  report.note(`matmul of ${GEMM_SIZE} x ${GEMM_SIZE}: ${formatRate(gemmRate)}`);
  if (setting.wants('algebra')) {
    for (const columns of OTHER_COLUMNS) {
      const rate = median(Array.from({ length: setting.repeats }, () => gemmFlops(algebra, columns)));
      report.note(`the same over ${columns} columns: ${formatRate(rate)}`);
    }
    for (const columns of [4096, 11008]) benchFactor(algebra, columns, gemmRate, report);
    benchHessian(algebra, gemmRate, report);
    benchSweep(gemmRate, report);
    releaseFactors();
  }
  await benchWhole(setting, report, gemmRate);
}

const formatRate = (flops: number): string => `${(flops / 1e9).toFixed(1)} GFLOP/s`;

function seconds(work: () => void): number {
  const startMs = performance.now();
  work();
  return (performance.now() - startMs) / 1000;
}

function gemmFlops(algebra: LinearAlgebra, columns: number): number {
  const a = algebra.matrix(GEMM_SIZE, columns);
  a.fill(0.5);
  const elapsed = seconds(() =>
    algebra.run((graph) => {
      const view = graph.view(a, 0, GEMM_SIZE, 0, columns);
      graph.compute(graph.product(view, graph.contiguous(view)));
    }),
  );
  a.free();
  return (2 * GEMM_SIZE ** 2 * columns) / elapsed;
}

/** Cholesky: n^3 / 3 operations. */
function benchFactor(algebra: LinearAlgebra, columns: number, gemmRate: number, report: BenchReport): void {
  const matrix = algebra.matrix(columns, columns);
  const values = matrix.values();
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < columns; j++) values[i * matrix.stride + j] = 1 / (1 + Math.abs(i - j)) + (i === j ? 1 : 0);
  }
  matrix.put(values);
  const elapsed = seconds(() => factorHessian(algebra, matrix));
  matrix.free();
  addRate(report, `Cholesky of ${columns} columns`, columns ** 3 / 3 / elapsed, gemmRate);
}

/** Half of X X^T is computed: n^2 operations a token. */
function benchHessian(algebra: LinearAlgebra, gemmRate: number, report: BenchReport): void {
  const [columns, tokens] = [1536, 4096];
  const sum = new HessianSum(algebra, columns);
  const values = Float32Array.from({ length: columns * tokens }, randomNormals(1));
  const elapsed = seconds(() => sum.add(values));
  sum.free();
  addRate(report, `Hessian of ${columns} inputs`, (columns ** 2 * tokens) / elapsed, gemmRate);
}

/** Feedback of all columns on all later ones: rows n^2 operations. */
function benchSweep(gemmRate: number, report: BenchReport): void {
  const [rows, columns] = [2048, 2048];
  const random = randomNormals(2);
  const weights = Float32Array.from({ length: rows * columns }, random);
  const hessian = Float32Array.from({ length: columns * columns }, (_, i) => {
    const distance = Math.abs(Math.floor(i / columns) - (i % columns));
    return 1 / (1 + distance) + (distance === 0 ? 1 : 0);
  });
  const matrix = { name: 'bench', rows, columns, weights };
  factorOf(matrix, { hessian }, { dampingRatio: 0.01, sortColumns: false });
  const elapsed = seconds(() => sparsegpt.transform?.(matrix, { hessian }, sparsegpt.params.parse({ sparsity: 0.5 })));
  report.note(
    `SparseGPT of ${rows} x ${columns}: ${formatDuration(elapsed * 1000)}, ${formatRate((rows * columns ** 2) / elapsed)}, matmul rate ${formatRate(gemmRate)}`,
  );
}

function addRate(report: BenchReport, what: string, rate: number, gemmRate: number): void {
  const share = rate / gemmRate;
  report.add({
    what,
    measured: `${formatRate(rate)}, ${(share * 100).toFixed(0)} % of the matmul rate`,
    bar: `${LEAST_SHARE * 100} %`,
    passed: share >= LEAST_SHARE,
  });
}
