/** 16-bit numbers (IEEE 754 binary16): half the size, 11 significant bits, up to 65,504. */

/**
 * Returns the nearest 16-bit number of each, the even one of two that are as near, as its bits.
 *
 * @throws if a number is not finite, or too large for 16 bits
 */
export function toHalf(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, (single, index) => {
    const half = halfBits(single);
    if ((half & 0x7c00) !== 0x7c00) return half;
    throw new RangeError(`Number ${index}, ${values[index]}, does not fit into 16 bits.`);
  });
}

/** From 1 sign, 8 exponent, 23 fraction bits to 1, 5, 10. */
function halfBits(single: number): number {
  const sign = (single >>> 16) & 0x8000;
  const exponent = ((single >>> 23) & 0xff) - 127 + 15;
  const fraction = single & 0x7fffff;
  if (exponent >= 31) return sign | 0x7c00;
  // Below 2^-14 the leading 1 is written out, and each halving costs a bit; below 2^-25 none is left.
  if (exponent < -10) return sign;
  if (exponent <= 0) return sign | shiftRounded(fraction | 0x800000, 14 - exponent);
  // A fraction that is rounded up to the next power of 2 carries into the exponent, as it should.
  return sign | ((exponent << 10) + shiftRounded(fraction, 13));
}

function shiftRounded(value: number, shift: number): number {
  const shifted = value >>> shift;
  const rest = value - shifted * 2 ** shift;
  const middle = 2 ** (shift - 1);
  return rest > middle || (rest === middle && shifted % 2 === 1) ? shifted + 1 : shifted;
}
