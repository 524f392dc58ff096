/** The machine's processes, as Linux's /proc tells of them (proc(5)). */
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

export interface Stat {
  /** `Z` of one that has ended unnoticed. */
  state: string;
  /** When it was started, in ticks since the machine was. */
  start: string;
}

/** Returns what has become of a process; nothing if it is gone. */
export function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0], start: fields[19] };
  } catch {
    return undefined;
  }
}
