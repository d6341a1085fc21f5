// A worker for the tests of supervision around native code: stuck in it, or crashing in it.

import { serveWorker } from '../../../src/main/engine/jobs/serve-worker.ts';
import { nativeFunctions } from '../../../src/main/engine/native/libraries.ts';
import { ModelSession } from '../../../src/main/engine/native/model-session.ts';

serveWorker({
  /** One native call that lasts for minutes. */
  stuck: async (_, context) => {
    const rowWidth = 4096;
    const rows = 65_536;
    const values = new Float32Array(rowWidth * 64).fill(0.5).map((_, i) => Math.sin(i));
    const data = new Uint8Array(nativeFunctions().ggml_row_size(18, rowWidth) * 64);
    context.log(String(process.pid));
    await new Promise((resolve) => setImmediate(resolve));
    for (let row = 0; row < rows; row += 64)
      nativeFunctions().ggml_quantize_chunk(18, values, data, 0, 64, rowWidth, null);
  },
  /** ggml's own check fails: IQ2_XXS asks for an imatrix. */
  assert: async () =>
    nativeFunctions().ggml_quantize_chunk(16, new Float32Array(256), new Uint8Array(66), 0, 1, 256, null),
  /** A wrong pointer. */
  segfault: async () => {
    nativeFunctions().ggml_nbytes(8n);
  },
  load: async (input) => ModelSession.open({ modelPath: String(input), gpu: 'none' }).close(),
});
