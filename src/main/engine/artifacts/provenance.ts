// What a written model says of its own making: the `whittle.*` keys of its metadata.
import type { Recipe } from '../../../shared/recipe.ts';
import { engineVersion } from '../engine-version.ts';
import { GgufValue } from '../gguf/gguf-value.ts';
import { LLAMA_CPP_RELEASE } from '../native/abi.generated.ts';

export interface Provenance {
  readonly recipe: Recipe;
  /** Of the file, or of the shards' bytes in order. */
  readonly sourceSha256: string;
  readonly calibrationSha256?: string | undefined;
  readonly imatrixSha256?: string | undefined;
  /** `dense`: statistics of the untouched model. */
  readonly stats?: string | undefined;
  /** File type of a quantized source whose tensors were turned into F16 first. */
  readonly dequantizedFrom?: string | undefined;
}

/** Stands for a hash that is not known yet: a plan has the exact size without reading the source. */
export const UNKNOWN_SHA256 = '?'.repeat(64);

/** The source's metadata with provenance; that of a source which was compressed before is kept as `whittle.source_recipe`. */
export function withProvenance(source: ReadonlyMap<string, GgufValue>, provenance: Provenance): Map<string, GgufValue> {
  const metadata = new Map([...source].filter(([key]) => !key.startsWith('whittle.')));
  const facts = {
    recipe: JSON.stringify(provenance.recipe),
    engine_version: engineVersion(),
    llama_cpp_version: LLAMA_CPP_RELEASE,
    source_sha256: provenance.sourceSha256,
    source_recipe: source.get('whittle.recipe')?.asString(),
    calibration_sha256: provenance.calibrationSha256,
    imatrix_sha256: provenance.imatrixSha256,
    stats: provenance.stats,
    dequantized_from: provenance.dequantizedFrom,
  };
  for (const [name, text] of Object.entries(facts)) {
    if (text !== undefined) metadata.set(`whittle.${name}`, GgufValue.string(text));
  }
  return metadata;
}
