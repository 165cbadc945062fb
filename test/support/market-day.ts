/** What people do in a village of a bank and a cooperative, as steps that scenarios share. */
import assert from 'node:assert/strict';
import type { TestNode } from './processes.ts';
import { until } from './processes.ts';
import type { Village } from './village.ts';

const HOUR_MS = 3_600_000;

/** Opens an account at the bank. @returns its id, once the ledger holds it. */
export async function openAccount(node: TestNode, bank: TestNode): Promise<string> {
  const { account } = await node.client.call('account.open', { bank: bank.identity });
  await until(`the account of ${node.name}`, async () =>
    (await balanceAt(node, bank, account)) === undefined ? undefined : true,
  );
  return account;
}

/** @returns the balance that a node computes for an account, in labor-seconds. */
export async function balanceAt(node: TestNode, bank: TestNode, account: string): Promise<number | undefined> {
  const { accounts } = await node.client.call('account.list', { bank: bank.identity, all: true });
  return accounts.find((candidate) => candidate.account === account)?.balance.seconds;
}

/** A stretch of work that ended some whole hours ago. */
export function hoursAgo(count: number, minutes = 60): { start: string; minutes: number } {
  return { start: new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS - count * HOUR_MS).toISOString(), minutes };
}

/** Claims work and waits until the cooperative shows the claim to the co-worker. @returns the claim's id. */
export async function claim(
  worker: TestNode,
  coWorker: TestNode,
  cooperative: TestNode,
  bank: string,
  interval: { start: string; minutes: number },
  taskClass?: number,
): Promise<string> {
  const claimed = await worker.client.call('labor.claim', {
    cooperative: cooperative.identity,
    bank,
    intervals: [interval],
    ...(taskClass === undefined ? {} : { taskClass }),
  });
  await until('the claim being shown', async () => {
    const { pending } = await coWorker.client.call('labor.list', {});
    return pending.some((shown) => shown.claim === claimed.claim) ? true : undefined;
  });
  return claimed.claim;
}

/** Attests a claim and records it once the attestation is there. @returns the record's entry. */
export async function attestAndRecord(claimId: string, coWorker: TestNode, cooperative: TestNode): Promise<string> {
  const { answer } = await coWorker.client.call('labor.attest', { claim: claimId });
  assert.notEqual(answer.word, 'refused', answer.sentence);
  return until('the record', async () => {
    const { pending } = await cooperative.client.call('labor.list', {});
    if (!pending.some((shown) => shown.claim === claimId && shown.attestors.length > 0)) return undefined;
    return (await cooperative.client.call('labor.record', { claim: claimId })).entry.id;
  });
}

/** Waits until a node computes this balance. */
export async function balanceBecomes(node: TestNode, bank: TestNode, account: string, seconds: number): Promise<void> {
  await until(`${node.name} computing ${seconds} s in ${account}`, async () => {
    return (await balanceAt(node, bank, account)) === seconds ? true : undefined;
  });
}

/** The bank accepts the mill; Ada works hours that Ben attests, and has notes for them. @returns the accounts of Ada and Ben. */
export async function firstNotes(
  village: Village,
  hours: number,
): Promise<{ readonly ada: string; readonly ben: string }> {
  const [ada, ben, bank, mill] = [village.node('ada'), village.node('ben'), village.node('bank'), village.node('mill')];
  const accounts = { ada: await openAccount(ada, bank), ben: await openAccount(ben, bank) };
  await bank.client.call('bank.acceptCooperative', { cooperative: mill.identity });
  const claimId = await claim(ada, ben, mill, bank.identity, hoursAgo(hours + 1, hours * 60));
  await attestAndRecord(claimId, ben, mill);
  await balanceBecomes(bank, bank, accounts.ada, hours * 3600);
  return accounts;
}
