import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { type Output, problemsOf } from '../lib/notebook';
import { makeProject, printed, startKernel } from './support/kernel';

const root = makeProject(['backend.ts', 'node-compatibility.ts', 'onednn.ts', 'interrupt.ts']);
const kernel = startKernel(root);
after(() => kernel.stop());

const write = (name: string, text: string) => writeFileSync(join(root, 'lib', name), text);

test('a cell runs at the project’s root, whatever folder its notebook is in', async () => {
  const result = await kernel.run('console.log(process.cwd())');
  assert.equal(result.status, 'ok');
  assert.ok(printed(result).trim().endsWith(root));
});

test('a cell is told its number as it starts', async () => {
  const { execution_count: first = 0 } = await kernel.run('1');
  const second = await kernel.run('2');
  assert.equal(second.execution_count, first + 1);
  assert.deepEqual(
    second.outputs.map(({ kind, execution_count }) => ({ kind, execution_count })).slice(0, 1),
    [{ kind: 'execute_input', execution_count: first + 1 }],
  );
});

test('a cell that loads TensorFlow itself gets oneDNN too, as lib/onednn.ts has it', async () => {
  const result = await kernel.run('console.log(process.env.TF_ENABLE_ONEDNN_OPTS)');
  const wanted = process.arch === 'x64' ? '1' : undefined;
  assert.equal(printed(result), `${process.env.TF_ENABLE_ONEDNN_OPTS ?? wanted}\n`);
});

test('of cells that are asked for together, each is told to run when its turn comes', async () => {
  const results = await kernel.runAll(['1', "throw new Error('of the cell')", '3']);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['ok', 'error', 'aborted'],
  );
  const states = results.flatMap((result, cell) =>
    result.states.map(({ state, place }) => ({ place, cell, state })),
  );
  states.sort((one, other) => one.place - other.place);
  assert.deepEqual(
    states.map(({ cell, state }) => `${cell} ${state}`),
    ['0 busy', '0 idle', '1 busy', '1 idle', '2 busy', '2 idle'],
  );
});

test('a cell may write to the streams with a callback, and letters in two pieces', async () => {
  const cell = `const [first, second] = [[0xc3], [0xbc]].map((bytes) => Buffer.from(bytes));
process.stdout.write(first);
await new Promise<void>((done) => process.stdout.write(second, () => done()));`;
  assert.equal(printed(await kernel.run(cell)), 'ü');
});

test('a cell that throws what is no text fails like any other', async () => {
  const { status, ename } = await kernel.run('throw Object.create(null)');
  assert.deepEqual({ status, ename }, { status: 'error', ename: 'Error' });
  assert.equal(printed(await kernel.run("'usable'")), 'usable\n');
});

test('TensorFlow is loaded without a line in the notebook', async () => {
  const result = await kernel.run(
    "import { tf } from './lib/backend'; tf.tidy(() => tf.add(1, 1).arraySync())",
  );
  assert.equal(result.status, 'ok', result.traceback?.join('\n'));
  assert.equal(printed(result), '2\n');
});

test('the short form of a property finds a variable of an earlier cell', async () => {
  await kernel.run("import { join } from 'node:path'; const size = 2; let changed = 0;");
  const cell =
    'const local = 3; ({ changed } = { changed: 5 });' +
    "console.log(JSON.stringify({ size, local, changed, path: [{ join }][0].join('a', 'b') }))";
  const result = await kernel.run(cell);
  assert.equal(result.status, 'ok', result.traceback?.join('\n'));
  assert.equal(printed(result), '{"size":2,"local":3,"changed":5,"path":"a/b"}\n');
});

test('an edit of a file deep in lib/ reaches the next cell that imports it', async () => {
  write('deep.ts', "export const word = 'old';\n");
  write('between.ts', "export { word } from './deep';\n");
  write(
    'upper.ts',
    "import { word } from './between';\n\nexport const shout = () => word.toUpperCase();\n",
  );
  const cell = "import { shout } from './lib/upper'; console.log(shout())";
  assert.equal(printed(await kernel.run(cell)), 'OLD\n');
  write('deep.ts', "export const word = 'new';\n");
  assert.equal(printed(await kernel.run(cell)), 'NEW\n');
});

test('an edit leaves the state of modules that do not depend on the file', async () => {
  write('counter.ts', 'export const counter = { count: 0 };\n');
  write('edited.ts', 'export const version = 1;\n');
  const cell =
    "import { counter } from './lib/counter'; import { version } from './lib/edited'; ++counter.count";
  assert.equal(printed(await kernel.run(cell)), '1\n');
  write('edited.ts', 'export const version = 2;\n');
  assert.equal(printed(await kernel.run(cell)), '2\n');
});

