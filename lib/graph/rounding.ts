/**
 * Rounding of float32 to bfloat16 by operations on whole numbers, for functions that XLA compiles: behind an
 * exponential, its own conversion takes about as long as the exponential.
 */
import type { GraphNode } from './graph';
import { type Attribute, attribute, bindingAttribute, dataTypeNumber } from './native';

const whole = [attribute.type('T', 'int32')];

/**
 * Returns the nodes that round a float32 number to the nearest bfloat16, of two equally near ones to the even: a
 * bfloat16 is the upper half of a float32's bits, and what is added to these carries into it where it must be rounded
 * up. Infinite numbers stay what they are, and what is no number (NaN) of arithmetic does.
 *
 * @param value an output in the same function
 * @param name of the last node, whose output is `output`; the others' names start with it
 */
export function roundingNodes(value: string, name: string): GraphNode[] {
  const nodes: GraphNode[] = [];
  const add = (op: string, inputs: string[], attributes: Attribute[]): string => {
    const own = `${name}_${nodes.length}`;
    nodes.push({ name: own, op, inputs, attributes: attributes.map(bindingAttribute) });
    return own;
  };
  const number = (wanted: number) => {
    const own = add('Const', [], [attribute.type('dtype', 'int32')]);
    const values = Int32Array.of(wanted);
    nodes[nodes.length - 1].constant = { dtype: dataTypeNumber.int32, shape: [], values };
    return `${own}:output:0`;
  };
  const binary = (op: string, one: string, other: string) => `${add(op, [one, other], whole)}:z:0`;

  const toBits = [attribute.type('T', 'float32'), attribute.type('type', 'int32')];
  const bits = `${add('Bitcast', [value], toBits)}:output:0`;
  const half = number(16);
  const isOdd = binary('BitwiseAnd', binary('RightShift', bits, half), number(1));
  const added = binary('AddV2', number(0x7fff), isOdd);
  const upper = binary('RightShift', binary('AddV2', bits, added), half);
  const toShort = [attribute.type('SrcT', 'int32'), attribute.type('DstT', 'int16')];
  const short = `${add('Cast', [upper], toShort)}:y:0`;
  const toFloat = [attribute.type('T', 'int16'), attribute.type('type', 'bfloat16')];
  const last = add('Bitcast', [short], toFloat);
  return nodes.map((node) => (node.name === last ? { ...node, name } : node));
}
