/**
 * Seeded random numbers for the host: splits, shuffles, drawn settings. Inside a training step
 * `graph/random.ts` draws instead.
 */

/** A stream of random numbers that its seed fixes once and for all. */
export interface Random {
  /** Evenly distributed in [0, 1), a multiple of 2^-53. */
  uniform(): number;
  /** A whole number from 0 to `below` - 1, each equally likely; `below` from 1 to 2^32. */
  integer(below: number): number;
  /** Normally distributed with mean 0 and deviation 1. */
  normal(): number;
}

const TWO_TO_32 = 2 ** 32;

/**
 * Returns the stream of `seed`, a whole number from 0 to 2^53 - 1. Neighbouring seeds give unrelated
 * streams: SplitMix64 spreads the seed over the generator's state, as the generator's authors advise.
 */
export function createRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new Error(`The seed is ${seed}: it must be a whole number from 0 to 2^53 - 1.`);
  }
  const next = xoshiro128(spreadSeed(seed));
  const uniform = () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
  return {
    uniform,
    integer: (below) => integerBelow(below, next),
    normal: () => standardNormal(uniform),
  };
}

/** Returns a copy of `array` in random order (Fisher and Yates; Durstenfeld, 1964). */
export function shuffle<A extends Int32Array | unknown[]>(array: A, random: Random): A {
  const shuffled = array.slice() as A;
  for (let last = shuffled.length - 1; last > 0; last--) {
    const chosen = random.integer(last + 1);
    [shuffled[last], shuffled[chosen]] = [shuffled[chosen], shuffled[last]];
  }
  return shuffled;
}

/**
 * Returns xoshiro128** 1.1 from a state of four 32-bit words, not all zero: each call gives the next
 * 32 bits (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021;
 * https://prng.di.unimi.it/xoshiro128starstar.c).
 */
export function xoshiro128(state: Uint32Array): () => number {
  let [a, b, c, d] = state;
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result;
  };
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** Two numbers of SplitMix64 (Steele, Lea and Flood, 2014) as four words; never all zero. */
function spreadSeed(seed: number): Uint32Array {
  const numbers = BigUint64Array.of(0n, 0n);
  for (let position = 0; position < numbers.length; position++) {
    let mixed = BigInt.asUintN(64, BigInt(seed) + BigInt(position + 1) * 0x9e3779b97f4a7c15n);
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n);
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn);
    numbers[position] = mixed ^ (mixed >> 31n);
  }
  return new Uint32Array(numbers.buffer);
}

function integerBelow(below: number, next: () => number): number {
  if (!Number.isInteger(below) || below < 1 || below > TWO_TO_32) {
    throw new Error(`An integer below ${below} was asked for: the bound must be from 1 to 2^32.`);
  }
  // The draws beyond the last full multiple of the bound would favour small results.
  const fair = TWO_TO_32 - (TWO_TO_32 % below);
  let draw = next();
  while (draw >= fair) draw = next();
  return draw % below;
}

/** Box and Muller, 1958. Only one of the pair is used, so a stream has no hidden half-spent draw. */
function standardNormal(uniform: () => number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
  return radius * Math.cos(2 * Math.PI * uniform());
}
