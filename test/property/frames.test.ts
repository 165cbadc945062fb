/**
 * Mutated gossip bundles, catch-up frames and submit frames against a whole peer: it never throws, hangs or keeps memory, and
 * no frame that its sender did not get from an honest peer changes a book.
 * FUZZ_RUNS frames for each (the long run takes 100,000); FUZZ_SEED replays.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import type { Id } from '../../src/core/base/id.ts';
import { present } from '../../src/core/base/outcome.ts';
import { SyncFrame } from '../../src/core/wire/messages/sync.ts';
import type { StreamProtocol } from '../../src/ports/network.ts';
import { rowsOf } from '../simulation/agreement.ts';
import type { SimNode } from '../simulation/node.ts';
import { Workload } from '../simulation/workload.ts';
import { SimWorld } from '../simulation/world.ts';
import { mutated } from '../support/mutate.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 300);
const SEED = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** A peer that takes longer for one frame has hung. */
const FRAME_MS_MAX = 100;
/** What may stay in memory after all frames. */
const GROWTH_BYTES_MAX = 64 * 1024 * 1024;
/** Virtual time in which a peer has done all that a frame makes it do. */
const WORK_MS = 60;
const FRAME_BYTES_MAX = 256 * 1024;
/** Frames of each sort that mutations start from. */
const FRAMES_PER_SORT = 250;
const FUZZER = 'fuzzer';

interface Heard {
  readonly bundles: { readonly topic: string; readonly data: Uint8Array }[];
  readonly sync: Uint8Array[];
  readonly submit: Uint8Array[];
}

/** A neighborhood that has agreed, of which only one peer is left, with everything that was sent in it. */
class Scene {
  readonly world = new SimWorld({ seed: 1, nodes: 6 });
  readonly victim: SimNode;
  readonly heard: Heard = { bundles: [], sync: [], submit: [] };
  /** Number of the last Ask or Want that the victim sent to the fuzzer: an answer with another is passed over. */
  #asked = 0;
  #slowestMs = 0;

  constructor() {
    const { world } = this;
    this.victim = present(world.nodes[0], 'a world has a bank');
    this.#listen();
    const work = new Workload(world);
    world.start();
    work.begin();
    world.run(2500);
    for (let act = 0; act < 60; act += 1) {
      work.act();
      world.run(60);
    }
    for (let round = 0; round < 8; round += 1) {
      work.sendAllAgain();
      world.run(3000);
    }
    for (const node of world.nodes) if (node !== this.victim) world.crash(node, Number.MAX_SAFE_INTEGER);
    world.invariants.liars.add('' as Id);
    this.meet();
  }

  /** The fuzzer connects, and says hello as an honest peer does. */
  meet(): void {
    this.victim.feed({ type: 'peerGone', peer: FUZZER });
    this.victim.feed({ type: 'peer', peer: FUZZER });
    const hello = this.heard.sync.find((frame) => readSync(frame)?.hello !== undefined);
    this.frame('/mutua/sync/1', present(hello, 'peers said hello'));
  }

  frame(protocol: StreamProtocol, frame: Uint8Array): void {
    this.#timed((done) => this.victim.frame(FUZZER, protocol, frame, done));
  }

  gossip(topic: string, data: Uint8Array): void {
    this.#timed((done) => this.victim.gossip(topic, data, FUZZER, done));
  }

