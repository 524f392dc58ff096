/** The machine's processes, by their command lines. */
import { readdirSync, readFileSync } from 'node:fs';

/** Returns the numbers of the processes whose command line has all of these words; none where there is no /proc. */
export function processesWith(...words: string[]): number[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const line = readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return words.every((word) => line.includes(word)) ? [Number(entry)] : [];
    } catch {
      return [];
    }
  });
}
