/** What the processor can do, as far as it matters to TensorFlow. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Instructions by the names that Linux gives them, and the names that people know. */
const instructions: Record<string, string> = {
  avx2: 'AVX2',
  avx512f: 'AVX-512',
  avx512_bf16: 'AVX512_BF16',
  amx_bf16: 'AMX (bfloat16)',
  asimd: 'NEON',
  sve: 'SVE',
  bf16: 'bfloat16',
};

function linuxFlags(): string[] {
  const file = '/proc/cpuinfo';
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return /^(?:flags|Features)\s*:\s*(.*)$/m.exec(text)?.[1].split(/\s+/) ?? [];
}

function macFlags(): string[] {
  const text = execFileSync('sysctl', ['hw.optional'], { encoding: 'utf8' });
  const isSet = (name: string) => new RegExp(`${name}: 1`).test(text);
  return [isSet('FEAT_BF16') ? 'bf16' : '', isSet('AdvSIMD') ? 'asimd' : ''];
}

/** Returns what of AVX2, AVX-512, AVX512_BF16, AMX, NEON, SVE and bfloat16 there is. */
export function processorFeatures(): string[] {
  const flags = process.platform === 'darwin' ? macFlags() : linuxFlags();
  return Object.entries(instructions)
    .filter(([flag]) => flags.includes(flag))
    .map(([, name]) => name);
}
