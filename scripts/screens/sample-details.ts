// Made-up details of one model for pictures: tensors, metadata, how it was made.
import type { ModelDetails, ModelNode, TensorDetail } from '../../src/shared/session/model-calls.ts';

const KINDS: readonly (readonly [string, readonly [number, number]])[] = [
  ['attn_q.weight', [4096, 4096]],
  ['attn_k.weight', [4096, 4096]],
  ['attn_v.weight', [4096, 4096]],
  ['attn_output.weight', [4096, 4096]],
  ['ffn_gate.weight', [4096, 11008]],
  ['ffn_up.weight', [4096, 11008]],
  ['ffn_down.weight', [11008, 4096]],
];

export function usesMore(kind: string, layer: number, layers: number): boolean {
  if (kind !== 'attn_v.weight' && kind !== 'ffn_down.weight') return false;
  return layer < layers / 8 || layer >= (7 * layers) / 8 || (layer - Math.floor(layers / 8)) % 3 === 2;
}

export function tensorsOf(node: ModelNode): TensorDetail[] {
  const layers = node.summary?.layerCount ?? 0;
  const isMixed = node.summary?.fileType.includes('_K_M') ?? false;
  const layerTensors = Array.from({ length: layers }, (_, layer) =>
    KINDS.map(([kind, shape]): TensorDetail => {
      const parameterCount = shape[0] * shape[1];
      const type = isMixed ? (usesMore(kind, layer, layers) ? 'Q6_K' : 'Q4_K') : 'F16';
      const bits = type === 'Q6_K' ? 6.5625 : type === 'Q4_K' ? 4.5 : 16;
      return {
        name: `blk.${layer}.${kind}`,
        shape,
        type,
        sizeBytes: (parameterCount * bits) / 8,
        sparsityRatio: node.sparsityRatio ?? 0,
        layer,
        kind,
        parameterCount,
        ...(isMixed ? { relativeSquaredError: 0.0042 } : {}),
      };
    }),
  ).flat();
  const embedding: TensorDetail = {
    name: 'token_embd.weight',
    shape: [4096, 32000],
    type: 'F16',
    sizeBytes: 262_144_000,
    layer: null,
    kind: 'token_embd.weight',
    parameterCount: 131_072_000,
  };
  return [embedding, ...layerTensors];
}

export function detailsOf(node: ModelNode): ModelDetails {
  const isPruned = node.recipe?.steps.some(({ method }) => method !== 'quantize') ?? false;
  const isQuantized = node.recipe?.steps.some(({ method }) => method === 'quantize') ?? false;
  return {
    node,
    tensors: tensorsOf(node),
    metadata: [
      { key: 'general.architecture', type: 'string', preview: 'llama', fullLength: 5 },
      { key: 'llama.block_count', type: 'uint32', preview: '32', fullLength: 1 },
      {
        key: 'tokenizer.ggml.tokens',
        type: 'array of string',
        preview: '["<unk>","<s>","</s>","<0x00>", \u2026',
        fullLength: 32000,
      },
    ],
    chatTemplate: '{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}',
    madeFrom: [
      {
        title: 'F16, dense',
        facts: [
          { name: '', value: `${(13_476_925_696).toLocaleString('en-US')} bytes` },
          { name: 'sha256', value: '3f9c\u2026a41e' },
        ],
      },
      ...(node.recipe?.steps ?? []).map(({ method, params }) => ({
        title:
          node.recipeLabel.includes('%') && method !== 'quantize' ? node.recipeLabel : String(params['type'] ?? method),
        facts: [
          { name: '', value: '128 \u00d7 2,048 tokens of calibration text' },
          { name: 'seed', value: '0' },
          { name: 'statistics', value: 'from pruned layers' },
        ],
      })),
    ],
    notes:
      isPruned && !isQuantized
        ? [
            'Same size as dense: 13.48 GB. Pruning writes zeros, and zeros take the same room. Quantize it or drop layers to make it smaller.',
          ]
        : [],
    forgotMostIn: node.scores.map(({ task, difference, itemCount }) => ({
      task,
      group: task,
      difference: difference ?? 0,
      itemCount,
    })),
  };
}
