// Random numbers that are the same everywhere, and float formats, for models that tests make.

/** Uniform in [0, 1): Marsaglia's xorshift with 32 bits of state. Source: https://doi.org/10.18637/jss.v008.i14 */
function randomUniforms(seed: number): () => number {
  // Neighbouring seeds start far apart; a state of zero would stay zero.
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Standard normal: sum of 12 uniforms less 6. Exactly the same on every machine, which Math.log and Math.cos do not promise. */
export function randomNormals(seed: number): () => number {
  const uniform = randomUniforms(seed);
  return () => {
    let sum = -6;
    for (let index = 0; index < 12; index += 1) sum += uniform();
    return sum;
  };
}

const float32 = new Float32Array(1);
const float32Bits = new Uint32Array(float32.buffer);

/** IEEE 754 half precision, rounded to nearest even. */
export function toFloat16(values: Float32Array): Uint8Array {
  const out = new Uint16Array(values.length);
  for (let index = 0; index < values.length; index += 1) out[index] = halfBits(values[index] ?? 0);
  return new Uint8Array(out.buffer);
}

function halfBits(value: number): number {
  float32[0] = value;
  const sign = ((float32Bits[0] ?? 0) >>> 16) & 0x8000;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return sign | 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  if (size < 2 ** -14) return sign | roundToEven(size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  const bits = roundToEven((size / 2 ** exponent - 1) * 1024);
  return sign | (((exponent + 15) << 10) + bits);
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest > 0.5 || (rest === 0.5 && floor % 2 === 1)) return floor + 1;
  return floor;
}

/** The upper half of a float32, rounded to nearest even. */
export function toBfloat16(values: Float32Array): Uint8Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const out = new Uint16Array(values.length);
  for (const [index, word] of bits.entries()) out[index] = (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  return new Uint8Array(out.buffer);
}