  /** An answer with the number that the victim waits for, where the frame is one. */
  answering(frame: Uint8Array): Uint8Array {
    const read = readSync(frame);
    if (read?.tell !== undefined) return SyncFrame.encode({ ...read, tell: { ...read.tell, number: this.#asked } });
    if (read?.items !== undefined) return SyncFrame.encode({ ...read, items: { ...read.items, number: this.#asked } });
    return frame;
  }

  /** @returns the longest time that the victim took since the last call, in milliseconds. */
  takeSlowestMs(): number {
    const slowest = this.#slowestMs;
    this.#slowestMs = 0;
    return slowest;
  }

  state(): string {
    return [...rowsOf(this.victim)].sort().join('\n');
  }

  /** Every frame has to be done with, whatever is in it: nothing more of its sender is read before. */
  #timed(feed: (done: () => void) => void): void {
    const startedAtMs = performance.now();
    let isDone = false;
    feed(() => {
      isDone = true;
    });
    this.world.run(WORK_MS);
    assert.ok(isDone, 'the peer never finished a frame');
    this.#slowestMs = Math.max(this.#slowestMs, performance.now() - startedAtMs);
  }

  #listen(): void {
    const { world, heard } = this;
    const sorts = new Map<string, number>();
    const [publish, send] = [world.publish.bind(world), world.send.bind(world)];
    world.publish = (from, topic, data) => {
      if (from.up && heard.bundles.length < 400) heard.bundles.push({ topic, data });
      publish(from, topic, data);
    };
    world.send = (from, to, protocol, frame) => {
      const read = protocol === '/mutua/sync/1' ? readSync(frame) : undefined;
      const frames = read === undefined ? heard.submit : heard.sync;
      const sort = Object.entries(read ?? {}).find(([, part]) => part !== undefined)?.[0] ?? 'submit';
      const times = sorts.get(sort) ?? 0;
      sorts.set(sort, times + 1);
      if (times < FRAMES_PER_SORT) frames.push(frame);
      if (to !== FUZZER) return send(from, to, protocol, frame);
      this.#asked = read?.ask?.number ?? read?.want?.number ?? this.#asked;
    };
  }
}

/** Mostly mutated; now and then as an honest peer sent it, so that what follows meets a peer in the middle of its work. */
function orAsHeard(heard: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  return fc.oneof({ arbitrary: mutated(heard), weight: 4 }, { arbitrary: heard, weight: 1 });
}

function readSync(frame: Uint8Array): SyncFrame | undefined {
  const read = SyncFrame.decode(frame, FRAME_BYTES_MAX);
  return read.ok ? read.value : undefined;
}

describe(`${RUNS} mutated frames of each sort at a peer, FUZZ_SEED=${SEED}`, () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  const usedBytes = (): number => {
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const scene = new Scene();
  const stateBefore = scene.state();
  let bytesBefore = 0;
  before(() => {
    console.log(`FUZZ_RUNS=${RUNS} FUZZ_SEED=${SEED} node --test test/property/frames.test.ts`);
    bytesBefore = usedBytes();
  });
  after(() => assert.ok(usedBytes() - bytesBefore < GROWTH_BYTES_MAX, 'memory grew'));

  /** What was slow is tried again: another program on the machine may have been in the way. */
  function fuzz(inputs: fc.Arbitrary<Uint8Array>, feed: (bytes: Uint8Array) => void): void {
    let runs = 0;
    const property = fc.property(inputs, (bytes) => {
      runs += 1;
      if (runs % 50 === 0) scene.meet();
      const timed = (): number => {
        scene.takeSlowestMs();
        feed(bytes);
        return scene.takeSlowestMs();
      };
      if (timed() > FRAME_MS_MAX) assert.ok(Math.min(timed(), timed(), timed()) < FRAME_MS_MAX, 'the peer hung');
      if (runs % 50 === 0) assert.equal(scene.state(), stateBefore);
    });
    fc.assert(property, { numRuns: RUNS, seed: SEED });
    assert.equal(scene.state(), stateBefore);
  }

  it('gossip bundles', () => {
    const topics = [...new Set(scene.heard.bundles.map(({ topic }) => topic))];
    const bundles = fc.constantFrom(...scene.heard.bundles.map(({ data }) => data));
    let turn = 0;
    fuzz(orAsHeard(bundles), (data) => {
      turn += 1;
      scene.gossip(present(topics[turn % topics.length], 'there are topics'), data);
    });
  });

  it('a batch of no items', () => {
    const answers: unknown[] = [];
    scene.victim.take([], { door: 'sync', from: FUZZER }, (outcomes) => answers.push(outcomes));
    scene.world.run(WORK_MS);
    assert.deepEqual(answers, [[]]);
  });

  it('catch-up frames', () => {
    const frames = fc.constantFrom(...scene.heard.sync);
    fuzz(orAsHeard(frames), (frame) => scene.frame('/mutua/sync/1', scene.answering(frame)));
  });

  it('submit frames', () => {
    fuzz(orAsHeard(fc.constantFrom(...scene.heard.submit)), (frame) => scene.frame('/mutua/submit/1', frame));
  });
});
