import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { FRAME_BYTES_MAX } from '../../src/core/base/limits.ts';
import {
  type Network,
  NetworkFailedError,
  type NetworkHandler,
  type PeerName,
  type StreamProtocol,
  type Verdict,
} from '../../src/ports/network.ts';

/** The longest that a test waits for something that happens over loopback. */
const WAIT_MS_MAX = 8_000;
const SYNC: StreamProtocol = '/mutua/sync/1';
const SUBMIT: StreamProtocol = '/mutua/submit/1';
const TOPIC = '/mutua/1/00112233445566778899aabbccddeeff/cascadia/people';

/** A started network that writes down what it is told; its two answers can be replaced. */
export interface Witness {
  readonly network: Network;
  readonly came: PeerName[];
  readonly gone: PeerName[];
  readonly heard: { readonly topic: string; readonly data: Uint8Array; readonly from: PeerName }[];
  readonly frames: { readonly peer: PeerName; readonly protocol: StreamProtocol; readonly frame: Uint8Array }[];
  judge: (data: Uint8Array) => Verdict | Promise<Verdict>;
  take: (frame: Uint8Array) => Promise<void>;
}

/** Waits until `isTrue`, or fails with `what`. */
export async function until(what: string, isTrue: () => boolean): Promise<void> {
  for (const endMs = Date.now() + WAIT_MS_MAX; !isTrue(); ) {
    if (Date.now() > endMs) assert.fail(`waited in vain until ${what}`);
    await delay(5);
  }
}

/** Starts a network with a witness as its user. */
export async function startWitness(network: Network): Promise<Witness> {
  const witness: Witness = {
    network,
    came: [],
    gone: [],
    heard: [],
    frames: [],
    judge: () => 'accept',
    take: async () => {},
  };
  const handler: NetworkHandler = {
    onPeer: (peer) => void witness.came.push(peer),
    onPeerGone: (peer) => void witness.gone.push(peer),
    async onGossip(topic, data, from) {
      witness.heard.push({ topic, data, from });
      return witness.judge(data);
    },
    async onFrame(peer, protocol, frame) {
      witness.frames.push({ peer, protocol, frame });
      await witness.take(frame);
    },
  };
  await network.start(handler);
  return witness;
}

