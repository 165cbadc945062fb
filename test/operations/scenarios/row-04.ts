/** Row 4, accounts at a bank: open, passbook, payroll, retire, and a statement that anybody checks offline, through a split. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { balanceAt, balanceBecomes, firstNotes, openAccount } from '../../support/market-day.ts';
import { runMutua, type TestNode, temporaryFolder, until } from '../../support/processes.ts';
import { Village } from '../../support/village.ts';
import type { Report } from '../suite.ts';

const LEFT = ['ada', 'bank'];
const RIGHT = ['ben', 'mill'];

const secondsSchema = z.object({ seconds: z.number() });
const verifiedSchema = z.object({
  ledgers: z.array(z.object({ outstanding: secondsSchema })),
  lines: z.array(z.object({ balanceAfter: secondsSchema })),
  statement: z.object({
    proofHolds: z.boolean(),
    rootHolds: z.boolean(),
    wrongLines: z.array(z.string()),
    missingLines: z.int(),
    entriesRootHolds: z.boolean(),
    unproven: z.array(z.string()),
  }),
});

/** Runs the scenario. */
export async function run(report: Report): Promise<void> {
  await using village = await Village.open(['ada', 'ben'], {
    bank: { kind: 'bank', founders: ['ada', 'ben'] },
    mill: { kind: 'cooperative', founders: ['ada', 'ben'] },
  });
  const [ada, ben, bank, mill] = [village.node('ada'), village.node('ben'), village.node('bank'), village.node('mill')];
  const accounts = await firstNotes(village, 4);
  const millAccount = await openAccount(mill, bank);
  await ada.client.call('pay', { payments: [{ to: millAccount, amount: '2' }] });
  await balanceBecomes(mill, bank, millAccount, 7200);
  report('four daemons; the cooperative has an account and 2 notes on it');

  const payroll = [
    { to: accounts.ada, amount: '20m' },
    { to: accounts.ben, amount: '40m' },
  ];
  const paid = await mill.client.call('pay', { payments: payroll });
  assert.deepEqual([paid.answer.word, paid.total.seconds], ['accepted', 3600], paid.answer.sentence);
  await balanceBecomes(ben, bank, accounts.ben, 2400);
  report('payroll: one order pays two');

  await village.split(LEFT, RIGHT);
  const retired = await ada.client.call('retire', { amount: '1' });
  assert.equal(retired.answer.word, 'accepted', retired.answer.sentence);
  await mill.client.call('pay', { payments: [{ to: accounts.ben, amount: '10m' }] });
  assert.equal(await balanceAt(ben, bank, accounts.ada), 8400, 'the other half knows nothing of it yet');
  report('split: Ada gives one note back on the bank’s side, the mill’s next order waits on the other');

  await village.heal(LEFT, RIGHT);
  for (const node of village.nodes) await balanceBecomes(node, bank, accounts.ben, 3000);
  await village.converge();
  for (const node of village.nodes) {
    const figures = await node.client.call('bank.figures', { bank: bank.identity });
    assert.deepEqual([figures.retired.seconds, figures.outstanding.seconds], [3600, 3 * 3600]);
  }
  report('healed: all four compute the same passbooks and figures; equal topicRoots');

  await ada.command('pay', ben.identity, '10m', '--memo', 'für die Äpfel');
  await balanceBecomes(ben, bank, accounts.ben, 3600);
  const memosSeenBy = async (node: TestNode): Promise<readonly (string | undefined)[]> => {
    const { lines } = await node.client.call('account.statement', { account: accounts.ben });
    return lines.flatMap(({ memo }) => memo ?? []);
  };
  await until('the memo came', async () => (await memosSeenBy(ben)).length > 0);
  assert.deepEqual([await memosSeenBy(ben), await memosSeenBy(mill)], [['für die Äpfel'], []]);
  const own = await ada.client.call('account.statement', { account: accounts.ada });
  assert.equal(own.lines.at(-1)?.memo, 'für die Äpfel');
  report('a memo is read by payer and payee, and by nobody else who follows the bank');

  await using folder = await temporaryFolder();
  const file = join(folder.path, 'statement');
  await ben.command('account', 'statement', accounts.ben, '--file', file);
  const statement = await ben.command('account', 'statement', accounts.ben, '--proofs');
  const printed = join(folder.path, 'statement.json');
  await writeFile(printed, JSON.stringify(statement));
  const figures = await ben.client.call('bank.figures', { bank: bank.identity });
  await village.node('ben').stop();
  const end = await runMutua(['verify', file, '--statement', printed, '--json']);
  assert.equal(end.exitCode, 0, end.stdout + end.stderr);
  const found = verifiedSchema.parse(JSON.parse(end.stdout));
  assert.deepEqual(
    found.ledgers.map(({ outstanding }) => outstanding.seconds),
    [figures.outstanding.seconds],
  );
  assert.equal(found.lines.at(-1)?.balanceAfter.seconds, 3600);
  assert.deepEqual(found.statement, {
    proofHolds: true,
    rootHolds: true,
    wrongLines: [],
    missingLines: 0,
    entriesRootHolds: true,
    unproven: [],
  });
  await writeFile(printed, JSON.stringify(statement).replaceAll('3600', '3601'));
  assert.equal((await runMutua(['verify', file, '--statement', printed, '--json'])).exitCode, 1);
  report(
    'the file gives balances, figures and the statement’s root without any node; a changed statement does not hold',
  );
}
