/**
 * Rounding of float32 to bfloat16 by operations on whole numbers, for functions that XLA compiles: behind an
 * exponential, its own conversion takes about as long as the exponential.
 */
import type { Graph } from './graph';
import { attribute } from './native';

/** The bits of bfloat16's usual NaN. */
const NAN = 0x7fc0;

/**
 * Adds to a function's nodes those that round a float32 number to the nearest bfloat16, of two equally near ones to
 * the even: a bfloat16 is the upper half of a float32's bits, and what is added to these carries into it where it
 * must be rounded up. Infinite numbers stay what they are. What is no number (NaN) could become one, as the sum of
 * all bits and what is added is zero, so it is replaced by a NaN afterwards.
 *
 * @param value an output in the function, as its nodes call it
 */
export function addRounding(body: Graph, value: string): void {
  const number = (wanted: number) =>
    `${body.constant([], 'int32', Int32Array.of(wanted))}:output:0`;
  const whole = [attribute.type('T', 'int32')];
  const binary = (op: string, one: string, other: string) =>
    `${body.add(op, { inputs: [one, other], attributes: whole })}:z:0`;

  const toBits = [attribute.type('T', 'float32'), attribute.type('type', 'int32')];
  const bits = `${body.add('Bitcast', { inputs: [value], attributes: toBits })}:output:0`;
  const half = number(16);
  const isOdd = binary('BitwiseAnd', binary('RightShift', bits, half), number(1));
  const added = binary('AddV2', number(0x7fff), isOdd);
  const upper = binary('RightShift', binary('AddV2', bits, added), half);
  const ofFloat = [attribute.type('T', 'float32')];
  const isNan = `${body.add('IsNan', { inputs: [value], attributes: ofFloat })}:y:0`;
  const inputs = [isNan, number(NAN), upper];
  const rounded = `${body.add('SelectV2', { inputs, attributes: whole })}:output:0`;
  const toShort = [attribute.type('SrcT', 'int32'), attribute.type('DstT', 'int16')];
  const short = `${body.add('Cast', { inputs: [rounded], attributes: toShort })}:y:0`;
  const toFloat = [attribute.type('T', 'int16'), attribute.type('type', 'bfloat16')];
  body.add('Bitcast', { inputs: [short], attributes: toFloat });
}
