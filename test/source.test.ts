import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { sha256 } from '../lib/integrity';
import { paths } from '../lib/paths';
import { debianFolder, publishedFiles } from '../lib/published-files';
import { findSource, readTest, readTraining, verifyTest } from '../lib/source';
import { temporaryFolder } from './support/folder';

const fixture = join(paths.root, 'test', 'fixtures');
const names = Object.keys(publishedFiles);
const temporary = temporaryFolder();
const realFolder = [paths.data, debianFolder].find((folder) =>
  names.every((name) => existsSync(join(folder, `${name}.gz`))),
);
const withRealFiles = { skip: realFolder === undefined && 'the FashionMNIST files are not here' };
let copies = 0;

function emptyFolder(): string {
  const folder = join(temporary, `${copies++}`);
  mkdirSync(folder);
  return folder;
}

function copyOfFixture(): string {
  const folder = emptyFolder();
  cpSync(fixture, folder, { recursive: true });
  return folder;
}

async function readAll(directory: string) {
  const source = await findSource({ directory });
  return { training: await readTraining(source), test: await readTest(source) };
}

/** The contents of the IDX file, packed, and with the checksum that makes it acceptable. */
function replaceContents(folder: string, name: string, contents: Uint8Array): void {
  writeFileSync(join(folder, `${name}.gz`), gzipSync(contents));
  const list = join(folder, 'SHA256SUMS');
  const line = new RegExp(`^.{64}(?=  ${name}$)`, 'm');
  writeFileSync(list, readFileSync(list, 'utf8').replace(line, sha256(contents)));
}

test('findSource({ directory }) takes a set in the same format with its own SHA256SUMS', async () => {
  const source = await findSource({ directory: fixture });
  assert.equal(source.folder, fixture);
  assert.equal(source.published, false);
  assert.equal((await readTraining(source)).count, 40);
  assert.equal((await readTest(source)).count, 20);
});

test('findSource() takes FASHION_MNIST_DIR before any other folder', async () => {
  process.env.FASHION_MNIST_DIR = fixture;
  try {
    assert.equal((await findSource()).folder, fixture);
  } finally {
    delete process.env.FASHION_MNIST_DIR;
  }
});

test('findSource({ folders }) takes the first with all four files, and wants the published ones', async () => {
  const partial = copyOfFixture();
  rmSync(join(partial, 't10k-labels-idx1-ubyte.gz'));
  const source = await findSource({ folders: [emptyFolder(), partial, fixture], mirrors: [] });
  assert.equal(source.folder, fixture);
  assert.equal(source.published, true);
  await assert.rejects(
    readTraining(source),
    /train-(images|labels)-idx\d-ubyte\.gz: the SHA-256 of its contents is \w{64}, expected \w{64}\. Replace/,
  );
});

test('findSource({ directory }) without a file throws an error that names it', async () => {
  const folder = copyOfFixture();
  rmSync(join(folder, 'train-labels-idx1-ubyte.gz'));
  await assert.rejects(findSource({ directory: folder }), ({ message }: Error) =>
    message.startsWith(`${folder} lacks train-labels-idx1-ubyte.gz. `),
  );
});

test('findSource({ directory }) without SHA256SUMS wants the published files', async () => {
  const folder = copyOfFixture();
  rmSync(join(folder, 'SHA256SUMS'));
  await assert.rejects(readAll(folder), /the SHA-256 of its contents is/);
});

test('findSource({ directory }) with an incomplete SHA256SUMS throws an error that names the line', async () => {
  const folder = copyOfFixture();
  const list = join(folder, 'SHA256SUMS');
  writeFileSync(list, readFileSync(list, 'utf8').replace(/^.*t10k-images.*\n/m, ''));
  await assert.rejects(findSource({ directory: folder }), ({ message }: Error) =>
    message.startsWith(`${list}: expected a line with the SHA-256 and the name t10k-images`),
  );
});

test('findSource({ mirrors }) says how to get the files where no address gives them', async () => {
  const folder = join(emptyFolder(), 'data');
  const server = createServer((_, response) => response.writeHead(404).end());
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const failing = findSource({ folders: [folder], mirrors: [mirror] });
  await assert.rejects(failing, ({ message }: Error) => {
    assert.match(message, /train-images-idx3-ubyte.gz: answered 404/);
    assert.match(message, /`apt-get install dataset-fashion-mnist`/);
    return true;
  });
  server.close();
  assert.deepEqual(readdirSync(folder), []);
});

