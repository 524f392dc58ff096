import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test, { after, before, beforeEach } from 'node:test';
import { download } from '../lib/download';
import { sha256 } from '../lib/integrity';
import { temporaryFolder } from './support/folder';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const content = randomBytes(300_000);
const folder = temporaryFolder();
const path = join(folder, 'file.gz');
/** What the server does, by the address's path, request after request; the last one stays. */
const answers = new Map<string, Answer[]>();
let requests: IncomingMessage[] = [];
let address = '';
/** Where nothing listens any more. */
let closed = '';

const server = createServer((request, response) => {
  requests.push(request);
  const list = answers.get(request.url ?? '') ?? [status(404)];
  const answer = list.length > 1 ? list.shift() : list[0];
  answer?.(request, response);
});

before(async () => {
  const gone = createServer();
  await new Promise<void>((listening) => gone.listen(0, 'localhost', listening));
  closed = `http://localhost:${(gone.address() as AddressInfo).port}/closed`;
  await new Promise((done) => gone.close(done));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  for (const file of readdirSync(folder)) rmSync(join(folder, file));
  answers.clear();
  requests = [];
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const status =
  (code: number): Answer =>
  (_, response) =>
    response.writeHead(code).end('not the file');

const whole: Answer = (_, response) =>
  response.writeHead(200, { 'Content-Length': content.length }).end(content);

const ranged: Answer = (request, response) => {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (start === 0) return whole(request, response);
  const range = `bytes ${start}-${content.length - 1}/${content.length}`;
  response.writeHead(206, { 'Content-Range': range }).end(content.subarray(start));
};

/** Sends the first bytes, then cuts the connection. */
const cutAfter =
  (bytes: number): Answer =>
  (_, response) => {
    response.writeHead(200, { 'Content-Length': content.length });
    response.write(content.subarray(0, bytes), () => response.destroy());
  };

/** Sends the first bytes, then nothing. */
const stallAfter =
  (bytes: number): Answer =>
  (_, response) => {
    response.writeHead(200, { 'Content-Length': content.length });
    response.write(content.subarray(0, bytes));
  };

const sends =
  (body: Uint8Array): Answer =>
  (_, response) => {
    response.writeHead(200, { 'Transfer-Encoding': 'chunked' }).end(body);
  };

/** A tenth of the file every 150 ms. */
const slow: Answer = (_, response) => {
  response.writeHead(200, { 'Content-Length': content.length });
  let sent = 0;
  const timer = setInterval(() => {
    response.write(content.subarray(sent, sent + 30_000));
    sent += 30_000;
    if (sent >= content.length) {
      clearInterval(timer);
      response.end();
    }
  }, 150);
};

const options = {
  bytes: content.length,
  checksum: sha256(content),
  timeout: 1000,
  attempts: 3,
  firstPause: 5,
};

function serve(route: string, ...list: Answer[]): string {
  answers.set(route, list);
  return address + route;
}

function assertComplete(): void {
  assert.deepEqual(readFileSync(path), content);
  assert.deepEqual(readdirSync(folder), ['file.gz']);
}

test('download(urls, path) saves the file and reports progress up to its length', async () => {
  const progress: number[] = [];
  await download([serve('/a', whole)], path, {
    ...options,
    onProgress: ({ file, received, total }) => {
      assert.equal(file, 'file.gz');
      assert.equal(total, content.length);
      progress.push(received);
    },
  });
  assertComplete();
  assert.equal(progress.at(-1), content.length);
  assert.deepEqual(
    progress,
    [...progress].sort((one, other) => one - other),
  );
  assert.equal(requests[0].headers['accept-encoding'], 'identity');
});

const recoveries: [string, Answer[], number][] = [
  ['a slow one, longer than the time-out in all', [slow], 1],
  ['one that fails twice', [status(500), status(503), whole], 3],
  ['one that asks to come back later', [status(429), whole], 2],
  ['one that cuts the connection, then continues', [cutAfter(100_000), ranged], 2],
  ['one that cuts the connection, then cannot continue', [cutAfter(100_000), whole], 2],
  ['one that falls silent, then continues', [stallAfter(100_000), ranged], 2],
  ['one that refuses the range', [cutAfter(100_000), status(416), whole], 3],
  ['one that sends wrong bytes once', [sends(randomBytes(content.length)), whole], 2],
  ['one that ends too early without saying so', [sends(content.subarray(0, 9)), ranged], 2],
];
for (const [what, list, expected] of recoveries) {
  test(`download from ${what} gets the file in ${expected} requests`, async () => {
    await download([serve('/a', ...list)], path, options);
    assertComplete();
    assert.equal(requests.length, expected);
  });
}

test('download(urls, path) continues the partial file of an earlier run where it ends', async () => {
  writeFileSync(`${path}.part`, content.subarray(0, 123_456));
  await download([serve('/a', ranged)], path, options);
  assertComplete();
  assert.equal(requests[0].headers.range, 'bytes=123456-');
});

test('download(urls, path) needs no request where the partial file is already whole', async () => {
  writeFileSync(`${path}.part`, content);
  await download([serve('/a', status(404))], path, options);
  assertComplete();
  assert.equal(requests.length, 0);
});

for (const [what, partial] of [
  ['of something else', randomBytes(1000)],
  ['longer than the file', randomBytes(content.length + 1)],
  ['as long as the file, but wrong', randomBytes(content.length)],
] as const) {
  test(`download(urls, path) gets over a partial file ${what}`, async () => {
    writeFileSync(`${path}.part`, partial);
    await download([serve('/a', ranged)], path, options);
    assertComplete();
  });
}

test('download(urls, path) goes on to the next address, and not back to one that lacks the file', async () => {
  const urls = [serve('/none', status(404)), serve('/broken', status(500)), serve('/good', whole)];
  await download([closed, ...urls], path, options);
  assertComplete();
  assert.deepEqual(
    requests.map(({ url }) => url),
    ['/none', '/broken', '/good'],
  );
});

const defeats: [string, Answer, string, number][] = [
  ['only 404', status(404), 'answered 404 Not Found', 1],
  ['only 500', status(500), 'answered 500 Internal Server Error', 3],
  ['another file of the length', sends(Buffer.alloc(content.length)), 'wrong content: SHA-256', 3],
  ['a page instead', (_, response) => response.end('<html>'), 'has 6 bytes, expected 300000', 1],
  ['an endless file', sends(randomBytes(400_000)), 'sent more than the expected 300000 bytes', 1],
];
for (const [what, answer, reason, expected] of defeats) {
  test(`download from ${what} throws the reason after ${expected} requests, leaves no file`, async () => {
    const url = serve('/a', answer);
    await assert.rejects(download([url], path, options), ({ message }: Error) => {
      return message.startsWith('file.gz could not') && message.includes(`${url}: ${reason}`);
    });
    assert.equal(requests.length, expected);
    assert.deepEqual(readdirSync(folder), []);
  });
}

test('download from a wrong range throws and leaves the earlier bytes as they were', async () => {
  writeFileSync(`${path}.part`, content.subarray(0, 1000));
  const wrong: Answer = (_, response) =>
    response.writeHead(206, { 'Content-Range': 'bytes 0-299999/300000' }).end(content);
  await assert.rejects(
    download([serve('/a', wrong)], path, options),
    /sent the range "bytes 0-299999\/300000", expected "bytes 1000-299999\/300000"/,
  );
  assert.deepEqual(readFileSync(`${path}.part`), content.subarray(0, 1000));
});

test('download from silent and from closed addresses names each with its reason', async () => {
  const urls = [serve('/silent', () => undefined), closed];
  await assert.rejects(download(urls, path, options), (error: Error) => {
    assert.match(error.message, /silent: nothing received for 1 s/);
    assert.match(error.message, /closed: .*ECONNREFUSED/);
    return true;
  });
  assert.deepEqual(readdirSync(folder), []);
});

test('download(urls, path, { signal }) stops at once with its reason, and can be continued', async () => {
  const stopper = new AbortController();
  const url = serve('/a', slow);
  const running = download([url], path, {
    ...options,
    signal: stopper.signal,
    onProgress: () => stopper.abort(new Error('interrupted')),
  });
  await assert.rejects(running, /^Error: interrupted$/);
  assert.equal(existsSync(path), false);
  const received = readFileSync(`${path}.part`).length;
  assert.ok(received > 0 && received < content.length);
  serve('/a', ranged);
  await download([url], path, options);
  assertComplete();
});

test('download(urls, path, { signal }) stops while it waits for the next round', async () => {
  const url = serve('/a', status(500));
  const signal = AbortSignal.timeout(50);
  const started = Date.now();
  await assert.rejects(download([url], path, { ...options, signal, firstPause: 60_000 }), {
    name: 'TimeoutError',
  });
  assert.ok(Date.now() - started < 5000);
});

test('download(urls, path) into a missing folder throws at once, not after asking every address', async () => {
  const urls = [serve('/a', whole), serve('/b', whole)];
  await assert.rejects(download(urls, join(folder, 'missing', 'file.gz'), options), /ENOENT/);
  assert.equal(requests.length, 1);
});
