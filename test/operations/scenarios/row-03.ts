/** Row 3, issue on labor: claim, attest, record and issue, with the record written while the bank cannot be reached. */
import assert from 'node:assert/strict';
import { ApiError } from '../../../src/api/errors.ts';
import { attestAndRecord, balanceBecomes, claim, firstNotes, hoursAgo } from '../../support/market-day.ts';
import type { TestNode } from '../../support/processes.ts';
import { Village } from '../../support/village.ts';
import type { Report } from '../suite.ts';

const LEFT = ['ada', 'ben', 'mill'];
const RIGHT = ['bank', 'assembly'];

/** Runs the scenario. */
export async function run(report: Report): Promise<void> {
  await using village = await Village.open(['ada', 'ben'], {
    bank: { kind: 'bank', founders: ['ada', 'ben'] },
    mill: { kind: 'cooperative', founders: ['ada', 'ben'] },
    assembly: { kind: 'assembly', founders: ['ada', 'ben'] },
  });
  const [ada, ben, bank, mill] = [village.node('ada'), village.node('ben'), village.node('bank'), village.node('mill')];
  const accounts = await firstNotes(village, 2);
  report('five daemons; 2 notes issued on a claim that Ben attested');

  await refusals(ada, ben, mill, bank);
  await balanceBecomes(bank, bank, accounts.ben, 3600);
  report('nobody attests its own work, and the same hours are not recorded twice');

  await village.split(LEFT, RIGHT);
  const claimId = await claim(ada, ben, mill, bank.identity, hoursAgo(12, 90));
  await attestAndRecord(claimId, ben, mill);
  await bank.client.call('bank.acceptAttestors', { body: village.node('assembly').identity });
  assert.equal((await bank.client.call('bank.figures', {})).issued.seconds, 7200 + 3600);
  report('split: the mill records 1.5 hours, the bank knows nothing of it and writes on');

  await village.heal(LEFT, RIGHT);
  for (const node of village.nodes) await balanceBecomes(node, bank, accounts.ada, 7200 + 5400);
  await village.converge();
  for (const node of village.nodes) {
    const figures = await node.client.call('bank.figures', { bank: bank.identity });
    assert.deepEqual([figures.issued.seconds, figures.backed.seconds, figures.records], [16_200, 16_200, 3]);
  }
  report('healed: the bank issues on the record once; all five compute the same figures; equal topicRoots');
}

async function refusals(ada: TestNode, ben: TestNode, mill: TestNode, bank: TestNode): Promise<void> {
  const claimId = await claim(ada, ben, mill, bank.identity, hoursAgo(30));
  assert.equal(await refusalOf(ada.client.call('labor.attest', { claim: claimId })), 'self_attestation');
  assert.equal(await refusalOf(mill.client.call('labor.record', { claim: claimId })), 'too_few_attestors');
  await attestAndRecord(await claim(ben, ada, mill, bank.identity, hoursAgo(40)), ada, mill);
  const again = await claim(ben, ada, mill, bank.identity, hoursAgo(40));
  assert.equal(await refusalOf(attestAndRecord(again, ada, mill)), 'overlap');
}

/** @returns the code with which a call is refused, by the node or in the answer of the body. */
async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'none';
  } catch (error) {
    assert.ok(error instanceof ApiError, String(error));
    return error.code;
  }
}
