/** Row 2, labor notes: transfers from person to person at one bank, with an order written while the bank cannot be reached. */
import assert from 'node:assert/strict';
import { ApiError } from '../../../src/api/errors.ts';
import { balanceBecomes, firstNotes } from '../../support/market-day.ts';
import { Village } from '../../support/village.ts';
import type { Report } from '../suite.ts';

const LEFT = ['ada', 'bank'];
const RIGHT = ['ben', 'mill'];

/** Runs the scenario. */
export async function run(report: Report): Promise<void> {
  await using village = await Village.open(['ada', 'ben'], {
    bank: { kind: 'bank', founders: ['ada', 'ben'] },
    mill: { kind: 'cooperative', founders: ['ada', 'ben'] },
  });
  const [ada, ben, bank] = [village.node('ada'), village.node('ben'), village.node('bank')];
  const accounts = await firstNotes(village, 4);
  report('four daemons; 4 notes issued to Ada');

  const paid = await ada.client.call('pay', { payments: [{ to: accounts.ben, amount: '1:30' }] });
  assert.equal(paid.answer.word, 'accepted', paid.answer.sentence);
  await balanceBecomes(ben, bank, accounts.ben, 5400);
  report('Ada pays Ben 1.5 and Ben computes it from the ledger');

  await village.split(LEFT, RIGHT);
  const within = await ada.client.call('pay', { payments: [{ to: accounts.ben, amount: '30m' }] });
  assert.equal(within.answer.word, 'accepted', within.answer.sentence);
  const across = await ben.client.call('pay', { payments: [{ to: accounts.ada, amount: '15m' }] });
  assert.equal(across.answer.word, 'pending', 'an order cannot be accepted while its bank is away');
  report('split: Ada pays on the bank’s side, Ben’s order waits on the other');

  await village.heal(LEFT, RIGHT);
  const balances = { [accounts.ada]: 4 * 3600 - 5400 - 1800 + 900, [accounts.ben]: 5400 + 1800 - 900 };
  for (const node of village.nodes) {
    for (const [account, seconds] of Object.entries(balances)) await balanceBecomes(node, bank, account, seconds);
  }
  report('healed: both orders stand once, and all four compute the same balances');

  await assert.rejects(
    ben.client.call('pay', { payments: [{ to: accounts.ada, amount: '100' }] }).then(({ answer }) => {
      throw new ApiError(409, { code: answer.code ?? answer.word, sentence: answer.sentence });
    }),
    { code: 'overdraft' },
  );
  await village.converge();
  report('an overdraft is refused; equal topicRoots everywhere');
}
