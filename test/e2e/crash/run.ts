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
import { type TestNode, temporaryFolder, until } from '../../support/processes.ts';
import { Village } from '../../support/village.ts';
import { type Acknowledgement, acknowledgement, type LoadPlan } from './load.ts';
import { OutsideWriter } from './outside-writer.ts';

/** Acknowledged entries for each second of load: below it the run proves too little. */
const RATE_MIN = 200;
/** Load between two kills, in milliseconds. */
const CALM_MS = 1500;
/** Books grow faster than gossip budgets allow; what is over them comes by catch-up, 40 s apart at most. */
const CONVERGE_DELAY_MS_MAX = 180_000;
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
  await admitWriters(village, plan);
  const beginMs = performance.now();
  const before = await acknowledgedIn(plan.logFile);
  const killed = await killInTurn(village, kills);
  await wait(CALM_MS);
  await end(load);
  const seconds = (performance.now() - beginMs) / 1000;
  const acknowledged = await acknowledgedIn(plan.logFile);
  await village.converge(undefined, CONVERGE_DELAY_MS_MAX);
  const rate = (countOf(acknowledged) - countOf(before)) / seconds;
  report(await verify(village, acknowledged), killed, rate);
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
  const { network } = await client.call('status', {});
  const writers = village.nodes.map(({ name, folder }) => ({ name: `writer-${name}`, folder }));
  return { logFile, network, payers, writers, assembly: village.node('assembly').folder };
}

/** The assembly admits everybody who writes, so that every node keeps what they write. */
async function admitWriters(village: Village, plan: LoadPlan): Promise<void> {
  const { client } = village.node('assembly');
  for (const { name } of plan.writers) {
    const { identity } = new OutsideWriter(name, plan.network);
    await until(`the application of ${name}`, async () => {
      const { applications } = await client.call('member.list', {});
      return applications.some((applicant) => applicant.identity === identity) ? true : undefined;
    });
    await client.call('member.admit', { identity });
  }
}

async function acknowledgedIn(logFile: string): Promise<readonly Acknowledgement[]> {
  const lines = (await readFile(logFile, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => acknowledgement.parse(JSON.parse(line)));
}

function countOf(acknowledged: readonly Acknowledgement[]): number {
  return new Set(acknowledged.flatMap(({ here, everywhere }) => [...here, ...everywhere])).size;
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
  readonly entries: number;
  readonly lost: readonly string[];
  readonly forks: readonly string[];
}

/** Reads every book of every node and looks for each acknowledged entry where it must be. */
async function verify(village: Village, acknowledged: readonly Acknowledgement[]): Promise<Verdict> {
  const held = new Map<string, ReadonlySet<string>>();
  const forks: string[] = [];
  for (const node of village.nodes) {
    const { books } = await node.client.call('book.list', {});
    forks.push(...books.filter(({ forkedAt }) => forkedAt !== undefined).map(({ book }) => `${node.name}: ${book}`));
    const ids = books.map(({ book }) => book);
    held.set(node.folder, await entriesHeld(node, ids));
  }
  const copies = [...held.values()];
  const lost = acknowledged.flatMap(({ folder, here, everywhere }) => [
    ...here.filter((id) => held.get(folder)?.has(id) !== true),
    ...everywhere.filter((id) => !copies.every((copy) => copy.has(id))),
  ]);
  return { entries: countOf(acknowledged), lost, forks };
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

function report(verdict: Verdict, killed: readonly Kill[], rate: number): void {
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
  console.log(`\n${tableOf(rows, columns, 'nobody was killed')}\n`);
  console.log(
    `entries acknowledged: ${verdict.entries}, ${rate.toFixed(0)} each second while one node after the other was dead`,
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
