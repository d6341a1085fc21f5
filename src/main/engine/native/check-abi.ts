// Refuses to go on when the loaded libraries are not the release that abi.generated.ts was made from: a wrong layout would corrupt memory.
import koffi from 'koffi';
import { WorkbenchError } from '../../../shared/errors.ts';
import {
  DEFAULTS,
  GGML_OP,
  GGML_TYPE,
  LLAMA_VERSION,
  type NativeFunctions,
  NODE_LLAMA_CPP_VERSION,
} from './abi.generated.ts';

const mismatch = (what: string, expected: unknown, found: unknown): WorkbenchError =>
  new WorkbenchError(
    'ABI_MISMATCH',
    `The installed llama.cpp libraries do not fit this version of Whittle: ${what} is ${found}, expected ${expected}. ` +
      'Install the pinned packages again (npm ci); nothing was loaded.',
    { what, expected, found },
  );

/** Before anything is loaded. */
export function checkPackageVersion(packageName: string, version: string): void {
  if (version !== NODE_LLAMA_CPP_VERSION)
    throw mismatch(`the version of ${packageName}`, NODE_LLAMA_CPP_VERSION, version);
}

/** After loading, before the first call that takes a struct. */
export function checkAbi(f: NativeFunctions): void {
  const version = f.llama_version();
  if (version !== LLAMA_VERSION && version !== `${LLAMA_VERSION}-dev`) {
    throw mismatch('llama_version()', LLAMA_VERSION, version);
  }
  checkDefaults('llama_model_params', DEFAULTS.llama_model_params, f.llama_model_default_params());
  checkDefaults('llama_context_params', DEFAULTS.llama_context_params, f.llama_context_default_params());
  checkDefaults(
    'llama_model_quantize_params',
    DEFAULTS.llama_model_quantize_params,
    f.llama_model_quantize_default_params(),
  );
  checkDefaults('ggml_threadpool_params', { n_threads: 3, paused: false }, f.ggml_threadpool_params_default(3));
  checkTensorLayout(f);
}

/** Compares decoded defaults with the header's. */
function checkDefaults(
  structName: string,
  expected: Readonly<Record<string, unknown>>,
  found: Readonly<Record<string, unknown>>,
): void {
  for (const [field, value] of Object.entries(expected)) {
    if (found[field] !== value) throw mismatch(`the default of ${structName}.${field}`, value, found[field]);
  }
}

/** Builds a small matmul node and reads its struct back: type, shape, strides, operation and sources must be where the layout says. */
function checkTensorLayout(f: NativeFunctions): void {
  const context = f.ggml_init({ mem_size: 64 * 1024, mem_buffer: null, no_alloc: true });
  const a = f.ggml_new_tensor_2d(context, GGML_TYPE.F32, 3, 5);
  const b = f.ggml_new_tensor_2d(context, GGML_TYPE.F32, 3, 7);
  const product = f.ggml_mul_mat(context, a, b);
  const node: Readonly<Record<string, unknown>> = koffi.decode(product, 'ggml_tensor');
  const numbers = (value: unknown): string =>
    ArrayBuffer.isView(value) ? Array.from(value as BigInt64Array, Number).join() : '';
  const sources = Array.isArray(node['src']) ? node['src'].slice(0, 3) : [];
  const found = [node['type'], numbers(node['ne']), numbers(node['nb']), node['op'], ...sources].join(' ');
  const expected = [GGML_TYPE.F32, '5,7,1,1', '4,20,140,140', GGML_OP.MUL_MAT, a, b, null].join(' ');
  f.ggml_free(context);
  if (found !== expected) throw mismatch('the layout of ggml_tensor', expected, found);
}