test('a file made after a cell asked for it in vain is found', async () => {
  const cell = "import { here } from './lib/late'; here";
  const { status, evalue } = await kernel.run(cell);
  assert.equal(status, 'error');
  assert.match(evalue ?? '', /Cannot find module '.\/lib\/late'/);
  write('late.ts', 'export const here = 7;\n');
  assert.equal(printed(await kernel.run(cell)), '7\n');
});

test('modules that import each other are evaluated once each', async () => {
  write(
    'left.ts',
    "import { right } from './right';\n\nexport const left = () => ['left of', right].join(' ');\n",
  );
  write(
    'right.ts',
    "import { left } from './left';\n\nexport const right = 'right';\nexport const both = () => left();\n",
  );
  assert.equal(
    printed(await kernel.run("import { both } from './lib/right'; both()")),
    'left of right\n',
  );
});

test('an error thrown in lib/ names file and line, and no line of the kernel', async () => {
  write(
    'thrower.ts',
    "interface Erased {\n  gone: true;\n}\n\nexport function fail(): Erased {\n  throw new RangeError('out of bounds');\n}\n",
  );
  const result = await kernel.run(
    "import { fail } from './lib/thrower';\n\nconst number: number = 1;\nfail();",
  );
  assert.equal(result.status, 'error');
  const { kind } = result.outputs.at(-1) ?? {};
  assert.equal(kind, 'error');
  assert.deepEqual(result.traceback, [
    'RangeError: out of bounds',
    '    at fail (lib/thrower.ts:6:9)',
    `    at cell [${result.execution_count}]:4:5`,
  ]);
});

test('an error after an await names the cell’s line, too', async () => {
  const result = await kernel.run("await null;\ntype Erased = 1;\nthrow new Error('late')");
  assert.deepEqual(result.traceback, [
    'Error: late',
    `    at cell [${result.execution_count}]:3:7`,
  ]);
});

test('a file of lib/ that does not compile is named, for messages with parts as well', async () => {
  write(
    'wrong.ts',
    "export const wrong: { a: { b: number } } = { a: { b: 'text' } };\nexport const parts: () => { y: number } = () => ({ y: 'text' });\nexport const made: (x: string) => { y: number } = (x: string): { y: string } => ({ y: x });\n",
  );
  const { ename, evalue = '' } = await kernel.run("import { wrong } from './lib/wrong'");
  assert.equal(ename, 'CompileError');
  assert.match(evalue, /^lib\/wrong.ts:1:51 - Type 'string' is not assignable/);
  assert.match(evalue, /^lib\/wrong.ts:3:14 - Type .*\n {2}Call signature return types/m);
  assert.doesNotMatch(evalue, /^\d+:\d+ - /m);
});

test('3,000 lines printed at once all arrive, in order, and the cell ends', async () => {
  const result = await kernel.run('for (let line = 0; line < 3000; line++) console.log(line)');
  const lines = printed(result).trimEnd().split('\n');
  assert.deepEqual(
    lines,
    Array.from({ length: 3000 }, (_, line) => String(line)),
  );
  assert.ok(result.outputs.length < 100, `${result.outputs.length} messages`);
});

test('3,000 displays at once all arrive', async () => {
  const cell =
    "import { display } from 'tslab'; for (let n = 0; n < 3000; n++) display.text(String(n))";
  const { outputs } = await kernel.run(cell);
  assert.equal(outputs.filter(({ kind }) => kind === 'display_data').length, 3000);
});

test('prints and displays keep their order', async () => {
  const cell = "console.log('a'); display.text('b'); console.error('c'); console.log('d')";
  const { outputs } = await kernel.run(cell);
  const kinds = outputs.slice(1).map(({ kind, name = '' }) => `${kind} ${name}`.trim());
  assert.deepEqual(kinds, ['stream stdout', 'display_data', 'stream stderr', 'stream stdout']);
});

test('the interrupt button lets work that asks for it end by itself, with its result', async () => {
  const cell = `import { interruptRequested } from './lib/interrupt';
let steps = 0;
console.log('begins');
while (!interruptRequested()) { steps++; await new Promise((done) => setTimeout(done, 20)); }
steps > 0`;
  const [result] = await kernel.interrupt(cell);
  assert.equal(result.status, 'ok');
  assert.equal(printed(result), 'begins\ntrue\n');
  assert.ok(result.seconds < 3, `${result.seconds} s`);
  assert.equal(printed(await kernel.run('interruptRequested()')), 'false\n');
});

