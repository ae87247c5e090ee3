const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/**
 * The binary32 bits of a number, rounded to odd: an inexact result keeps a 1 in its last place.
 *
 * Rounding to nearest twice can miss; rounding to odd first lets the second rounding see on which
 * side of a tie the double lay.
 */
function roundToOdd(value: number): number {
  float[0] = value;
  const word = bits[0] ?? 0;
  const rounded = float[0];
  if (rounded === value) return word;
  const truncated = Math.abs(rounded) > Math.abs(value) ? word - 1 : word;
  return (truncated | 1) >>> 0;
}

/** Drops the low `count` bits, rounding to nearest, ties to even. */
function dropBits(word: number, count: number): number {
  const half = 2 ** (count - 1);
  return (word + half - 1 + ((word >>> count) & 1)) >>> count;
}

/**
 * The binary16 bits of a number, rounded to nearest, ties to even. Too large becomes infinite, NaN
 * becomes the quiet NaN 0x7e00.
 */
export function encodeFloat16(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const word = roundToOdd(value);
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fff_ffff;
  const exponent = magnitude >>> 23;
  if (exponent >= 143) return sign | 0x7c00;
  if (exponent >= 113) return sign | dropBits(magnitude - 0x3800_0000, 13);
  // Less than half of the smallest binary16 number.
  if (exponent < 102) return sign;
  return sign | dropBits((magnitude & 0x7f_ffff) | 0x80_0000, 126 - exponent);
}

/** The number that binary16 bits stand for. */
export function decodeFloat16(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/**
 * The bfloat16 bits of a number, which are laid out like the upper half of binary32: rounded to
 * nearest, ties to even. Too large becomes infinite, NaN becomes the quiet NaN 0x7fc0.
 */
export function encodeBfloat16(value: number): number {
  return Number.isNaN(value) ? 0x7fc0 : dropBits(roundToOdd(value), 16);
}

/** The number that bfloat16 bits stand for. */
export function decodeBfloat16(half: number): number {
  bits[0] = half << 16;
  return float[0] ?? 0;
}
