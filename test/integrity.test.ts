import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import {
  demandWritable,
  makeFolder,
  removeLeftovers,
  sha256,
  temporaryPath,
  writeFileAtomically,
} from '../lib/integrity';
import { paths } from '../lib/paths';
import { temporaryFolder } from './support/folder';

const folder = temporaryFolder();

test('sha256(content) gives the checksum that the standard gives for "abc"', () => {
  const standard = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  assert.equal(sha256('abc'), standard);
  assert.equal(sha256(Uint8Array.of(97, 98, 99)), standard);
});

test('writeFileAtomically(path, content) writes a new file, replaces an old one, leaves no other', async () => {
  const path = join(folder, 'state.json');
  for (const content of ['{}', Uint8Array.of(0, 255, 10)]) {
    await writeFileAtomically(path, content);
    assert.deepEqual(readFileSync(path), Buffer.from(content));
  }
  assert.deepEqual(readdirSync(folder), ['state.json']);
});

test('writeFileAtomically(path) into a missing folder throws an error that names the path', async () => {
  const path = join(folder, 'missing', 'state.json');
  await assert.rejects(writeFileAtomically(path, ''), ({ message }: Error) => {
    return message.startsWith(`${path} could not be written: ENOENT`);
  });
});

test('writeFileAtomically(path) that cannot rename throws and removes its temporary file', async () => {
  const place = join(folder, 'place');
  mkdirSync(join(place, 'state'), { recursive: true });
  await assert.rejects(writeFileAtomically(join(place, 'state'), 'text'), /could not be written/);
  assert.deepEqual(readdirSync(place), ['state']);
});

test('writeFileAtomically(path) killed at any moment leaves the old or the new content', async () => {
  const path = join(folder, 'killed.bin');
  const length = 2 ** 20;
  const program = `
    const { writeFileAtomically } = require('./lib/integrity');
    async function main() {
      for (let round = 1; ; round++) {
        await writeFileAtomically(${JSON.stringify(path)}, Buffer.alloc(${length}, round % 256));
      }
    }
    main();`;
  for (let kill = 0; kill < 3; kill++) {
    rmSync(path, { force: true });
    const writer = spawn(process.execPath, ['--import', 'tsx', '--eval', program], {
      cwd: paths.root,
      stdio: 'inherit',
    });
    while (!existsSync(path) && writer.exitCode === null && writer.signalCode === null) {
      await pause(5);
    }
    await pause(20 + 37 * kill);
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    const content = readFileSync(path);
    assert.deepEqual(content, Buffer.alloc(length, content[0]));
  }
});

test('makeFolder(folder) makes it with all above it, or says what stands in the way', async () => {
  const deep = join(folder, 'made', 'deep', 'down');
  await makeFolder(deep);
  await makeFolder(deep);
  assert.deepEqual(readdirSync(deep), []);
  writeFileSync(join(folder, 'file'), '');
  const message = /^Error: The folder .*file\/below could not be made: ENOTDIR/;
  await assert.rejects(makeFolder(join(folder, 'file', 'below')), message);
});

test('demandWritable(path) leaves nothing behind, and names a folder that cannot be written', async () => {
  const place = join(folder, 'writable');
  await demandWritable(join(place, 'model'));
  assert.deepEqual(readdirSync(place), []);
  // Nothing can be made there, whoever asks.
  await assert.rejects(
    demandWritable('/proc/nothing/model'),
    /Nothing can be written into \/proc\/nothing/,
  );
});

test('removeLeftovers(path) removes what was to become this path, and nothing else', async () => {
  const place = join(folder, 'leftovers');
  mkdirSync(place);
  const path = join(place, 'run');
  const others = [
    path,
    join(place, 'run.tmp'),
    temporaryPath(join(place, 'run.other')),
    `${path}-2`,
  ];
  for (const name of [...others, temporaryPath(path)]) writeFileSync(name, '');
  mkdirSync(temporaryPath(path));
  await removeLeftovers(path);
  const left = readdirSync(place).map((name) => join(place, name));
  assert.deepEqual(left.sort(), others.sort());
});
