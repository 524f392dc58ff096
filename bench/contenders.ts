/** Who is measured: this project and its peers, each with the ways of computing that it is asked for. */
import type { Precision } from '../lib/graph/precision';
import { peerPython } from './environment';

/** One way of computing, in a process of its own. */
export interface Contender {
  who: Name;
  /** How it was asked to compute; empty where there is one way alone. */
  variant: string;
  precisions: Precision[];
  /** Program and arguments, before the settings. */
  command: string[];
}

export const ours = 'this project';
export type Name = typeof ours | 'TensorFlow.js' | 'Keras' | 'PyTorch';

const node = [process.execPath, '--import', 'tsx'];
const both: Precision[] = ['float32', 'bfloat16'];

/** This project's own. */
export const thisProject: Contender = {
  who: ours,
  variant: '',
  precisions: both,
  command: [...node, 'bench/this-project.ts'],
};

/** TensorFlow.js as it ships; it has no bfloat16. */
export const tensorflowJs: Contender = {
  who: 'TensorFlow.js',
  variant: '',
  precisions: ['float32'],
  command: [...node, 'bench/tensorflow-js.ts'],
};

/** Makes sure of the peers' environments and returns all contenders. */
export async function allContenders(): Promise<Contender[]> {
  const keras = [await peerPython('keras'), 'bench/keras_peer.py'];
  const pytorch = [await peerPython('pytorch'), 'bench/pytorch_peer.py'];
  return [
    thisProject,
    tensorflowJs,
    ...['default', 'jit_compile'].map(
      (variant): Contender => ({ who: 'Keras', variant, precisions: both, command: keras }),
    ),
    ...['default', 'channels_last', 'torch.compile'].map(
      (variant): Contender => ({ who: 'PyTorch', variant, precisions: both, command: pytorch }),
    ),
  ];
}

/** The contender on some of the machine's cores alone (Linux). */
export function onCores({ command, ...rest }: Contender, cores: number): Contender {
  return { ...rest, command: ['taskset', '--cpu-list', `0-${cores - 1}`, ...command] };
}
