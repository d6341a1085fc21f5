// How strong the inputs of each layer are, above the tensors of the strip; and what is said when a strong layer is to be dropped.
import type { ReactElement } from 'react';
import type { LayerImportance, RecipeNote } from '../../shared/session/recipe-calls.ts';

const STRONGEST_COUNT = 2;

/** Numbers of the layers that matter most, the most important first. */
export function strongestLayers({ layers }: LayerImportance): number[] {
  return layers
    .flatMap((value, layer) => (value === null ? [] : [{ value, layer }]))
    .sort((a, b) => b.value - a.value)
    .slice(0, STRONGEST_COUNT)
    .map(({ layer }) => layer);
}

/** Undefined unless one of the strongest layers is among those that are dropped. */
export function strongLayerNote(
  importance: LayerImportance | undefined,
  dropped: readonly number[],
): RecipeNote | undefined {
  if (importance === undefined) return undefined;
  const strongest = strongestLayers(importance);
  if (!strongest.some((layer) => dropped.includes(layer))) return undefined;
  const values = strongest.map((layer) => (importance.layers[layer] ?? 0).toFixed(2)).join(', ');
  const one = strongest.length === 1;
  const text = `Layer ${strongest.join(' and ')} ${one ? 'matters' : 'matter'} most in this model (importance ${values}).`;
  return { level: 'warning', code: 'strong-layer', text };
}

export function ImportanceRow({ importance }: { readonly importance: LayerImportance }): ReactElement {
  const { fileName, chunkCount, layers } = importance;
  const pieces = chunkCount === 0 ? '' : `, ${chunkCount} pieces of text`;
  const source = `Mean squared input of the layer's matrices beside the strongest of their kind, from ${fileName}${pieces}`;
  return (
    <div role="row" className="strip-row">
      <span role="rowheader" className="strip-name mono ellipsis" title={source}>
        importance
      </span>
      {layers.map((value, layer) => {
        const words =
          value === null ? `layer ${layer}, not measured` : `layer ${layer}, importance ${value.toFixed(2)}`;
        return (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its layer
            key={layer}
            role="gridcell"
            aria-label={words}
            title={words}
            className="importance-cell"
          >
            <i style={{ height: `${Math.max(4, (value ?? 0) * 100)}%` }} />
          </span>
        );
      })}
    </div>
  );
}
