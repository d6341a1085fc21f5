// The last check before a result gets its name: its header reads back as it was meant, and llama.cpp loads it.
import { WorkbenchError } from '../../../shared/errors.ts';
import { type GgufFile, readGguf } from '../gguf/read-gguf.ts';
import { ModelSession } from '../native/model-session.ts';
import type { TensorState } from './model-tensors.ts';

/** `tensors` in the order of the files. Weights are mapped, not read. Throws VERIFY_FAILED. */
export function verifyArtifact(path: string, tensors: readonly TensorState[]): GgufFile {
  const file = readGguf(path);
  const difference = tensors.find((tensor, index) => describe(tensor) !== describe(file.tensors[index]));
  if (difference !== undefined || file.tensors.length !== tensors.length) {
    const what = difference === undefined ? 'the number of tensors' : difference.name;
    throw failed(path, `${what} does not read back as it was written`);
  }
  try {
    ModelSession.open({ modelPath: path, gpu: 'none', contextSize: 32, batchSize: 1, repackWeights: false }).close();
  } catch (error) {
    throw failed(path, error instanceof Error ? error.message : String(error), error);
  }
  return file;
}

function describe(tensor: TensorState | undefined): string {
  return tensor === undefined ? '' : `${tensor.name} ${tensor.shape.join('x')} ${tensor.type}`;
}

function failed(path: string, reason: string, cause?: unknown): WorkbenchError {
  return new WorkbenchError(
    'VERIFY_FAILED',
    `The written model cannot be used: ${reason}. Nothing was kept.`,
    { path, reason },
    cause,
  );
}
