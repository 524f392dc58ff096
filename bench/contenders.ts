/** Who is measured: this project and its peers, each with the ways of computing that it is asked for. */
import { readFileSync } from 'node:fs';
import type { Precision } from '../lib/graph/precision';
import { peerPython } from './environment';
import { precisions } from './networks';

/** One way of computing, in a process of its own. */
export interface Contender {
  who: Name;
  /** How it was asked to compute; empty where there is one way alone. */
  variant: string;
  precisions: Precision[];
  /** Program and arguments, before the settings. */
  command: string[];
}

/** A contender in words: `PyTorch (channels_last)`. */
export function label({ who, variant }: Pick<Contender, 'who' | 'variant'>): string {
  return variant === '' ? who : `${who} (${variant})`;
}

/**
 * Other layers would make other numbers: what is compared must be the same network.
 *
 * @throws naming two that do not train the same number of parameters
 */
export function demandSameParameters(all: { name: string; parameters: number }[]): void {
  const [first, ...others] = all;
  const other = others.find(({ parameters }) => parameters !== first.parameters);
  if (other === undefined) return;
  const told = [first, other].map(
    ({ name, parameters }) => `${name} trains ${parameters} parameters`,
  );
  throw new Error(`These are not the same network: ${told.join(', ')}.`);
}

export const ours = 'this project';
export type Name = typeof ours | 'TensorFlow.js' | 'Keras' | 'PyTorch';

const node = [process.execPath, '--import', 'tsx'];

/** This project's own. */
export const thisProject: Contender = {
  who: ours,
  variant: '',
  precisions,
  command: [...node, 'bench/this-project.ts'],
};

/** This project with the images of each batch changed at random, by the standard recipe, inside the step. */
export const augmented: Contender = { ...thisProject, variant: 'augmented' };

/** TensorFlow.js as it ships; it has no bfloat16. */
export const tensorflowJs: Contender = {
  who: 'TensorFlow.js',
  variant: '',
  precisions: ['float32'],
  command: [...node, 'bench/tensorflow-js.ts'],
};

/** Makes sure of the peers' environments and returns all contenders. */
export async function allContenders(): Promise<Contender[]> {
  const keras = {
    who: 'Keras' as const,
    command: [await peerPython('keras'), 'bench/keras_peer.py'],
  };
  const pytorch = {
    who: 'PyTorch' as const,
    command: [await peerPython('pytorch'), 'bench/pytorch_peer.py'],
  };
  return [
    thisProject,
    tensorflowJs,
    { ...keras, variant: 'default', precisions },
    { ...keras, variant: 'jit_compile', precisions },
    // In bfloat16 its convolutions want the channels last; the other order was slower by a third.
    { ...pytorch, variant: 'default', precisions: ['float32'] },
    { ...pytorch, variant: 'channels_last', precisions },
    { ...pytorch, variant: 'torch.compile', precisions },
  ];
}

/** The contender on some of the cores that this process may use (Linux). */
export function onCores({ command, ...rest }: Contender, cores: number): Contender {
  const status = readFileSync('/proc/self/status', 'utf8');
  const [, allowed = ''] = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status) ?? [];
  const list = numbersOf(allowed).slice(0, cores).join(',');
  return { ...rest, command: ['taskset', '--cpu-list', list, ...command] };
}

/** Returns the numbers of a list such as `2-3,8`. */
export function numbersOf(list: string): number[] {
  return list.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
