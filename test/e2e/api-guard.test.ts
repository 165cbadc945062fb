/** Who may ask a node what: every route of a real daemon without token, from foreign pages, and with bad bodies. */
import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { createApiClient } from '../../src/api/client.ts';
import { type ErrorJson, errorJson } from '../../src/api/errors.ts';
import { parseRegion, ROUTE_LIST, SCOPES, type Scope } from '../../src/api/index.ts';
import { present } from '../../src/core/base/outcome.ts';
import { profileKind } from '../../src/core/wire/kinds/book.ts';
import { openTokens } from '../../src/daemon/api-access.ts';
import { type Daemon, initNode, readApiAccess, systemRandom } from '../../src/daemon/index.ts';
import { startAlone } from '../support/one-daemon.ts';
import { temporaryFolder } from '../support/processes.ts';
import { idNamed } from '../support/world.ts';

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let daemon: Daemon;
let tokens: ReadonlyMap<Scope, string>;

/** Asks as any program can, with headers that fetch would not send. */
async function ask(path: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asking = request(`${daemon.api}${path}`, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      const done = (): void =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString('utf8'),
          headers: response.headers,
        });
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if (!String(response.headers['content-type']).startsWith('text/event-stream')) return;
        response.destroy();
        done();
      });
      response.on('end', done);
    });
    asking.on('error', reject);
    asking.end(body);
  });
}

