/**
 * `npm run crash -- --kills N`: kill −9 on every role under load. Says how many entries were acknowledged and how many of
 * them are lost (0 or it fails), how many books forked (0 or it fails), and whether all nodes end with equal topicRoots.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { tableOf } from '../../../nodes/shared/output.ts';
import { firstNotes, openAccount } from '../../support/market-day.ts';
import { type TestNode, temporaryFolder } from '../../support/processes.ts';
import { Village } from '../../support/village.ts';
import { type Acknowledgement, acknowledgement, type LoadPlan } from './load.ts';

/** Acknowledged entries for each second of load: below it the run proves too little. */
const RATE_MIN = 200;
/** Load between two kills, in milliseconds. */
const CALM_MS = 1500;
/** Orders under way at once, for each payer. */
const ORDERS_AT_ONCE = 8;
const PAGE = 1000;
const KILLS_DEFAULT = 50;

interface Kill {
  readonly name: string;
  readonly deadMs: number;
}

async function crash(kills: number): Promise<void> {
  await using village = await Village.open(['ada', 'ben'], {
    bank: { kind: 'bank', founders: ['ada', 'ben'] },
    mill: { kind: 'cooperative', founders: ['ada', 'ben'] },
    assembly: { kind: 'assembly', founders: ['ada', 'ben'] },
  });
  await using folder = await temporaryFolder();
  const plan = await planLoad(village, join(folder.path, 'acknowledged'));
  const load = spawn(process.execPath, [join(import.meta.dirname, 'load.ts'), JSON.stringify(plan)], {
    stdio: 'inherit',
  });
  const beginMs = performance.now();
  const killed = await killInTurn(village, kills);
  await wait(CALM_MS);
  await end(load);
  const seconds = (performance.now() - beginMs) / 1000;
  await village.converge();
  report(await verify(village, plan.logFile), killed, seconds);
}

async function planLoad(village: Village, logFile: string): Promise<LoadPlan> {
  const bank = village.node('bank');
  const { ada, ben } = await firstNotes(village, 24);
  const mill = await openAccount(village.node('mill'), bank);
  const client = village.node('ada').client;
  for (const to of [ben, mill]) await client.call('pay', { account: ada, payments: [{ to, amount: '8' }] });
  const accounts = { ada, ben, mill };
  const payers = Object.entries(accounts).map(([name, account]) => ({
    folder: village.node(name).folder,
    account,
    payees: Object.values(accounts).filter((other) => other !== account),
  }));
  return { logFile, payers, atOnce: ORDERS_AT_ONCE };
}

/** Every role in turn; which comes next no node can know, and each comes as often as the others. */
async function killInTurn(village: Village, kills: number): Promise<readonly Kill[]> {
  const killed: Kill[] = [];
  for (let number = 0; number < kills; number += 1) {
    await wait(CALM_MS);
    const node = village.nodes[number % village.nodes.length];
    assert.ok(node !== undefined);
    const beginMs = performance.now();
    await node.kill();
    await restart(village, node);
    killed.push({ name: node.name, deadMs: performance.now() - beginMs });
    console.log(
      `kill ${number + 1} of ${kills}: ${node.name}, back after ${(performance.now() - beginMs).toFixed(0)} ms`,
    );
  }
  return killed;
}

async function restart(village: Village, node: TestNode): Promise<void> {
  const others = village.nodes.filter((other) => other !== node);
  const bootstrap = others.flatMap((other) => other.daemon.ready.addresses.slice(0, 1));
  await node.start(...bootstrap.flatMap((address) => ['--bootstrap', address]));
}

async function end(load: ChildProcess): Promise<void> {
  const ended = once(load, 'close');
  load.kill('SIGTERM');
  await ended;
}

interface Verdict {
  readonly orders: number;
  readonly entries: number;
  readonly lost: readonly string[];
  readonly forks: readonly string[];
}

/** Reads every book of every node and looks for each acknowledged entry where it must be. */
async function verify(village: Village, logFile: string): Promise<Verdict> {
  const lines = (await readFile(logFile, 'utf8')).split('\n').filter((line) => line !== '');
  const acknowledged = lines.map((line) => acknowledgement.parse(JSON.parse(line)));
  const held = new Map<string, ReadonlySet<string>>();
  const forks: string[] = [];
  for (const node of village.nodes) {
    const { books } = await node.client.call('book.list', {});
    forks.push(...books.filter(({ forkedAt }) => forkedAt !== undefined).map(({ book }) => `${node.name}: ${book}`));
    held.set(
      node.folder,
      await entriesHeld(
        node,
        books.map(({ book }) => book),
      ),
    );
  }
  const ledgers = village.nodes.map((node) => held.get(node.folder));
  const lost = acknowledged.flatMap((one) => missingOf(one, held.get(one.folder), ledgers));
  const entries = new Set(
    acknowledged.flatMap(({ order, carrier }) => [order, ...(carrier === undefined ? [] : [carrier])]),
  );
  return { orders: acknowledged.length, entries: entries.size, lost, forks };
}

/** The order in its writer's book, the ledger entry in everybody's copy of the ledger. */
function missingOf(
  { order, carrier }: Acknowledgement,
  own: ReadonlySet<string> | undefined,
  copies: readonly (ReadonlySet<string> | undefined)[],
): readonly string[] {
  const missing = own?.has(order) === true ? [] : [order];
  if (carrier !== undefined && !copies.every((copy) => copy?.has(carrier) === true)) missing.push(carrier);
  return missing;
}

async function entriesHeld(node: TestNode, books: readonly string[]): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (const book of books) {
    for (let from: number | undefined = 0; from !== undefined; ) {
      const page: { entries: { id: string }[]; next?: number | undefined } = await node.client.call('book.show', {
        book,
        from,
        limit: PAGE,
      });
      for (const { id } of page.entries) ids.add(id);
      from = page.next;
    }
  }
  return ids;
}

function report(verdict: Verdict, killed: readonly Kill[], seconds: number): void {
  const names = [...new Set(killed.map(({ name }) => name))];
  const rows = names.map((name) => {
    const times = killed.filter((kill) => kill.name === name).map(({ deadMs }) => deadMs);
    return { name, kills: times.length, longest: Math.max(...times) };
  });
  const columns = [
    { heading: 'killed', cell: (row: (typeof rows)[number]) => row.name },
    { heading: 'times', cell: (row: (typeof rows)[number]) => String(row.kills) },
    { heading: 'longest away (ms)', cell: (row: (typeof rows)[number]) => row.longest.toFixed(0) },
  ];
  const rate = verdict.entries / seconds;
  console.log(`\n${tableOf(rows, columns, 'nobody was killed')}\n`);
  console.log(
    `orders acknowledged: ${verdict.orders}; entries acknowledged: ${verdict.entries} in ${seconds.toFixed(0)} s`,
  );
  console.log(`acknowledged entries lost: ${verdict.lost.length}; forks: ${verdict.forks.length}; all converged: yes`);
  assert.deepEqual(verdict.lost, [], 'acknowledged entries were lost');
  assert.deepEqual(verdict.forks, [], 'books were forked');
  assert.ok(
    rate >= RATE_MIN,
    `only ${rate.toFixed(0)} entries were acknowledged for each second, fewer than ${RATE_MIN}`,
  );
}

const { values } = parseArgs({ options: { kills: { type: 'string', default: String(KILLS_DEFAULT) } } });
await crash(Number(values.kills));
