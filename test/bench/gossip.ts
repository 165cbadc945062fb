import { setTimeout as delay } from 'node:timers/promises';
import { present } from '../../src/core/base/outcome.ts';
import { Actor } from '../support/world.ts';
import { type Bench, type Figure, median, ratio } from './bench.ts';
import { BenchChild } from './child.ts';

const PEER = new URL('./gossip-node.ts', import.meta.url);
const PLAIN = new URL('./reference/plain-gossip-node.ts', import.meta.url);

/** Time for gossipsub to build its mesh: some heartbeats. */
const MESH_MS = 4000;
const HEARD_MS_MAX = 30_000;
const READERS = 2;
const CPU_MS_MAX = 0.3;
const BYTES_RATIO_MAX = 1.5;
/** Entries before the measured ones: programs compile their hot paths while they run. */
const WARM_UP = 600;
/** All three nodes know each other. */
const MESH_DEGREE = 2;

interface Spent {
  /** CPU of all three processes for each entry that one of the two readers got. */
  readonly cpuMsPerDelivery: number;
  /** Bytes that one node sent for each byte of an entry, by mesh degree. */
  readonly bytesRatio: number;
}

/** Gossip among three nodes on loopback, each in its process. */
export const gossipBench: Bench = {
  name: 'gossip',
  async run(quick): Promise<readonly Figure[]> {
    const count = quick ? 40 : 1000;
    const peers: Spent[] = [];
    const plain: Spent[] = [];
    for (let round = 0; round < (quick ? 1 : 3); round += 1) {
      peers.push(await spend(PEER, count));
      plain.push(await spend(PLAIN, count));
    }
    const of = (spent: readonly Spent[], value: keyof Spent): number => median(spent.map((one) => one[value]));
    const [cpu, plainCpu] = [of(peers, 'cpuMsPerDelivery'), of(plain, 'cpuMsPerDelivery')];
    const bytes = of(peers, 'bytesRatio');
    return [
      {
        operation: `gossip: ${count} entries to ${READERS} readers, in bundles of up to 20; CPU of all three nodes, with signing, rules and disk, a delivery`,
        measured: `${cpu.toFixed(2)} ms`,
        reference: `${plainCpu.toFixed(2)} ms (plain gossipsub, StrictSign, a message an entry)`,
        ratio: ratio(cpu / plainCpu),
        target: `≤ ${CPU_MS_MAX} ms`,
        met: cpu <= CPU_MS_MAX,
      },
      {
        operation: 'gossip: bytes that a node sends, by entry bytes × mesh degree',
        measured: bytes.toFixed(2),
        reference: `${of(plain, 'bytesRatio').toFixed(2)} (the same)`,
        ratio: ratio(bytes / of(plain, 'bytesRatio')),
        target: `≤ ${BYTES_RATIO_MAX}`,
        met: bytes <= BYTES_RATIO_MAX,
      },
    ];
  },
};

async function spend(file: URL, count: number): Promise<Spent> {
  const author = new Actor('Ana', 'person').identity;
  await using writer = new BenchChild(file, 'Ana', author);
  await using first = new BenchChild(file, 'Ben', author);
  await using second = new BenchChild(file, 'Cem', author);
  const nodes = [writer, first, second];
  const addresses = await Promise.all(nodes.map((node) => node.ask('address')));
  for (const [index, node] of nodes.entries())
    for (const address of addresses.slice(index + 1)) await node.ask('dial', address);
  await delay(MESH_MS);
  await writer.ask('write', String(WARM_UP));
  await allHeard([first, second], WARM_UP);
  const before = await totals(nodes);
  const entryBytes = Number(await writer.ask('write', String(count)));
  await allHeard([first, second], WARM_UP + count);
  const after = await totals(nodes);
  return {
    cpuMsPerDelivery: (after.cpuMs - before.cpuMs) / (count * READERS),
    bytesRatio: (after.sentBytes - before.sentBytes) / nodes.length / (entryBytes * MESH_DEGREE),
  };
}

async function totals(nodes: readonly BenchChild[]): Promise<{ readonly cpuMs: number; readonly sentBytes: number }> {
  const sum = async (name: string): Promise<number> =>
    (await Promise.all(nodes.map((node) => node.ask(name)))).reduce((total, value) => total + Number(value), 0);
  return { cpuMs: await sum('cpuMs'), sentBytes: await sum('sentBytes') };
}

async function allHeard(readers: readonly BenchChild[], count: number): Promise<void> {
  const endMs = performance.now() + HEARD_MS_MAX;
  for (;;) {
    const heard = await Promise.all(readers.map((reader) => reader.ask('heard')));
    if (heard.every((number) => Number(number) >= count)) return;
    if (performance.now() > endMs)
      throw new Error(`only ${present(heard.at(0), 'a reader answers')} entries were heard`);
    await delay(50);
  }
}