function bearer(scope: Scope): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${present(tokens.get(scope), 'each scope has a token')}` };
}

function errorOf(reply: Reply): ErrorJson['error'] {
  return errorJson.parse(JSON.parse(reply.body)).error;
}

/** Every path of the table, its parameters filled in, and the pages beside it that need a token. */
const PLACES: readonly { readonly method: string; readonly path: string; readonly scope: Scope }[] = [
  ...ROUTE_LIST.map(({ method, path, scope }) => {
    return { method, scope, path: path.replaceAll(/:\w+/g, idNamed('anything')) };
  }),
  { method: 'GET', path: '/v1/openapi.json', scope: 'read' },
  { method: 'GET', path: '/metrics', scope: 'read' },
  { method: 'GET', path: '/v1/nothing-here', scope: 'read' },
];

before(async () => {
  folder = await temporaryFolder();
  const region = present(parseRegion('cascadia/willamette'), 'a region');
  await initNode({ folder: folder.path, passphrase: null, kind: 'person', name: 'Ada', region });
  daemon = await startAlone(folder.path);
  const known = await openTokens(folder.path, systemRandom);
  tokens = new Map(
    known.map(({ token, scopes }) => [present(SCOPES[scopes.length - 1], 'a token has a scope'), token]),
  );
});

after(async () => {
  await daemon[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

describe('a token', () => {
  test('an address that is none gets no further than the guards, and then says so', async () => {
    assert.equal((await ask('/v1/%zz')).status, 401);
    assert.equal((await ask('/v1/%zz', { headers: { ...bearer('read'), host: 'example.org' } })).status, 403);
    const reply = await ask('/v1/%zz', { headers: bearer('admin') });
    assert.deepEqual([reply.status, errorOf(reply).field], [400, 'url']);
  });

  for (const { method, path } of PLACES) {
    test(`is asked for: ${method} ${path.slice(0, 40)}`, async () => {
      const wrong = [
        undefined,
        'Bearer ',
        'Bearer wrong',
        `Basic ${tokens.get('admin')}`,
        `bearer${tokens.get('admin')}`,
      ];
      for (const authorization of wrong) {
        const reply = await ask(path, { method, headers: authorization === undefined ? {} : { authorization } });
        assert.deepEqual([reply.status, errorOf(reply).code], [401, 'unauthorized']);
      }
    });
  }

  for (const { method, path, scope } of PLACES.filter((place) => place.scope !== 'read')) {
    test(`without the scope ${scope} is not enough: ${method} ${path.slice(0, 40)}`, async () => {
      const narrower = present(SCOPES[SCOPES.indexOf(scope) - 1], 'there is a narrower scope');
      const reply = await ask(path, { method, headers: bearer(narrower) });
      assert.deepEqual([reply.status, errorOf(reply).code], [403, 'scope_missing']);
    });
  }

  test('is not asked for by the two pages that tell whether the node lives', async () => {
    assert.deepEqual(JSON.parse((await ask('/healthz')).body), { alive: true });
    const challenged = JSON.parse((await ask('/healthz?challenge=abc')).body);
    assert.deepEqual(Object.keys(challenged), ['alive', 'proof']);
    assert.deepEqual(JSON.parse((await ask('/readyz')).body), { ready: true });
  });

  test('is read whatever the case of its scheme, and from no other place than the header', async () => {
    const token = tokens.get('read');
    for (const scheme of ['bearer', 'BEARER', 'Bearer '])
      assert.equal((await ask('/v1/status', { headers: { authorization: `${scheme} ${token}` } })).status, 200);
    for (const place of [`?token=${token}`, `?access_token=${token}`])
      assert.equal((await ask(`/v1/status${place}`)).status, 401);
    assert.equal((await ask('/v1/status', { headers: { cookie: `token=${token}` } })).status, 401);
  });

  test('stands in a file that only its owner reads, one for each scope', async () => {
    const { mode } = await stat(join(folder.path, 'api-token'));
    assert.equal(mode & 0o777, 0o600);
    assert.deepEqual([...tokens.keys()], [...SCOPES]);
    assert.equal(new Set(tokens.values()).size, SCOPES.length);
  });
});

describe('a page of another origin, or another name for this address,', () => {
  const foreign: readonly Readonly<Record<string, string>>[] = [
    { host: 'evil.example' },
    { host: '127.0.0.1' },
    { host: '127.0.0.1:1' },
    { host: 'localhost.evil.example:80' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1' },
    { origin: 'file://' },
  ];
  for (const { method, path } of [...PLACES, { method: 'GET', path: '/healthz' }, { method: 'GET', path: '/readyz' }]) {
    test(`is refused at ${method} ${path.slice(0, 40)}`, async () => {
      for (const headers of foreign) {
        const reply = await ask(path, { method, headers: { ...bearer('admin'), ...headers } });
        assert.equal(reply.status, 403, JSON.stringify(headers));
        assert.match(errorOf(reply).code, /^foreign_(host|origin)$/);
        assert.equal(reply.headers['access-control-allow-origin'], undefined);
      }
    });
  }

  test('is none where it is this very server', async () => {
    const { host } = new URL(daemon.api);
    for (const headers of [{ host, origin: daemon.api }, { host: host.replace('127.0.0.1', 'localhost') }]) {
      assert.equal((await ask('/v1/status', { headers: { ...bearer('read'), ...headers } })).status, 200);
    }
  });
});

describe('a bad question', () => {
  const json = { 'content-type': 'application/json' };

  for (const route of ROUTE_LIST.filter(({ takes }) => takes === 'json')) {
    test(`is refused with its field: ${route.name}`, async () => {
      const bodies = ['[]', '7', 'null', '{', '', '{"nonsense":1}', '{"__proto__":{"a":1}}'];
      for (const body of bodies) {
        const reply = await ask(route.path, { method: route.method, headers: { ...bearer('admin'), ...json }, body });
        assert.deepEqual([reply.status, errorOf(reply).code], [400, 'bad_request'], `${body} ${reply.body}`);
        assert.match(errorOf(reply).field ?? '', /^body/, `${body} ${reply.body}`);
      }
      const form = { 'content-type': 'application/x-www-form-urlencoded' };
      const posted = await ask(route.path, { method: 'POST', headers: { ...bearer('admin'), ...form }, body: 'a=1' });
      assert.equal(posted.status, 415, 'a form that a page can post is not read');
    });
  }

  const id = idNamed('anything');
  const cases: readonly (readonly [string, string, unknown, string])[] = [
    [
      'POST',
      '/v1/pay',
      {
        payments: [
          { to: id, amount: 1 },
          { to: 'x', amount: 1 },
        ],
      },
      'body.payments[1].to',
    ],
    ['POST', '/v1/pay', { payments: [{ to: id, amount: -1 }] }, 'body.payments[0].amount'],
    ['POST', '/v1/pay', { payments: [] }, 'body.payments'],
    ['POST', '/v1/pay', { payments: [{ to: id, amount: 1 }], memo: 'red \u001b[31m' }, 'body.memo'],
    [
      'POST',
      '/v1/labor/claim',
      { cooperative: id, bank: id, intervals: [{ start: 'noon', minutes: 1 }] },
      'body.intervals[0].start',
    ],
    ['POST', '/v1/regions/join', { region: 'A B' }, 'body.region'],
    ['GET', '/v1/books/short', undefined, 'params.book'],
    ['GET', `/v1/books/${id}?from=-1`, undefined, 'query.from'],
    ['GET', '/v1/labor?limit=0', undefined, 'query.limit'],
    ['GET', '/v1/books?own=maybe', undefined, 'query.own'],
    ['POST', '/v1/invites?dryRun=perhaps', {}, 'query.dryRun'],
    ...['', '0x10', '1e3', '1.5', '+1', ' 1', '9007199254740993', '99999999999999999999'].map(
      (from) => ['GET', `/v1/books/${id}?from=${encodeURIComponent(from)}`, undefined, 'query.from'] as const,
    ),
    ['GET', '/v1/labor?limit=1&limit=2', undefined, 'query.limit'],
    ['POST', '/v1/invites?dryRun=true&dryRun=true', {}, 'query.dryRun'],
  ];
  for (const [method, path, value, field] of cases) {
    test(`names ${field} at ${method} ${path.slice(0, 30)}`, async () => {
      const body = value === undefined ? {} : { body: JSON.stringify(value) };
      const reply = await ask(path, {
        method,
        headers: { ...bearer('admin'), ...(value === undefined ? {} : json) },
        ...body,
      });
      assert.equal(reply.status, 400, reply.body);
      assert.equal(errorOf(reply).field, field);
      assert.match(errorOf(reply).sentence, /\w/);
    });
  }

  test('is squeezed: a body is read as it is, or refused with that reason', async () => {
    const headers = { ...bearer('admin'), ...json, 'content-encoding': 'gzip' };
    const reply = await ask('/v1/items', { method: 'POST', headers, body: 'abcd' });
    assert.deepEqual([reply.status, errorOf(reply).code], [415, 'unsupported']);
    assert.match(errorOf(reply).sentence, /gzip/);
    const plain = await ask('/v1/status', { headers: { ...bearer('read'), 'content-encoding': 'identity' } });
    assert.equal(plain.status, 200);
  });

  test('is told what is wrong with it, in a true sentence', async () => {
    const twice = errorOf(await ask('/v1/labor?limit=1&limit=2', { headers: bearer('read') }));
    assert.match(twice.sentence, /2 times/);
    const headers = { ...bearer('admin'), ...json };
    const body = '{"constructor":{"prototype":{}},"items":[]}';
    assert.match(errorOf(await ask('/v1/items', { method: 'POST', headers, body })).sentence, /constructor/);
    const garbage = await ask('/v1/items', { method: 'POST', headers, body: '{"items":["AAAA"]}' });
    const [outcome] = JSON.parse(garbage.body).outcomes;
    assert.match(outcome.sentence, /^The item is not a protobuf message/);
  });

  test('is HEAD where nothing but a whole answer helps; the pages that watch a node take it', async () => {
    for (const { method, path } of PLACES.filter((place) => place.method === 'GET')) {
      const reply = await ask(path, { method: 'HEAD', headers: bearer('admin') });
      assert.equal(reply.status, 404, `${method} ${path}`);
    }
    for (const path of ['/healthz', '/readyz']) assert.equal((await ask(path, { method: 'HEAD' })).status, 200);
  });

  test('is no file to import: none, or one of something else', async () => {
    const path = '/v1/import';
    const none = await ask(path, { method: 'POST', headers: bearer('admin') });
    assert.deepEqual([none.status, errorOf(none).field], [400, 'body']);
    const asJson = await ask(path, { method: 'POST', headers: { ...bearer('admin'), ...json }, body: '{}' });
    assert.deepEqual([asJson.status, errorOf(asJson).field], [400, 'body']);
    const bytes = { 'content-type': 'application/octet-stream' };
    const body = 'no file of items '.repeat(500_000);
    const reply = await ask(path, { method: 'POST', headers: { ...bearer('admin'), ...bytes }, body });
    const { complete, faults } = JSON.parse(reply.body);
    assert.deepEqual([reply.status, complete, faults.length], [200, false, 1]);
  });

  test('follows no region for a token that may not, and takes nothing in on a dry run', async () => {
    const bytes = { 'content-type': 'application/octet-stream' };
    for (const question of ['?join=true', '?join=false&join=true', '?%6aoin=1']) {
      const headers = { ...bearer('write'), ...bytes };
      const join = await ask(`/v1/import${question}`, { method: 'POST', headers, body: 'x' });
      assert.equal(join.status, 403, `${question}: ${join.body}`);
      assert.equal(errorOf(join).code, 'scope_missing');
    }
    const path = '/v1/import?dryRun=true&join=true';
    const planned = await ask(path, {
      method: 'POST',
      headers: { ...bearer('admin'), ...bytes },
      body: 'x'.repeat(3000),
    });
    const { dryRun, would } = JSON.parse(planned.body);
    assert.deepEqual([planned.status, dryRun], [200, true]);
    assert.match(would, /3000 bytes, and follow the regions/);
  });

  test('that is too large is not read', async () => {
    const headers = { ...bearer('admin'), ...json, 'content-length': String(64 * 1024 * 1024) };
    const reply = await ask('/v1/items', { method: 'POST', headers, body: '{' });
    assert.deepEqual([reply.status, errorOf(reply).code], [413, 'too_large']);
  });
});

describe('a node tells', () => {
  test('its whole API as OpenAPI, every route with its summary and forms', async () => {
    const { body } = await ask('/v1/openapi.json', { headers: bearer('read') });
    const { openapi, paths } = JSON.parse(body);
    assert.match(openapi, /^3\./);
    for (const { path, method, summary, name, takes } of ROUTE_LIST) {
      const operation = paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
      assert.deepEqual([operation?.summary, operation?.operationId], [summary, name]);
      assert.equal(operation.requestBody !== undefined, takes === 'json', name);
    }
    const pay = paths['/v1/pay'].post.requestBody.content['application/json'].schema;
    assert.deepEqual(pay.required, ['payments']);
  });

  test('its metrics, with those of libp2p', async () => {
    const { body, headers } = await ask('/metrics', { headers: bearer('read') });
    assert.match(String(headers['content-type']), /^text\/plain/);
    for (const name of [
      'mutua_books ',
      'mutua_peers 0',
      'mutua_notices_total',
      'libp2p_',
      'process_resident_memory_bytes',
    ]) {
      assert.ok(body.includes(name), name);
    }
  });

  test('what happened while a reader was away, or that it is gone', async () => {
    const api = createApiClient(present(await readApiAccess(folder.path), 'the daemon runs'));
    const [first] = (await ask('/v1/events', { headers: { ...bearer('read'), 'last-event-id': 'gone-1' } })).body.split(
      '\n\n',
    );
    assert.ok(first?.startsWith(': '), 'the stream opens with a comment');
    const ending = new AbortController();
    const events = api.events({ lastEventId: 'another-life-5', signal: ending.signal });
    const reset = (await events.next()).value;
    assert.equal(reset?.type, 'reset');
    const resumed = api.events({ lastEventId: present(reset, 'an event').id, signal: ending.signal });
    const hearing = resumed.next();
    await api.call('region.join', { region: 'cascadia/umpqua' });
    await daemon.client.context.acts.write('people', profileKind, {
      name: 'Ada the second',
      description: '',
      contact: '',
    });
    assert.equal((await hearing).value?.type, 'entry');
    ending.abort();
    await Promise.all([events.return(undefined), resumed.return(undefined)]);
  });
});

test('what is not HTTP is answered in the form of every refusal', async () => {
  const { hostname, port } = new URL(daemon.api);
  const said = async (headers: string): Promise<string> => {
    const socket = connect(Number(port), hostname);
    socket.end(`GET /v1/status HTTP/1.1\r\nHost: ${hostname}:${port}\r\n${headers}\r\n\r\n`);
    return (await text(socket)).replace(/^.*\r\n\r\n/s, (head) => head.slice(9, 12));
  };
  const twoLines = await said('Authorization: Bearer one\nread two');
  assert.equal(twoLines.slice(0, 3), '400');
  assert.equal(errorJson.parse(JSON.parse(twoLines.slice(3))).error.code, 'bad_request');
  // No client of ours sends a fragment; a server that takes it for a question has to ask for the scope of that question.
  const socket = connect(Number(port), hostname);
  const lines = [`Host: ${hostname}:${port}`, `Authorization: Bearer ${tokens.get('write')}`, 'Content-Length: 0'];
  socket.end(['POST /v1/import#join=true HTTP/1.1', ...lines, 'Connection: close', '', ''].join('\r\n'));
  assert.match(await text(socket), /^HTTP\/1\.1 403 /);
  const large = await said(`Authorization: Bearer ${'x'.repeat(20_000)}`);
  assert.equal(large.slice(0, 3), '431');
  assert.equal(errorJson.parse(JSON.parse(large.slice(3))).error.code, 'too_large');
});
