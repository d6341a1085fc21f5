// What a file's name says: the model without its storage type, so that versions of one model are known to belong together.

/** `Q4_K_M`, `IQ2_XXS`, `UD-Q2_K_XL`, `F16`, `BF16`, `i1-Q4_K_S`, at the end and after a dash, dot or underscore. */
const TYPE_AT_END = /[-._ ](?:UD-|i1-)?(?:I?Q\d+(?:_[A-Z0-9]+)*|TQ\d_\d|MXFP4(?:_MOE)?|F16|F32|BF16|FP16|FP32)$/i;
/** What Whittle's own outputs carry between name and type. */
const RECIPE_AT_END = /[-._](?:wanda|sgpt|sparsegpt|mag|magnitude|drop)[-._]?\d*(?:of\d+|L)?$/i;

/** `Vicuna-7B-v1.3-wanda50-Q4_K_M` -> `vicuna-7b-v1.3`. */
export function familyNameOf(fileName: string): string {
  let name = fileName.replace(/\.(gguf|safetensors)$/i, '').replace(/-\d{5}-of-\d{5}$/, '');
  for (let last = ''; last !== name; ) {
    last = name;
    name = name.replace(TYPE_AT_END, '').replace(RECIPE_AT_END, '');
  }
  return name.toLowerCase();
}