test('the interrupt button drops the cells that wait', async () => {
  const long = `console.log('begins');
    while (!interruptRequested()) await new Promise((done) => setTimeout(done, 20));`;
  const results = await kernel.interrupt(long, "console.log('next')");
  assert.deepEqual(
    results.map(({ status }) => status),
    ['ok', 'aborted'],
  );
});

for (const endless of ['while (true) {}', 'await new Promise(() => {})']) {
  test(`the interrupt button ends ${endless}, and leaves a usable kernel`, async () => {
    const [{ status, ename, seconds }] = await kernel.interrupt(
      `console.log('begins'); ${endless}`,
    );
    assert.deepEqual({ status, ename }, { status: 'error', ename: 'Interrupted' });
    assert.ok(seconds < 3, `${seconds} s`);
    assert.equal(printed(await kernel.run("'usable'")), 'usable\n');
  });
}

test('a module that the interrupt button stopped half evaluated is evaluated anew', async () => {
  write(
    'slow.ts',
    `const seen = globalThis as { isSecond?: boolean };
if (!seen.isSecond) {
  seen.isSecond = true;
  console.log('begins');
  while (true) {}
}
export const ready = 'ready';
`,
  );
  const cell = "import { ready } from './lib/slow'; console.log(ready)";
  const [{ ename }] = await kernel.interrupt(cell);
  assert.equal(ename, 'Interrupted');
  assert.equal(printed(await kernel.run(cell)), 'ready\n');
});

test('the interrupt button leaves no tensors of the computation that it stopped', async () => {
  const count = 'console.log(tf.memory().numTensors)';
  const before = printed(await kernel.run(`import { tf } from './lib/backend'; ${count}`));
  const endless = "tf.tidy(() => { tf.ones([9]); console.log('begins'); while (true) {} })";
  const [{ ename }] = await kernel.interrupt(endless);
  assert.equal(ename, 'Interrupted');
  assert.equal(printed(await kernel.run(count)), before);
  assert.equal(printed(await kernel.run('tf.tidy(() => tf.add(1, 1).arraySync())')), '2\n');
});

test('a cell that fails drops the cells that wait', async () => {
  const results = await kernel.runAll(["throw new Error('no')", "console.log('next')"]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['error', 'aborted'],
  );
});

test('a cell may loop over awaited values by itself, also inside of a block', async () => {
  const source = 'async function* count() { yield 1; yield 2; }\n';
  const loop = 'for await (const number of count()) { console.log(number); }';
  const plain = await kernel.run(source + loop);
  assert.equal(plain.status, 'ok', plain.evalue);
  assert.equal(printed(plain), '1\n2\n');
  const nested = await kernel.run(`if (true) { ${loop} }`);
  assert.equal(printed(nested), '1\n2\n');
  const inFunction = await kernel.run(`async function total() { ${loop} }\nawait total();`);
  assert.equal(printed(inFunction), '1\n2\n');
});

test('a cell that loads TensorFlow itself finds what Node 23 has removed from util', async () => {
  const place = makeProject([]);
  const file = join(place, 'node-23.cjs');
  const removed = ['isNullOrUndefined', 'isArray'];
  writeFileSync(
    file,
    `for (const name of ${JSON.stringify(removed)}) delete require('util')[name];`,
  );
  const newer = startKernel(place, { NODE_OPTIONS: `--require ${file}` });
  try {
    const { status, evalue } = await newer.run(
      "import * as tf from '@tensorflow/tfjs-node-gpu';\nconsole.log(tf.add(1, [1]).arraySync());",
    );
    assert.equal(status, 'ok', evalue);
  } finally {
    await newer.stop();
  }
});

test('an error in a promise that nobody awaits is a problem of the notebook', async () => {
  for (const late of [
    "import { readFile } from 'node:fs/promises';\nvoid readFile('/no/such/file');",
    "void Promise.reject('late');",
  ]) {
    const { status, evalue, outputs } = await kernel.run(
      `${late}\nawait new Promise((go) => setTimeout(go, 300));`,
    );
    assert.equal(status, 'ok', evalue);
    const cells = [
      {
        cell_type: 'code' as const,
        source: late,
        outputs: outputs.map((output) => ({ ...output, output_type: output.kind }) as Output),
      },
    ];
    assert.match(problemsOf({ cells, metadata: {} }).join(), /an error that did not stop the cell/);
  }
});
