/** What the commands of the project have in common: how they fail, and numbers among their words. */
import { basename } from 'node:path';
import { reasonOf } from './integrity';

/**
 * Runs a command's main function. If it fails, the exit code is 1 and the message is shown: alone, where it says
 * what a user can mend, and with its stack where the program itself is wrong.
 */
export function runCommand(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    console.error(failureText(error));
    process.exitCode = 1;
  });
}

function failureText(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code?.startsWith('ERR_PARSE_ARGS')) return `${reasonOf(error)}\n${helpAdvice()}`;
  const isFault = error instanceof TypeError || error instanceof ReferenceError;
  return isFault ? String(error.stack) : reasonOf(error);
}

function helpAdvice(): string {
  const name = basename(process.argv[1] ?? '', '.ts');
  return `npm run ${name} -- --help tells what it takes.`;
}

/** Returns the number behind an option. @throws if it is no whole number above 0 */
export function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new RangeError(`--${option} is ${text}: expected a whole number above 0.`);
}

/**
 * Refuses words of a command line that would do nothing.
 *
 * @param option the one beside which they have no effect, where it was given
 * @param idle those words by the names a user knows, with their values; `undefined` and `false` were not given
 * @throws with the names of those that were given
 */
export function refuseBeside(option: string, idle: Record<string, unknown>): void {
  const given = Object.entries(idle).filter(([, value]) => value !== undefined && value !== false);
  if (given.length === 0) return;
  const names = given.map(([name]) => name).join(' and ');
  throw new Error(`Beside ${option}, leave out ${names}: it would have no effect.`);
}