test('findSource() downloads the published files where there are none', withRealFiles, async () => {
  const packed = new Map(names.map((name) => [`/${name}.gz`, asPublished(name)]));
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    response.end(packed.get(url));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const folder = join(emptyFolder(), 'data');
    const files = new Set<string>();
    const mirrors = [`http://127.0.0.1:${(server.address() as AddressInfo).port}/`];
    const onProgress = ({ file }: { file: string }) => files.add(file);
    // Two at once, as when a notebook and a training begin together: one waits for the other's files.
    const wish = { folders: [folder], mirrors, onProgress };
    const [source] = await Promise.all([findSource(wish), findSource(wish)]);
    assert.equal(source.folder, folder);
    assert.equal(asked.length, 4);
    assert.deepEqual([...files].sort(), readdirSync(folder).sort());
    assert.equal((await readTraining(source)).count, 60_000);
    await verifyTest(source);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

/** The file as its makers packed it: the same compressed bytes, with a name and a date before them. */
function asPublished(name: string): Buffer {
  const file = readFileSync(join(realFolder ?? '', `${name}.gz`));
  const hasName = (file[3] & 8) !== 0;
  const start = hasName ? file.indexOf(0, 10) + 1 : 10;
  const date = name.startsWith('train') ? 0xde : 0xf3;
  const header = Buffer.from([0x1f, 0x8b, 8, 8, date, 0xe9, 0xa7, 0x59, 0, 3]);
  return Buffer.concat([header, Buffer.from(`${name}\0`), file.subarray(start)]);
}

const other = (bytes: Uint8Array, place: number, value: number) => {
  const changed = Uint8Array.from(bytes);
  changed[place] = value;
  return changed;
};
const labelHeader = [0, 0, 8, 1, 0, 0, 0];
const wrongContents: [string, string, (contents: Uint8Array) => Uint8Array, RegExp][] = [
  [
    'a wrong magic number',
    names[0],
    (it) => other(it, 3, 1),
    /images.*gz: magic number 2049, expected 2051/,
  ],
  [
    'too high a count',
    names[0],
    (it) => other(it, 7, 41),
    /images.*gz: length in bytes 31376, expected 32160/,
  ],
  [
    'a label over 9',
    names[1],
    (it) => other(it, 9, 10),
    /labels.*gz: label 1 is 10, expected 0 to 9/,
  ],
  [
    'fewer labels than images',
    names[1],
    () => Uint8Array.of(...labelHeader, 2, 7, 7),
    /40 images in train-images-idx3-ubyte.gz, but 2 labels in train-labels-idx1-ubyte.gz/,
  ],
];
for (const [what, name, change, message] of wrongContents) {
  test(`readTraining(source) of ${what}, with its checksum right, throws an error that says so`, async () => {
    const folder = copyOfFixture();
    const { images, labels } = await readTraining(await findSource({ directory: folder }));
    const contents = name === names[0] ? images : labels;
    // The parsed values share the memory of the whole file, header included.
    const whole = new Uint8Array(contents.buffer, 0, contents.byteOffset + contents.length);
    replaceContents(folder, name, change(whole));
    await assert.rejects(readAll(folder), message);
  });
}

test('readTraining and readTest notice any two files that were swapped, and name one of them', async () => {
  for (const one of names) {
    for (const another of names.filter((name) => name > one)) {
      const folder = copyOfFixture();
      cpSync(join(fixture, `${one}.gz`), join(folder, `${another}.gz`));
      cpSync(join(fixture, `${another}.gz`), join(folder, `${one}.gz`));
      await assert.rejects(readAll(folder), ({ message }: Error) =>
        [one, another].some((name) => message.startsWith(join(folder, `${name}.gz`))),
      );
    }
  }
});

test('readTraining and readTest notice every truncation and name the file', async () => {
  const folder = copyOfFixture();
  const truncation = fc.constantFrom(...names).chain((name) => {
    const bytes = readFileSync(join(fixture, `${name}.gz`));
    return fc.record({
      name: fc.constant(name),
      damaged: fc.nat(bytes.length - 1).map((length) => bytes.subarray(0, length)),
    });
  });
  await fc.assert(
    fc.asyncProperty(truncation, async ({ name, damaged }) => {
      await withDamage(folder, name, damaged, (reading) => assertNamed(reading, folder, name));
    }),
    { numRuns: 300 },
  );
});

test('readTraining and readTest notice every flipped bit that changes what is read, and name the file', async () => {
  const folder = copyOfFixture();
  const intact = await readAll(fixture);
  const flip = fc.constantFrom(...names).chain((name) => {
    const bytes = readFileSync(join(fixture, `${name}.gz`));
    return fc.record({
      name: fc.constant(name),
      place: fc.oneof(fc.nat(30), fc.nat(bytes.length - 1)),
      bit: fc.nat(7),
    });
  });
  await fc.assert(
    fc.asyncProperty(flip, async ({ name, place, bit }) => {
      const bytes = readFileSync(join(fixture, `${name}.gz`));
      bytes[place] ^= 1 << bit;
      await withDamage(folder, name, bytes, async (reading) => {
        // Some bits mean nothing: the date in the header, the padding after the last compressed bit.
        const harmless = await reading.then(Boolean, () => false);
        if (harmless) assert.deepEqual(await reading, intact);
        else await assertNamed(reading, folder, name);
      });
    }),
    { numRuns: 600 },
  );
});

type Reading = ReturnType<typeof readAll>;

async function withDamage(
  folder: string,
  name: string,
  damaged: Uint8Array,
  check: (reading: Reading) => Promise<void>,
): Promise<void> {
  const path = join(folder, `${name}.gz`);
  writeFileSync(path, damaged);
  try {
    await check(readAll(folder));
    assert.deepEqual(readdirSync(folder), readdirSync(fixture));
  } finally {
    cpSync(join(fixture, `${name}.gz`), path);
  }
}

async function assertNamed(reading: Reading, folder: string, name: string): Promise<void> {
  await assert.rejects(reading, ({ message }: Error) =>
    message.startsWith(join(folder, `${name}.gz`)),
  );
}