/** Dials and waits until both sides were told. */
export async function join(dialer: Witness, listener: Witness): Promise<void> {
  const [address] = listener.network.addresses();
  assert.ok(address !== undefined, 'a started network has an address');
  assert.equal(await dialer.network.dial(address), listener.network.self);
  await until('both sides know each other', () => {
    return dialer.came.includes(listener.network.self) && listener.came.includes(dialer.network.self);
  });
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textsHeard = (witness: Witness): string[] => witness.heard.map(({ data }) => new TextDecoder().decode(data));

/** Builds started networks; they are stopped after the tests. */
interface Kit {
  witnesses(count: number): Promise<Witness[]>;
  pair(): Promise<[Witness, Witness]>;
}

/** What every Network does. @param makeNetwork builds one that can reach the others it built. */
export function describeNetwork(name: string, makeNetwork: () => Network): void {
  describe(name, () => {
    const started: Witness[] = [];
    async function witnesses(count: number): Promise<Witness[]> {
      const all = await Promise.all(Array.from({ length: count }, () => startWitness(makeNetwork())));
      started.push(...all);
      return all;
    }
    async function pair(): Promise<[Witness, Witness]> {
      const [left, right] = await witnesses(2);
      assert.ok(left !== undefined && right !== undefined);
      await join(left, right);
      return [left, right];
    }
    const kit: Kit = { witnesses, pair };
    testPeers(kit);
    testVerdicts(kit);
    testTopics(kit);
    testFrames(kit);
    testBackpressure(kit);
    testEnds(kit);
    after(async () => {
      await Promise.all(started.map(({ network }) => network.stop()));
    });
  });
}

function testPeers({ witnesses, pair }: Kit): void {
  test('dialing tells both sides once and lists the peer', async () => {
    const [left, right] = await pair();
    const [address] = right.network.addresses();
    assert.ok(address !== undefined);
    assert.ok(address.includes(right.network.self));
    await left.network.dial(address);
    await delay(50);
    assert.deepEqual(left.came, [right.network.self]);
    assert.deepEqual(right.came, [left.network.self]);
    const [info] = left.network.peers();
    assert.equal(info?.peer, right.network.self);
    assert.equal(info?.direction, 'outbound');
    assert.equal(right.network.peers()[0]?.direction, 'inbound');
    assert.ok(Math.abs(Date.now() - (info?.connectedAtMs ?? 0)) < 60_000);
  });

  test('dialing what is no address or nobody fails with a reason', async () => {
    const [left] = await witnesses(1);
    assert.ok(left);
    await assert.rejects(left.network.dial('not an address'), NetworkFailedError);
    await assert.rejects(left.network.dial('/not/an/address'), NetworkFailedError);
    await assert.rejects(left.network.dial(left.network.self), NetworkFailedError);
  });

  test('a key that one provides is found by another through a third', { timeout: 2 * WAIT_MS_MAX }, async () => {
    const [provider, between, seeker] = await witnesses(3);
    assert.ok(provider && between && seeker);
    const key = new Uint8Array(randomBytes(32));
    provider.network.provide(key);
    await join(provider, between);
    await join(seeker, between);
    let reached = 0;
    for (const endMs = Date.now() + WAIT_MS_MAX; reached === 0 && Date.now() < endMs; await delay(100)) {
      reached = await seeker.network.findProviders(key);
    }
    assert.equal(reached, 1);
    await until('the seeker knows the provider', () => seeker.came.includes(provider.network.self));
    assert.equal(await seeker.network.findProviders(new Uint8Array(randomBytes(32))), 0);
  });
}

function testVerdicts({ witnesses }: Kit): void {
  test('gossip: accept forwards; ignore, reject, a throw and a late answer do not', async () => {
    const [first, middle, last] = await witnesses(3);
    assert.ok(first && middle && last);
    for (const { network } of [first, middle, last]) network.subscribe(TOPIC);
    await join(first, middle);
    await join(middle, last);
    middle.judge = async (data) => {
      const text = new TextDecoder().decode(data);
      if (text.startsWith('late')) await delay(400);
      if (text.startsWith('throw')) throw new Error('a judge must not throw');
      return text.startsWith('ignore') ? 'ignore' : text.startsWith('reject') ? 'reject' : 'accept';
    };
    await until('gossip flows', () => {
      void first.network.publish(TOPIC, bytesOf(`accept ${Math.random()}`));
      return last.heard.length > 0;
    });
    for (const text of ['throw', 'late', 'ignore', 'reject', 'accept after']) {
      assert.equal(await first.network.publish(TOPIC, bytesOf(text)), 1);
      await until(`${text} was heard`, () => textsHeard(middle).includes(text));
    }
    await until('the last was forwarded', () => textsHeard(last).includes('accept after'));
    await delay(500);
    assert.ok(textsHeard(last).every((text) => text.startsWith('accept')));
    assert.ok(middle.heard.every(({ topic, from }) => topic === TOPIC && from === first.network.self));
    assert.ok(last.heard.every(({ from }) => from === middle.network.self));
    assert.equal(first.heard.length, 0, 'nobody hears itself');
  });
}

function testTopics({ pair }: Kit): void {
  test('gossip: a message is judged once; the same data on another topic is another message', async () => {
    const [left, right] = await pair();
    for (const { network } of [left, right]) for (const topic of [TOPIC, `${TOPIC}/other`]) network.subscribe(topic);
    await until('gossip flows', () => {
      void left.network.publish(TOPIC, bytesOf(`warm ${Math.random()}`));
      void left.network.publish(`${TOPIC}/other`, bytesOf(`warm ${Math.random()}`));
      return new Set(right.heard.map(({ topic }) => topic)).size === 2;
    });
    await left.network.publish(TOPIC, bytesOf('same'));
    assert.equal(await left.network.publish(TOPIC, bytesOf('same')), 0);
    await left.network.publish(`${TOPIC}/other`, bytesOf('same'));
    const same = (): typeof right.heard => right.heard.filter(({ data }) => Buffer.from(data).equals(bytesOf('same')));
    await until('both were heard', () => same().length >= 2);
    assert.deepEqual(
      same().map(({ topic }) => topic),
      [TOPIC, `${TOPIC}/other`],
    );
  });

  test('gossip: publishing alone is no error; a topic that was left is silent', async () => {
    const [left, right] = await pair();
    assert.equal(await left.network.publish(`${TOPIC}/nobody`, bytesOf('alone')), 0);
    for (const { network } of [left, right]) network.subscribe(TOPIC);
    await until('gossip flows', () => {
      void left.network.publish(TOPIC, bytesOf(`warm ${Math.random()}`));
      return right.heard.length > 0;
    });
    right.network.unsubscribe(TOPIC);
    await delay(150);
    const before = right.heard.length;
    await left.network.publish(TOPIC, bytesOf('to nobody'));
    await delay(150);
    assert.equal(right.heard.length, before);
    await assert.rejects(left.network.publish(TOPIC, new Uint8Array(65 * 1024)), RangeError);
  });
}

function testFrames({ pair }: Kit): void {
  test('10,000 small frames arrive whole and in order, on both protocols', async () => {
    const [left, right] = await pair();
    const count = 10_000;
    const frame = (index: number): Uint8Array => bytesOf(`${index}`.padEnd(1 + (index % 60), '.'));
    const sends = Array.from({ length: count }, (_, index) =>
      left.network.send(right.network.self, index % 10 === 0 ? SUBMIT : SYNC, frame(index)),
    );
    await Promise.all(sends);
    await until('all arrived', () => right.frames.length >= count);
    for (const protocol of [SYNC, SUBMIT]) {
      const arrived = right.frames.filter((each) => each.protocol === protocol).map((each) => Buffer.from(each.frame));
      const sent = Array.from({ length: count }, (_, index) => index).filter(
        (index) => (index % 10 === 0) === (protocol === SUBMIT),
      );
      assert.deepEqual(
        arrived.map(String),
        sent.map((index) => Buffer.from(frame(index)).toString()),
      );
    }
    assert.ok(right.frames.every(({ peer }) => peer === left.network.self));
  });

  test('frames of 1 … FRAME_BYTES_MAX bytes arrive whole, both ways; others are refused', async () => {
    const [left, right] = await pair();
    const sizes = [1, 2, 127, 128, 129, 16_383, 16_384, 65_535, 65_536, FRAME_BYTES_MAX - 1, FRAME_BYTES_MAX];
    const sent = sizes.map((size) => new Uint8Array(randomBytes(size)));
    for (const [from, to] of [
      [left, right],
      [right, left],
    ] as const) {
      for (const frame of sent) await from.network.send(to.network.self, SYNC, frame);
      await until('all arrived', () => to.frames.length === sizes.length);
      for (const [index, frame] of sent.entries()) assert.ok(Buffer.from(to.frames[index]?.frame ?? []).equals(frame));
    }
    for (const size of [0, FRAME_BYTES_MAX + 1]) {
      await assert.rejects(left.network.send(right.network.self, SYNC, new Uint8Array(size)), RangeError);
    }
  });
}

function testBackpressure({ pair }: Kit): void {
  test('a handler that takes its time holds the sender, and what waits is bounded', async () => {
    const [left, right] = await pair();
    const open = Promise.withResolvers<void>();
    right.take = () => open.promise;
    let handedOver = 0;
    let refused = 0;
    const frame = new Uint8Array(64 * 1024);
    const sends = Array.from({ length: 400 }, async () => {
      try {
        await left.network.send(right.network.self, SYNC, frame);
        handedOver += 1;
      } catch (error) {
        assert.ok(error instanceof NetworkFailedError);
        refused += 1;
      }
    });
    await delay(600);
    assert.equal(right.frames.length, 1, 'the next frame waits for the answer to the first');
    assert.ok(handedOver < 100, `${handedOver} of 400 frames were taken while nobody read`);
    assert.ok(refused >= 300, 'a full queue refuses');
    const held = handedOver;
    await delay(200);
    assert.equal(handedOver, held, 'the sender stays held');
    open.resolve();
    await Promise.all(sends);
    await until('the rest arrived', () => right.frames.length === 400 - refused);
    await left.network.send(right.network.self, SYNC, new Uint8Array(7));
    await until('the stream lives on', () => right.frames.at(-1)?.frame.length === 7);
  });

  test('a held protocol does not hold the other', async () => {
    const [left, right] = await pair();
    const open = Promise.withResolvers<void>();
    right.take = (frame) => (frame.length === 1 ? open.promise : Promise.resolve());
    await left.network.send(right.network.self, SYNC, new Uint8Array(1));
    await left.network.send(right.network.self, SUBMIT, new Uint8Array(2));
    await until('the other arrived', () => right.frames.some(({ protocol }) => protocol === SUBMIT));
    open.resolve();
  });
}

function testEnds({ witnesses, pair }: Kit): void {
  test('hanging up tells both sides; sending to a gone peer fails; dialing again works', async () => {
    const [left, right] = await pair();
    await left.network.send(right.network.self, SYNC, new Uint8Array(3));
    await left.network.hangUp(right.network.self);
    await until('both sides know', () => left.gone.length === 1 && right.gone.length === 1);
    assert.deepEqual([left.network.peers(), right.network.peers()], [[], []]);
    await assert.rejects(left.network.send(right.network.self, SYNC, new Uint8Array(1)), NetworkFailedError);
    await assert.rejects(right.network.send(left.network.self, SYNC, new Uint8Array(1)), NetworkFailedError);
    left.came.length = 0;
    right.came.length = 0;
    await join(left, right);
    await left.network.send(right.network.self, SYNC, new Uint8Array(5));
    await until('it arrived', () => right.frames.at(-1)?.frame.length === 5);
  });

  test('a handler that takes its time holds the sender, and what waits is bounded', async () => {
    const [left, right] = await pair();
    const open = Promise.withResolvers<void>();
    right.take = () => open.promise;
    let handedOver = 0;
    let refused = 0;
    const frame = new Uint8Array(64 * 1024);
    const sends = Array.from({ length: 400 }, async () => {
      try {
        await left.network.send(right.network.self, SYNC, frame);
        handedOver += 1;
      } catch (error) {
        assert.ok(error instanceof NetworkFailedError);
        refused += 1;
      }
    });
    await delay(600);
    assert.equal(right.frames.length, 1, 'the next frame waits for the answer to the first');
    assert.ok(handedOver < 100, `${handedOver} of 400 frames were taken while nobody read`);
    assert.ok(refused >= 300, 'a full queue refuses');
    const held = handedOver;
    await delay(200);
    assert.equal(handedOver, held, 'the sender stays held');
    open.resolve();
    await Promise.all(sends);
    await until('the rest arrived', () => right.frames.length === 400 - refused);
    await left.network.send(right.network.self, SYNC, new Uint8Array(7));
    await until('the stream lives on', () => right.frames.at(-1)?.frame.length === 7);
  });

  test('what waits for a peer that goes is refused', async () => {
    const [left, right] = await pair();
    right.take = () => new Promise(() => {});
    const sends = Array.from({ length: 30 }, () => left.network.send(right.network.self, SYNC, new Uint8Array(60_000)));
    const settled = Promise.allSettled(sends);
    await delay(100);
    await right.network.stop();
    const refusals = (await settled).filter((result) => result.status === 'rejected');
    assert.ok(refusals.length > 0);
    assert.ok(refusals.every(({ reason }) => reason instanceof NetworkFailedError));
    await until('the sender knows', () => left.gone.includes(right.network.self));
    assert.deepEqual(right.gone, [], 'a stopped network tells its user nothing more');
  });

  test('a stopped network can be stopped again and does nothing', async () => {
    const [alone] = await witnesses(1);
    assert.ok(alone);
    await alone.network.stop();
    await alone.network.stop();
    assert.deepEqual(alone.network.addresses(), []);
    await assert.rejects(alone.network.dial('/ip4/127.0.0.1/tcp/9'), NetworkFailedError);
    assert.equal(await alone.network.publish(TOPIC, bytesOf('after')), 0);
  });
}
