import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { HEARTBEAT_MS } from '../../../src/adapters/http-server/constants.ts';
import { startHttpServer } from '../../../src/adapters/http-server/server.ts';
import { type ApiEvent, readEvents } from '../../../src/api/events.ts';
import { SILENT } from '../../support/api-nodes.ts';
import { until } from '../../support/processes.ts';

/** Together 48 MB: more than the kernel keeps for one connection on loopback. */
const EVENTS = 192;
const EVENT_CHARACTERS = 256 * 1024;
/** A source that was asked for nothing more so many times, one such delay after the other, is held back. */
const [STILL_TIMES, STILL_MS] = [4, 100];

/** Events without end of this size, and what became of who read them. */
class Source {
  asked = 0;
  ended = false;
  /** Most listeners that waited at once for the stream's end. */
  listenersMost = 0;

  async *events(_after: string | undefined, signal: AbortSignal): AsyncGenerator<ApiEvent> {
    try {
      for (let number = 1; number <= EVENTS; number += 1) {
        this.asked = number;
        this.listenersMost = Math.max(this.listenersMost, getEventListeners(signal, 'abort').length);
        yield { id: `boot-${number}`, type: 'entry', data: { text: 'a'.repeat(EVENT_CHARACTERS) } };
      }
    } finally {
      this.ended = true;
    }
  }

  /** Waits until nothing more is asked for. */
  async still(): Promise<void> {
    for (let [before, times] = [0, 0]; times < STILL_TIMES; times = before === this.asked ? times + 1 : 0) {
      before = this.asked;
      await wait(STILL_MS);
    }
  }
}

/** A reader that has opened the stream and reads nothing yet. */
async function openStream(context: TestContext, source: Source): Promise<IncomingMessage> {
  const server = await startHttpServer({
    port: 0,
    tokens: [{ token: 'secret', scopes: ['read'] }],
    version: '0.0.0',
    logger: SILENT,
    answer: async () => ({}),
    events: (after, signal) => source.events(after, signal),
    metrics: async () => '',
    notReady: () => undefined,
  });
  context.after(() => server.close());
  const headers = { authorization: 'Bearer secret' };
  return new Promise((resolve, reject) =>
    get(`${server.url}/v1/events`, { headers, agent: false }, resolve).on('error', reject),
  );
}

describe('a slow reader of the event stream', () => {
  test('holds back what it does not read, and has every event after', async (context) => {
    const source = new Source();
    const stream = await openStream(context, source);
    assert.equal(stream.statusCode, 200);
    await source.still();
    assert.ok(source.asked > 0 && source.asked < EVENTS / 2, `${source.asked} of ${EVENTS} events were taken`);
    const ids: string[] = [];
    for await (const { id, data } of readEvents(stream)) {
      assert.equal(String(data['text']).length, EVENT_CHARACTERS);
      ids.push(id);
    }
    const all = Array.from({ length: EVENTS }, (_, index) => `boot-${index + 1}`);
    assert.deepEqual(ids, all);
    assert.ok(source.listenersMost <= 2, `${source.listenersMost} listeners waited at once`);
  });

  test('lets go of its source when it leaves while it is held back', async (context) => {
    const source = new Source();
    const stream = await openStream(context, source);
    await source.still();
    assert.ok(!source.ended);
    stream.destroy();
    await until('the source was left', async () => source.ended || undefined);
    assert.ok(source.asked < EVENTS / 2);
  });

  test('is sent no heartbeat while it reads nothing', async (context) => {
    context.mock.timers.enable({ apis: ['setInterval'] });
    const source = new Source();
    const stream = await openStream(context, source);
    await source.still();
    context.mock.timers.tick(HEARTBEAT_MS * 1000);
    let comments = 0;
    for await (const chunk of stream.setEncoding('utf8')) comments += String(chunk).split(': still here').length - 1;
    assert.equal(comments, 0);
  });
});
