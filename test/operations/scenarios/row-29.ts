/** Row 29, higher labor-note rates: an assembly decides them, a bank that accepts its rates takes them, through a split; all compute the same. */
import assert from 'node:assert/strict';
import {
  attestAndRecord,
  balanceAt,
  balanceBecomes,
  claim,
  firstNotes,
  hoursAgo,
  openAccount,
} from '../../support/market-day.ts';
import { type TestNode, until } from '../../support/processes.ts';
import { CONVERGE_DELAY_MS_MAX, Village } from '../../support/village.ts';
import { propose, resultAt, vote } from '../../support/voting.ts';
import type { Report } from '../suite.ts';

const LEFT = ['hall', 'oaks', 'mill', 'ada', 'ben'];
const RIGHT = ['bank', 'cleo'];
const CLEANING = 7;
const NIGHTS = 8;
/** Work of the last days falls within what is decided and accepted. */
const TIME = { start: hoursAgo(100).start, minutes: 20_000 };
/** All get the closing and the record over the healed split, and then what the bank writes. */
const HEALED_MS_MAX = 3 * CONVERGE_DELAY_MS_MAX;

/** Runs the scenario. */
export async function run(report: Report): Promise<void> {
  await using village = await Village.open(['ada', 'ben', 'cleo'], {
    hall: { kind: 'assembly', founders: ['ada', 'ben'] },
    oaks: { kind: 'assembly', founders: ['ada', 'ben'] },
    mill: { kind: 'cooperative', founders: ['ada', 'ben'] },
    bank: { kind: 'bank', founders: ['ada', 'ben', 'cleo'] },
  });
  const [ada, ben, mill, bank] = [village.node('ada'), village.node('ben'), village.node('mill'), village.node('bank')];
  const [hall, oaks, cleo] = [village.node('hall'), village.node('oaks'), village.node('cleo')];
  const accounts = await firstNotes(village, 2);
  const cleos = await openAccount(cleo, bank);
  const adopt = async (
    body: TestNode,
    taskClass: number,
    numerator: number,
    denominator: number,
    at: readonly TestNode[],
  ) => {
    const rate = { taskClass, numerator, denominator, ...TIME };
    const proposal = await propose(ada, body, {
      title: `${taskClass} at ${numerator}/${denominator}`,
      matter: 'rate',
      rate,
    });
    for (const one of [ada, ben]) await vote(one, proposal, { voice: 'for' });
    assert.equal((await resultAt(at, proposal)).state, 'adopted');
  };
  const work = async (hours: number, taskClass?: number): Promise<void> => {
    const claimId = await claim(ada, ben, mill, bank.identity, hoursAgo(hours, 60), taskClass);
    await attestAndRecord(claimId, ben, mill);
  };

  await bank.client.call('bank.acceptRates', { body: hall.identity, ratio: '3/2', ...TIME });
  await adopt(oaks, CLEANING, 5, 4, village.nodes);
  await adopt(hall, CLEANING, 2, 1, village.nodes);
  await adopt(hall, CLEANING, 3, 2, village.nodes);
  await ratesBecome(village.nodes, bank, [[hall.identity, CLEANING, '3/2']]);
  report(
    'seven daemons: the bank takes 3/2 that the hall decided, not 2/1, above what it accepts, nor a rate of the oaks',
  );

  await work(10, CLEANING);
  await Promise.all(village.nodes.map((node) => balanceBecomes(node, bank, accounts.ada, 7200 + 5400)));
  await work(12);
  await Promise.all(village.nodes.map((node) => balanceBecomes(node, bank, accounts.ada, 12_600 + 3600)));
  report('an hour of cleaning is issued as 1.5 notes, an hour of other work as one, and all seven compute it');

  await village.split(LEFT, RIGHT);
  const left = LEFT.map((name) => village.node(name));
  await adopt(hall, NIGHTS, 4, 3, left);
  await adopt(oaks, NIGHTS, 3, 2, left);
  await work(20, CLEANING);
  await ratesBecome(village.nodes, bank, [[hall.identity, CLEANING, '3/2']]);
  assert.equal(await balanceAt(bank, bank, accounts.ada), 16_200, 'the bank knows nothing of the work');
  await bank.client.call('bank.acceptAttestors', { body: hall.identity });
  report(
    'split: the hall decides 4/3 for nights and the mill records cleaning where the bank hears neither, and it writes on',
  );

  await village.heal(LEFT, RIGHT);
  const both = [
    [hall.identity, CLEANING, '3/2'],
    [hall.identity, NIGHTS, '4/3'],
  ] as const;
  await ratesBecome(village.nodes, bank, both);
  await Promise.all(village.nodes.map((node) => balanceBecomes(node, bank, accounts.ada, 16_200 + 5400)));
  await work(30, NIGHTS);
  await Promise.all(village.nodes.map((node) => balanceBecomes(node, bank, accounts.ada, 21_600 + 4800)));
  await village.converge(undefined, HEALED_MS_MAX);
  await ratesBecome(village.nodes, bank, both);
  for (const node of village.nodes) {
    const { issued, backed } = await node.client.call('bank.figures', { bank: bank.identity });
    assert.deepEqual([issued.seconds, backed.seconds], [26_400, 7200 + 4 * 3600], `the figures at ${node.name}`);
    assert.equal(await balanceAt(node, bank, cleos), 0);
  }
  report(
    'healed: the bank takes the decision by its certificate and issues at both rates; all figures and topicRoots equal',
  );
}

/** Waits until every node reads these rates of the bank and no others. */
async function ratesBecome(
  nodes: readonly TestNode[],
  bank: TestNode,
  expected: readonly (readonly [body: string, taskClass: number, ratio: string])[],
): Promise<void> {
  const wanted = JSON.stringify(expected);
  await Promise.all(
    nodes.map(async (node) => {
      let last = '';
      await until(
        () => `${node.name} reading the rates ${wanted} (last ${last})`,
        async () => {
          const { rates } = await node.client.call('rate.list', { bank: bank.identity });
          const byClass = rates.toSorted((one, other) => one.taskClass - other.taskClass);
          last = JSON.stringify(byClass.map(({ body, taskClass, ratio }) => [body, taskClass, ratio]));
          return last === wanted ? true : undefined;
        },
        HEALED_MS_MAX,
      );
    }),
  );
}
