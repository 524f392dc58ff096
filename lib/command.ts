/** How a command of the project ends where it fails. */
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
