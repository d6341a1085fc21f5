// Statistics that are no numbers choose nothing: the model, not the method, is at fault, and a run must end before it writes.
import { WorkbenchError } from '../../../shared/errors.ts';
import type { MatrixStatistics } from '../compress/method.ts';

/** `matrix`: whose inputs these are. Hessians are checked where they are summed up. Throws BAD_DATA. */
export function checkInputs(matrix: string, { columnMeanSquares, columnMaxima }: MatrixStatistics): void {
  for (const values of [columnMeanSquares, columnMaxima]) {
    const input = values?.findIndex((value) => !Number.isFinite(value)) ?? -1;
    if (input < 0) continue;
    const message = `Input ${input} of ${matrix} was no finite number while the model read the calibration text: its weights are damaged, or its activations overflow. Try the model in a chat first, and take another copy or another text.`;
    throw new WorkbenchError('BAD_DATA', message, { tensor: matrix, input });
  }
}
