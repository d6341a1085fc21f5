// Source + plan + provenance -> the header of every file of the result. A plan takes its exact sizes from here, a run writes them.
import { findFileType, isQuantizedType } from '../../../shared/ggml-types.ts';
import type { Provenance } from '../artifacts/provenance.ts';
import { withProvenance } from '../artifacts/provenance.ts';
import type { HeaderSpec } from '../gguf/encode-header.ts';
import { GgufValue } from '../gguf/gguf-value.ts';
import type { GgufFile } from '../gguf/read-gguf.ts';
import { metadataWithout } from './dropped-layers.ts';
import type { PlannedStep, QuantizeStep } from './plan-recipe.ts';
import type { UsableImatrix } from './usable-imatrix.ts';

type Metadata = ReadonlyMap<string, GgufValue>;

/** GGML_QNT_VERSION: the layout of the quantized blocks. */
const QUANTIZATION_VERSION = 2;
const SPLIT_KEYS = ['split.no', 'split.count', 'split.tensors.count'];

/** The header of one joined file after the steps so far. */
export function joinedHeader(
  source: Metadata,
  steps: readonly PlannedStep[],
  provenance: Provenance | undefined,
): HeaderSpec {
  const tensors = steps.at(-1)!.tensors;
  const layers = steps.flatMap((step) => (step.kind === 'transform' ? (step.dropped?.layers ?? []) : []));
  const remaining = layers.length === 0 ? source : metadataWithout(source, layers);
  const metadata = new Map(provenance === undefined ? remaining : withProvenance(remaining, provenance));
  for (const key of SPLIT_KEYS) metadata.delete(key);
  const fileType = steps.reduce(fileTypeAfter, undefined);
  if (fileType !== undefined) metadata.set('general.file_type', GgufValue.uint32(fileType));
  if (steps.at(-1)?.kind === 'quantize' || tensors.some(({ type }) => isQuantizedType(type))) {
    metadata.set('general.quantization_version', GgufValue.uint32(QUANTIZATION_VERSION));
  }
  const imatrix = steps.findLast((step) => step.kind === 'quantize')?.imatrix;
  for (const [key, value] of imatrixFacts(imatrix)) metadata.set(key, value);
  return { metadata, tensors };
}

/** What llama.cpp's quantizer makes of a file's metadata by itself. */
export function withQuantizerFacts(source: Metadata, step: QuantizeStep): Map<string, GgufValue> {
  const metadata = new Map(source);
  for (const key of SPLIT_KEYS) metadata.delete(key);
  metadata.set('general.quantization_version', GgufValue.uint32(QUANTIZATION_VERSION));
  metadata.set('general.file_type', GgufValue.uint32(findFileType(step.settings.fileType)?.id ?? 0));
  return metadata;
}

function fileTypeAfter(before: number | undefined, step: PlannedStep): number | undefined {
  if (step.kind === 'quantize') return findFileType(step.settings.fileType)?.id;
  if (step.fileType !== undefined) return findFileType(step.fileType)?.id;
  return step.dequantizedFrom === undefined ? before : findFileType('F16')?.id;
}

/** The keys by which llama-quantize names the importance matrix that it used. */
function imatrixFacts(imatrix: UsableImatrix | undefined): [string, GgufValue][] {
  if (imatrix === undefined) return [];
  return [
    ['quantize.imatrix.file', GgufValue.string(imatrix.fileName)],
    ['quantize.imatrix.dataset', GgufValue.string(imatrix.datasets.join(', '))],
    ['quantize.imatrix.entries_count', GgufValue.uint32(imatrix.values.size)],
    ['quantize.imatrix.chunks_count', GgufValue.uint32(imatrix.chunkCount)],
  ];
}

/** The joined header parted like the source's shards: all metadata in the first, as llama.cpp splits models. */
export function splitHeaders(joined: HeaderSpec, source: GgufFile, shardCount: number): HeaderSpec[] {
  if (shardCount === 1) return [joined];
  const shardOf = new Map(source.tensors.map(({ name, shard }) => [name, shard]));
  return Array.from({ length: shardCount }, (_, index) => {
    const metadata = new Map<string, GgufValue>(index === 0 ? joined.metadata : []);
    metadata.set('split.no', GgufValue.number('uint16', index));
    metadata.set('split.count', GgufValue.number('uint16', shardCount));
    metadata.set('split.tensors.count', GgufValue.number('int32', joined.tensors.length));
    return { metadata, tensors: joined.tensors.filter(({ name }) => shardOf.get(name) === index) };
  });
}
