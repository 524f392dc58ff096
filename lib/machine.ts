/** The machine in words, so that nobody takes a slow one for a fast one unnoticed. */
import { type Environment, environment } from './environment';
import { fastestPrecision } from './graph/fastest-precision';

/** Returns one sentence on what trains here: device, cores, precision, TensorFlow. */
export function machineLine(used: Environment = environment()): string {
  const { device, gpu, processor, cores, tensorflow } = used;
  const where =
    device === 'GPU'
      ? `on the GPU (${gpu ?? 'of unknown name'})`
      : `on the CPU (${processor}, ${cores} ${cores === 1 ? 'core' : 'cores'}; no GPU in use)`;
  return `TensorFlow ${tensorflow} computes ${where}, fastest in ${fastestPrecision()}.`;
}
