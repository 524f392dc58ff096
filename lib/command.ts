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
 * @param choice the option beside which they have no effect, if it was given
 * @param idle those words. All are named as a user knows them; what is `undefined` or `false` was not given
 * @throws with the names of those that were given
 */
export function refuseBeside(choice: Record<string, unknown>, idle: Record<string, unknown>): void {
  const [option] = namesOfGiven(choice);
  const given = namesOfGiven(idle);
  if (option === undefined || given.length === 0) return;
  const names = given.join(' and ');
  throw new Error(`Beside ${option}, leave out ${names}: it would have no effect.`);
}

function namesOfGiven(words: Record<string, unknown>): string[] {
  return Object.keys(words).filter((name) => words[name] !== undefined && words[name] !== false);
}
