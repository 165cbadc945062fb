import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { proofOfToken } from '../../../src/adapters/http-server/tokens.ts';
import { answersAt } from '../../../src/daemon/api-access.ts';

/** What a program on the daemon's old port was sent, and whether it was taken for the daemon. */
async function askedOf(reply: (challenge: string) => unknown) {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(`${request.url} ${request.headers.authorization ?? ''}`);
    const challenge = new URL(request.url ?? '/', 'http://localhost').searchParams.get('challenge') ?? '';
    response.end(JSON.stringify(reply(challenge)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const taken = await answersAt({ url, token: 'secret' });
  server.close();
  return { taken, heard, url };
}

test('the token is sent to nobody who has not proven to hold it', async () => {
  for (const reply of [() => ({ alive: true }), () => ({ proof: 'x' }), () => 'nothing']) {
    const { taken, heard } = await askedOf(reply);
    assert.equal(taken, false);
    assert.ok(heard.every((line) => !line.includes('secret')));
  }
  assert.equal((await askedOf((challenge) => ({ proof: proofOfToken('other', challenge) }))).taken, false);
  assert.equal((await askedOf((challenge) => ({ proof: proofOfToken('secret', challenge) }))).taken, true);
});

test('where nobody listens, no daemon answers', async () => {
  const { url } = await askedOf(() => ({}));
  assert.equal(await answersAt({ url, token: 'secret' }), false);
});
