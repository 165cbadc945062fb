import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ApiClient, createApiClient } from '../../../src/api/client.ts';
import { ApiError, ApiUnreachableError } from '../../../src/api/errors.ts';
import { collect } from '../../support/collect.ts';
import { idNamed } from '../../support/world.ts';

interface Asked {
  readonly url: string;
  readonly method: string | undefined;
  readonly headers: Headers;
  readonly body: unknown;
}

/** A client whose node answers with what the test says. */
function clientOf(answer: (asked: Asked, count: number) => Response): { client: ApiClient; asked: Asked[] } {
  const asked: Asked[] = [];
  const fetch = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    asked.push({ url: String(url), method: init.method, headers: new Headers(init.headers), body: init.body });
    const last = asked.at(-1);
    assert.ok(last);
    return answer(last, asked.length);
  };
  return { client: createApiClient({ url: 'http://127.0.0.1:4711/', token: 'secret', fetch }), asked };
}

const json = (value: unknown, status = 200): Response => Response.json(value, { status });
const regions = { regions: [{ region: 'cascadia', channels: ['people'] }] };

describe('the API client', () => {
  test('asks a GET with path and query, and parses the answer', async () => {
    const id = idNamed('book');
    const { client, asked } = clientOf(() => json({ books: [] }));
    assert.deepEqual(await client.call('book.list', { own: true, identity: id }), { books: [] });
    assert.equal(asked[0]?.url, `http://127.0.0.1:4711/v1/books?own=true&identity=${id}`);
    assert.equal(asked[0]?.method, 'GET');
    assert.equal(asked[0]?.headers.get('authorization'), 'Bearer secret');
    assert.equal(asked[0]?.body, undefined);
  });

  test('asks a POST with a JSON body, and a plan with dryRun', async () => {
    const { client, asked } = clientOf(({ url }) =>
      json(url.endsWith('dryRun=true') ? { dryRun: true, would: 'It would.' } : regions),
    );
    assert.deepEqual(await client.call('region.join', { region: 'cascadia' }), regions);
    assert.equal(asked[0]?.body, '{"region":"cascadia"}');
    assert.deepEqual(await client.plan('region.join', { region: 'cascadia' }), { dryRun: true, would: 'It would.' });
  });

  test('gives a refusal as ApiError with status, code, sentence and field', async () => {
    const error = { code: 'overdraft', sentence: 'The balance is smaller than the sum.', field: 'body.payments' };
    const { client } = clientOf(() => json({ error }, 409));
    await assert.rejects(client.call('retire', { amount: 1 }), (thrown) => {
      assert.ok(thrown instanceof ApiError);
      assert.deepEqual(
        { ...error, status: 409 },
        { status: thrown.status, code: thrown.code, sentence: thrown.sentence, field: thrown.field },
      );
      return true;
    });
  });

  test('says so where something else answers, or nothing', async () => {
    const { client } = clientOf(() => new Response('<html>', { status: 404 }));
    await assert.rejects(client.call('status', {}), { name: 'ApiError', status: 404, code: 'bad_answer' });
    const wrong = clientOf(() => json({ regions: 'none' }));
    await assert.rejects(wrong.client.call('region.list', {}), { name: 'ApiError', code: 'bad_answer' });
    const none = clientOf(() => {
      throw new TypeError('fetch failed');
    });
    await assert.rejects(none.client.call('status', {}), ApiUnreachableError);
  });

  test('reads a file piece by piece, and sends one', async () => {
    const { client, asked } = clientOf(({ method }) =>
      method === 'GET'
        ? new Response(new Uint8Array([1, 2, 3]))
        : json({
            items: 0,
            stored: 0,
            known: 0,
            passing: 0,
            later: 0,
            refused: 0,
            regionsJoined: [],
            complete: true,
            faults: [],
          }),
    );
    const chunks = await collect(await client.download('export', { channel: 'people' }));
    assert.deepEqual(Buffer.concat(chunks), Buffer.from([1, 2, 3]));
    const report = await client.upload({ join: true }, new Uint8Array([9]));
    assert.equal(report.complete, true);
    assert.equal(asked[1]?.headers.get('content-type'), 'application/octet-stream');
    assert.ok(asked[1]?.url.endsWith('/v1/import?join=true'));
  });

  test('hears events, comes back after the last one when the stream breaks, and ends when told', async () => {
    const streams = ['id: a-1\nevent: peer\ndata: {"n":1}\n\n', 'id: a-2\nevent: peer\ndata: {"n":2}\n\n'];
    const { client, asked } = clientOf((_, count) => new Response(streams[count - 1] ?? ''));
    const ending = new AbortController();
    const heard: string[] = [];
    for await (const event of client.events({ signal: ending.signal })) {
      heard.push(event.id);
      if (heard.length === 2) ending.abort();
    }
    assert.deepEqual(heard, ['a-1', 'a-2']);
    assert.deepEqual(
      asked.map(({ headers }) => headers.get('last-event-id')),
      [null, 'a-1'],
    );
  });

  test('comes back also when the very first stream is cut off', async () => {
    const ending = new AbortController();
    const cut = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('id: boot-1\nevent: peer\ndata: {"type":"peer"}\n\n'));
      },
      pull(controller) {
        controller.error(new TypeError('terminated'));
      },
    });
    const { client, asked } = clientOf((_, count) => {
      if (count === 2) ending.abort();
      return new Response(count === 1 ? cut : '', { headers: { 'content-type': 'text/event-stream' } });
    });
    const ids: string[] = [];
    for await (const event of client.events({ signal: ending.signal })) ids.push(event.id);
    assert.deepEqual([ids, asked.map(({ headers }) => headers.get('last-event-id'))], [['boot-1'], [null, 'boot-1']]);
  });

  test('does not ask on for events where the node refuses', async () => {
    const { client, asked } = clientOf(() => json({ error: { code: 'unauthorized', sentence: 'No.' } }, 401));
    await assert.rejects(client.events().next(), { status: 401 });
    assert.equal(asked.length, 1);
  });
});
