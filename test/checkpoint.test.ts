import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
  readNewestCheckpoint,
  writeCheckpoint,
} from '../lib/checkpoint';
import { temporaryFolder } from './support/folder';

interface Header {
  recipe: string;
}

function sample(step: number): Checkpoint<Header> {
  return {
    step,
    header: { recipe: 'größer' },
    arrays: {
      flags: Uint8Array.of(1, 2, 255),
      weights: Float32Array.of(step, -0, 1e-40, Number.POSITIVE_INFINITY, Number.NaN),
      counts: Int32Array.of(-(2 ** 31), 2 ** 31 - 1),
      none: new Float32Array(0),
    },
  };
}

/** Changes one byte of a file, counted from its end. */
function damage(path: string, fromEnd = 1): void {
  const bytes = readFileSync(path);
  bytes[bytes.length - fromEnd] ^= 1;
  writeFileSync(path, bytes);
}

test('decodeCheckpoint(encodeCheckpoint(checkpoint)) gives the checkpoint back, bit for bit', () => {
  const checkpoint = sample(12);
  const decoded = decodeCheckpoint<Header>(Buffer.from(encodeCheckpoint(checkpoint)), 'file');
  assert.deepEqual(decoded, checkpoint);
  const bits = (array: ArrayBufferView) =>
    Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('hex');
  for (const [name, array] of Object.entries(checkpoint.arrays)) {
    assert.equal(bits(decoded.arrays[name]), bits(array), name);
  }
});

test('encodeCheckpoint(checkpoint) keeps a part of a larger buffer as that part', () => {
  const all = Float32Array.of(1, 2, 3, 4);
  const bytes = encodeCheckpoint({ step: 1, header: null, arrays: { part: all.subarray(1, 3) } });
  const { arrays } = decodeCheckpoint(Buffer.from(bytes), 'file');
  assert.deepEqual(arrays.part, Float32Array.of(2, 3));
});

test('decodeCheckpoint(bytes, path) refuses a file with any one bit changed', () => {
  const bytes = encodeCheckpoint(sample(3));
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(7), (place, bit) => {
      const changed = Buffer.from(bytes);
      changed[place] ^= 1 << bit;
      assert.throws(
        () => decodeCheckpoint(changed, 'a/file'),
        /^Error: a\/file is (damaged|not a)/,
      );
    }),
  );
});

test('decodeCheckpoint(bytes, path) refuses a file that was cut off anywhere', () => {
  const bytes = Buffer.from(encodeCheckpoint(sample(3)));
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(() => decodeCheckpoint(bytes.subarray(0, length), 'file'), /^Error: file is/);
  }
});

test('readNewestCheckpoint(folder) returns nothing where there is no checkpoint or no folder', async () => {
  const folder = temporaryFolder();
  assert.equal(await readNewestCheckpoint(folder), undefined);
  assert.equal(await readNewestCheckpoint(join(folder, 'absent')), undefined);
});

test('writeCheckpoint(folder, checkpoint) makes the folder and keeps the last two files', async () => {
  const folder = join(temporaryFolder(), 'deep', 'down');
  for (const step of [5, 10, 99, 1000]) {
    const path = await writeCheckpoint(folder, sample(step));
    assert.deepEqual(decodeCheckpoint(readFileSync(path), path), sample(step));
  }
  const files = ['step-000000099.checkpoint', 'step-000001000.checkpoint'];
  assert.deepEqual(readdirSync(folder).sort(), files);
  assert.deepEqual(await readNewestCheckpoint(folder), sample(1000));
});

test('readNewestCheckpoint(folder) takes the one before where the newest is damaged', async () => {
  const folder = temporaryFolder();
  await writeCheckpoint(folder, sample(1));
  damage(await writeCheckpoint(folder, sample(2)));
  assert.deepEqual(await readNewestCheckpoint(folder), sample(1));
});

test('writeCheckpoint(folder, checkpoint) keeps two that can be read, and none of a later step', async () => {
  const folder = temporaryFolder();
  await writeCheckpoint(folder, sample(500));
  damage(await writeCheckpoint(folder, sample(1000)));
  await writeCheckpoint(folder, sample(520));
  const files = ['step-000000500.checkpoint', 'step-000000520.checkpoint'];
  assert.deepEqual(readdirSync(folder).sort(), files);
});

test('readNewestCheckpoint(folder) does not take a folder that cannot be listed for an empty one', async () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  await assert.rejects(readNewestCheckpoint(file), /ENOTDIR/);
});

test('readNewestCheckpoint(folder) says what is wrong with each where all are damaged', async () => {
  const folder = temporaryFolder();
  const paths = [
    await writeCheckpoint(folder, sample(1)),
    await writeCheckpoint(folder, sample(2)),
  ];
  damage(paths[0]);
  writeFileSync(paths[1], 'something else');
  await assert.rejects(readNewestCheckpoint(folder), ({ message }: Error) => {
    assert.ok(message.includes(`${paths[0]} is damaged`));
    assert.ok(message.includes(`${paths[1]} is not a checkpoint of this version`));
    return message.endsWith('Start the training anew.');
  });
});

test('readNewestCheckpoint(folder) looks at no other files of the folder', async () => {
  const folder = temporaryFolder();
  await writeCheckpoint(folder, sample(7));
  for (const name of ['step-9.checkpoint', 'step-000000009.checkpoint.part', 'notes.txt']) {
    writeFileSync(join(folder, name), 'x');
  }
  assert.equal((await readNewestCheckpoint(folder))?.step, 7);
});
