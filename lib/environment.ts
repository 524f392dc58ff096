/** What a result was computed on and with. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { device, tf } from './backend';

/** Plain data for records; nothing in it names a person, a folder or a host. */
export interface Environment {
  /** Versions of Node, of TensorFlow.js, and of the TensorFlow below it. */
  node: string;
  tfjs: string;
  tensorflow: string;
  device: 'CPU' | 'GPU';
  /** The graphics processor's name, or null if it is not in use. */
  gpu: string | null;
  processor: string;
  /** Cores that this process may use. */
  cores: number;
  /** The processor's instructions that decide how fast a network trains; empty where unknown. */
  features: string[];
  /** Memory that this process may use, in GiB. */
  memory: number;
  /** Operating system and architecture: `linux x64`. */
  platform: string;
}

/** Names in Linux's list of features, of Intel's, AMD's and ARM's processors. */
const featuresThatCount = [
  'avx',
  'avx2',
  'avx512f',
  'avx512_bf16',
  'avx512_fp16',
  'amx_tile',
  'amx_bf16',
  'asimd',
  'sve',
  'bf16',
];

/** Returns what this process computes on and with. */
export function environment(): Environment {
  const { binding } = tf.backend() as unknown as { binding: { TF_Version: string } };
  const used = device();
  return {
    node: process.versions.node,
    tfjs: tf.version.tfjs,
    tensorflow: binding.TF_Version,
    device: used,
    gpu: used === 'GPU' ? gpuName() : null,
    processor: os.cpus()[0]?.model ?? 'unknown',
    cores: os.availableParallelism(),
    features: processorFeatures(linuxProcessors()),
    memory: Math.round((usableMemory() / 2 ** 30) * 10) / 10,
    platform: `${process.platform} ${process.arch}`,
  };
}

/** Returns the features that count in the text of Linux's `/proc/cpuinfo`. */
export function processorFeatures(text: string): string[] {
  const line = /^(?:flags|Features)\s*:(.*)$/m.exec(text);
  const present = new Set(line?.[1].trim().split(/\s+/));
  return featuresThatCount.filter((feature) => present.has(feature));
}

function linuxProcessors(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return '';
  }
}

/** A container's limit, where there is one below the machine's memory. */
function usableMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, os.totalmem()) : os.totalmem();
}

function gpuName(): string {
  try {
    const query = ['--query-gpu=name', '--format=csv,noheader'];
    const names = execFileSync('nvidia-smi', query, { encoding: 'utf8', stdio: 'pipe' });
    return names.trim().split('\n')[0];
  } catch {
    return 'unknown';
  }
}
