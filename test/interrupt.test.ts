import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'node:test';

const load =
  "const { interruptExitCode, interruptRequested, onInterrupt } = require('./lib/interrupt');";
const work = `async function work() {
  while (!interruptRequested()) await new Promise((done) => setTimeout(done, 10));
  console.log('stopped');
}`;
const forEver = 'setTimeout(() => {}, 60_000)';

interface Case {
  title: string;
  script: string;
  signals: NodeJS.Signals[];
  exitCode: number;
  output: string;
}

const cases: Case[] = [
  {
    title: 'interruptRequested() is true after Ctrl-C, and the process goes on to its own end',
    script: `${work} work();`,
    signals: ['SIGINT'],
    exitCode: 0,
    output: 'stopped\n',
  },
  {
    title: 'interruptRequested() is true after SIGTERM',
    script: `${work} work();`,
    signals: ['SIGTERM'],
    exitCode: 0,
    output: 'stopped\n',
  },
  {
    title: 'interruptExitCode() is 128 and the number of the signal that has asked to stop',
    script: `${work} work().then(() => process.exit(interruptExitCode()));`,
    signals: ['SIGHUP'],
    exitCode: 129,
    output: 'stopped\n',
  },
  {
    title: 'a second Ctrl-C ends a process that does not come to its end',
    script: `${work} work().then(() => ${forEver});`,
    signals: ['SIGINT', 'SIGINT'],
    exitCode: 130,
    output: 'stopped\n',
  },
  {
    title: 'onInterrupt(callback) calls back once',
    script: `const timer = ${forEver};
      onInterrupt(() => { clearTimeout(timer); console.log('stopped'); });`,
    signals: ['SIGINT'],
    exitCode: 0,
    output: 'stopped\n',
  },
  {
    title: 'the function that onInterrupt() returns ends the listening: Ctrl-C ends the process',
    script: `onInterrupt(() => console.log('called'))(); ${forEver};`,
    signals: ['SIGINT'],
    exitCode: 130,
    output: '',
  },
];

/** Runs a script in a process of its own, sends it the signals, and returns how it ended. */
async function signalled(script: string, signals: NodeJS.Signals[]) {
  const code = `${load}\n${script}\nconsole.log('ready');`;
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', '--eval', code]);
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  const ended = once(child, 'close');
  await once(child.stdout, 'data');
  for (const signal of signals) {
    // Longer than what counts as one wish.
    await new Promise((done) => setTimeout(done, 1500));
    child.kill(signal);
  }
  const [exitCode] = await ended;
  return { exitCode, output: printed.replace('ready\n', '') };
}

for (const { title, script, signals, exitCode, output } of cases) {
  test(title, async () => {
    assert.deepEqual(await signalled(script, signals), { exitCode, output });
  });
}
