// A layer of the Llama architecture in plain loops and double precision, as the papers define its parts: RMS norm
// (https://arxiv.org/abs/1910.07467), rotary positions over neighbouring pairs (https://arxiv.org/abs/2104.09864), grouped-query attention
// (https://arxiv.org/abs/2305.13245) and SwiGLU (https://arxiv.org/abs/2002.05202).

export interface SlowLlamaSizes {
  readonly headCount: number;
  readonly keyValueHeadCount: number;
  readonly normEpsilon: number;
  readonly ropeBase: number;
  /** A token sees only those before it. */
  readonly isCausal: boolean;
}

type Row = readonly number[];

/** What a matrix of `rows` outputs gives for each input: y = W x. */
function project(weights: Float32Array, inputs: readonly Row[]): number[][] {
  const columns = inputs[0]?.length ?? 0;
  return inputs.map((x) =>
    Array.from({ length: weights.length / columns }, (_, row) =>
      x.reduce((sum, value, column) => sum + value * weights[row * columns + column]!, 0),
    ),
  );
}

function rmsNorm(inputs: readonly Row[], scales: Float32Array, epsilon: number): number[][] {
  return inputs.map((x) => {
    const meanSquare = x.reduce((sum, value) => sum + value * value, 0) / x.length;
    return x.map((value, i) => (value / Math.sqrt(meanSquare + epsilon)) * scales[i]!);
  });
}

/** One head's part of a row at `position`. */
function rotate(head: Row, position: number, base: number): number[] {
  const rotated: number[] = [];
  for (let i = 0; i < head.length; i += 2) {
    const angle = position * base ** (-i / head.length);
    const [a, b] = [head[i]!, head[i + 1]!];
    rotated.push(a * Math.cos(angle) - b * Math.sin(angle), a * Math.sin(angle) + b * Math.cos(angle));
  }
  return rotated;
}

/** The layer's outputs for the tokens at positions 0, 1, ...; `weightOf` is asked for names as attn_q.weight. */
export function slowLlamaLayer(
  inputs: readonly Row[],
  weightOf: (name: string) => Float32Array,
  { headCount, keyValueHeadCount, normEpsilon, ropeBase, isCausal }: SlowLlamaSizes,
): number[][] {
  const size = (inputs[0]?.length ?? 0) / headCount;
  const headsOf = (name: string, count: number): number[][][] =>
    project(weightOf(name), normed).map((row) =>
      Array.from({ length: count }, (_, head) => row.slice(head * size, (head + 1) * size)),
    );
  const normed = rmsNorm(inputs, weightOf('attn_norm.weight'), normEpsilon);
  const turned = (heads: number[][][]): number[][][] =>
    heads.map((row, position) => row.map((head) => rotate(head, position, ropeBase)));
  const queries = turned(headsOf('attn_q.weight', headCount));
  const keys = turned(headsOf('attn_k.weight', keyValueHeadCount));
  const values = headsOf('attn_v.weight', keyValueHeadCount);
  const attended = queries.map((row, token) =>
    row.flatMap((query, head) => {
      const shared = Math.floor((head * keyValueHeadCount) / headCount);
      const seen = (isCausal ? keys.slice(0, token + 1) : keys).map(
        (key) => dot(query, key[shared]!) / Math.sqrt(size),
      );
      const largest = Math.max(...seen);
      const weights = seen.map((score) => Math.exp(score - largest));
      const total = weights.reduce((a, b) => a + b, 0);
      return Array.from({ length: size }, (_, i) =>
        weights.reduce((sum, weight, other) => sum + (weight / total) * values[other]![shared]![i]!, 0),
      );
    }),
  );
  const middle = plus(inputs, project(weightOf('attn_output.weight'), attended));
  const read = rmsNorm(middle, weightOf('ffn_norm.weight'), normEpsilon);
  const gates = project(weightOf('ffn_gate.weight'), read);
  const ups = project(weightOf('ffn_up.weight'), read);
  const gated = gates.map((row, token) => row.map((gate, i) => (gate / (1 + Math.exp(-gate))) * ups[token]![i]!));
  return plus(middle, project(weightOf('ffn_down.weight'), gated));
}

function dot(a: Row, b: Row): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function plus(a: readonly Row[], b: readonly Row[]): number[][] {
  return a.map((row, token) => row.map((value, i) => value + b[token]![i]!));
}
