import assert from 'node:assert/strict';
import test, { afterEach } from 'node:test';
import { keep, keepAsync, kept, release } from '../lib/registry';

class Value {
  disposed = 0;
  dispose(): void {
    this.disposed++;
  }
}

/** A value that arrives when the test wants it to. */
function later() {
  const value = new Value();
  let arrive: () => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const promise = new Promise<Value>((resolve, reject) => {
    arrive = () => resolve(value);
    fail = reject;
  });
  return { value, arrive, fail, make: () => promise };
}

afterEach(() => ['a', 'b'].forEach(release));

test('keep(name, make) returns the value and keeps it for later cells', () => {
  const value = keep('a', () => new Value());
  assert.equal(kept('a'), value);
  assert.equal(kept('b'), undefined);
  assert.equal(value.disposed, 0);
});

test('keep(name, make) disposes the earlier value before it makes the new one', () => {
  const first = keep('a', () => new Value());
  const second = keep('a', () => {
    assert.equal(first.disposed, 1);
    return new Value();
  });
  assert.equal(kept('a'), second);
  assert.equal(first.disposed, 1);
  assert.equal(second.disposed, 0);
});

test('keep(name, make) keeps nothing when make fails', () => {
  const first = keep('a', () => new Value());
  const fail = () => {
    throw new Error('no memory');
  };
  assert.throws(() => keep('a', fail), /no memory/);
  assert.equal(first.disposed, 1);
  assert.equal(kept('a'), undefined);
});

test('kept(name) finds the value after the module was loaded anew', () => {
  const value = keep('a', () => new Value());
  const file = require.resolve('../lib/registry');
  delete require.cache[file];
  const reloaded = require(file) as typeof import('../lib/registry');
  assert.notEqual(reloaded.kept, kept);
  assert.equal(reloaded.kept('a'), value);
});

test('release(name) disposes the value once, and only that one', () => {
  const first = keep('a', () => new Value());
  const other = keep('b', () => new Value());
  release('a');
  release('a');
  assert.equal(first.disposed, 1);
  assert.equal(other.disposed, 0);
  assert.equal(kept('a'), undefined);
});

test('keepAsync(name, make) disposes the earlier value at once and keeps the new when it is there', async () => {
  const first = keep('a', () => new Value());
  const second = later();
  const waiting = keepAsync('a', second.make);
  assert.equal(first.disposed, 1);
  assert.equal(kept('a'), undefined);
  second.arrive();
  assert.equal(await waiting, second.value);
  assert.equal(kept('a'), second.value);
});

for (const order of ['first', 'second'] as const) {
  test(`keepAsync(name, make) called twice keeps the second, also if the ${order} arrives first`, async () => {
    const calls = { first: later(), second: later() };
    const waiting = {
      first: keepAsync('a', calls.first.make),
      second: keepAsync('a', calls.second.make),
    };
    const rejected = assert.rejects(waiting.first, /"a" was made again/);
    calls[order].arrive();
    await waiting[order].catch(() => undefined);
    calls.first.arrive();
    calls.second.arrive();
    assert.equal(await waiting.second, calls.second.value);
    await rejected;
    assert.equal(kept('a'), calls.second.value);
    assert.equal(calls.first.value.disposed, 1);
    assert.equal(calls.second.value.disposed, 0);
  });
}

test('keepAsync(name, make) gives way to a value that was kept meanwhile', async () => {
  const late = later();
  const waiting = keepAsync('a', late.make);
  const value = keep('a', () => new Value());
  late.arrive();
  await assert.rejects(waiting, /"a" was made again/);
  assert.equal(kept('a'), value);
  assert.equal(value.disposed, 0);
  assert.equal(late.value.disposed, 1);
});

test('keepAsync(name, make) throws what make throws and can be called again', async () => {
  const broken = later();
  const waiting = keepAsync('a', broken.make);
  broken.fail(new Error('no data'));
  await assert.rejects(waiting, /no data/);
  const whole = later();
  whole.arrive();
  assert.equal(await keepAsync('a', whole.make), whole.value);
});
