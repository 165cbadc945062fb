import type { PersonFolder } from './cast.ts';
import { CARE_CLASS, decide } from './decide.ts';
import { freeHour, type WorkInterval } from './free-hours.ts';
import type { Household, Neighborhood } from './household.ts';
import { must, type Story, until } from './story.ts';

/** Most that one answer lists (API). */
const LIST_MAX = 1000;
const CEILING = '40h';
const HOUR_SECONDS = 3600;

/** Walks the main job once: members, accounts, labor, notes, payments, decisions. @throws StepFailedError where a step does not hold. */
export async function walk(hood: Neighborhood, story: Story): Promise<void> {
  await admitCleo(hood, story);
  await openAccounts(hood, story);
  await acceptCooperatives(hood, story);
  await claimAndIssue(hood, story, { worker: 'ada', cooperative: hood.mill, attestor: 'ben' });
  await claimAndIssue(hood, story, { worker: 'cleo', cooperative: hood.garden, attestor: 'ben' });
  await pay(hood, story);
  await decide(hood, story);
  await claimAndIssue(hood, story, { worker: 'ben', cooperative: hood.mill, attestor: 'ada', isCare: true });
}

async function admitCleo({ bank, cleo }: Neighborhood, story: Story): Promise<void> {
  const isMember = async (one: Household): Promise<true | undefined> => {
    const { members } = await one.client.call('member.list', { body: bank.identity });
    return members.some(({ identity }) => identity === cleo.identity) ? true : undefined;
  };
  if ((await isMember(bank)) === true) return;
  await until('Cleo applying to the bank', async () => {
    const { answer } = await cleo.client.call('member.apply', { body: bank.identity });
    must(answer.word !== 'refused', `The bank refused the application of Cleo: ${answer.sentence}`);
    const { applications } = await bank.client.call('member.list', { body: bank.identity });
    return applications.some(({ identity }) => identity === cleo.identity) ? true : undefined;
  });
  story.tell('Cleo', 'applies to the bank');
  await bank.client.call('member.admit', { identity: cleo.identity });
  await until('Cleo seeing the admission', () => isMember(cleo));
  story.tell('Bank', 'admits Cleo');
}

async function openAccounts(hood: Neighborhood, story: Story): Promise<void> {
  await Promise.all([hood.ada, hood.ben, hood.cleo, hood.mill].map((one) => openAccount(one, hood.bank, story)));
}

async function openAccount(one: Household, bank: Household, story: Story): Promise<void> {
  const own = await ownAccount(one, bank);
  if (own !== undefined) return;
  await accepted(`The account of ${one.name}`, (await one.client.call('account.open', { bank: bank.identity })).answer);
  await until(`${one.name} seeing its account`, () => ownAccount(one, bank));
  story.tell('Bank', `opens an account for ${one.name}`);
}

async function ownAccount(one: Household, bank: Household): Promise<string | undefined> {
  const { accounts } = await one.client.call('account.list', { bank: bank.identity });
  return accounts.find(({ own }) => own)?.account;
}

async function acceptCooperatives({ bank, mill, garden }: Neighborhood, story: Story): Promise<void> {
  const { cooperatives } = await bank.client.call('bank.figures', {});
  for (const { identity, name } of [mill, garden]) {
    if (cooperatives.some(({ cooperative, ended }) => cooperative === identity && !ended)) continue;
    await bank.client.call('bank.acceptCooperative', { cooperative: identity, ceiling: CEILING });
    story.tell('Bank', `accepts the labor of the ${name}, up to ${CEILING} for each member and week`);
  }
}

interface Work {
  readonly worker: PersonFolder;
  readonly cooperative: Household;
  readonly attestor: PersonFolder;
  /** Whether it is work for which a rate was decided: an hour and a half for an hour. */
  readonly isCare?: boolean;
}

async function claimAndIssue(hood: Neighborhood, story: Story, work: Work): Promise<void> {
  const { worker, cooperative, attestor, isCare = false } = work;
  const [person, other] = [hood[worker], hood[attestor]];
  const bank = hood.bank.identity;
  const before = await issuedOf(hood.bank);
  const interval = freeHour(await claimedBy(person, cooperative), Date.now());
  const claimed = await person.client.call('labor.claim', {
    cooperative: cooperative.identity,
    bank,
    intervals: [interval],
    ...(isCare ? { taskClass: CARE_CLASS } : {}),
  });
  await accepted('The claim', claimed.answer);
  story.tell(
    person.name,
    `claims ${claimed.amount.notes} h of ${isCare ? 'care at night' : 'work'} in the ${cooperative.name}, from ${interval.start}`,
  );
  await attest(other, claimed.claim);
  story.tell(
    other.name,
    `attests it${isReceiver(cooperative) ? ', as a member of the bank who received the work' : ''}`,
  );
  const receiverBody = isReceiver(cooperative) ? bank : undefined;
  const record = await until(`The ${cooperative.name} recording the claim`, () =>
    cooperative.client.call('labor.record', {
      claim: claimed.claim,
      ...(receiverBody === undefined ? {} : { receiverBody }),
    }),
  );
  story.tell(cooperative.name, `records it, with ${record.attestors.length} attestation`);
  const after = await until('The bank issuing notes on the record', async () => {
    const issued = await issuedOf(hood.bank);
    return issued > before ? issued : undefined;
  });
  const issued = after - before;
  must(
    issued === (record.amount.seconds * (isCare ? 3 : 2)) / 2,
    `The bank issued ${issued} s on a record of ${record.amount.seconds} s.`,
  );
  story.tell('Bank', `issues ${issued / HOUR_SECONDS} to ${person.name}`);
}

/** A cooperative of one has no co-workers to attest. */
function isReceiver(cooperative: Household): boolean {
  return cooperative.part.founders.length === 1;
}

async function claimedBy(person: Household, cooperative: Household): Promise<readonly WorkInterval[]> {
  const query = { cooperative: cooperative.identity, limit: LIST_MAX };
  const { pending, records } = await cooperative.client.call('labor.list', query);
  const own = [...pending, ...records].filter(({ worker }) => worker === person.identity);
  return own.flatMap(({ intervals }) => intervals);
}

async function attest(person: Household, claim: string): Promise<void> {
  await until(`${person.name} seeing the claim`, async () => {
    const { pending } = await person.client.call('labor.list', { limit: LIST_MAX });
    return pending.some((shown) => shown.claim === claim) ? true : undefined;
  });
  await accepted('The attestation', (await person.client.call('labor.attest', { claim })).answer);
}

async function issuedOf(bank: Household): Promise<number> {
  return (await bank.client.call('bank.figures', {})).issued.seconds;
}

async function pay({ bank, ada, ben, cleo, mill }: Neighborhood, story: Story): Promise<void> {
  const accounts = new Map<Household, string>();
  for (const one of [ada, ben, cleo, mill]) {
    accounts.set(one, await until(`The account of ${one.name}`, () => ownAccount(one, bank)));
  }
  const to = (one: Household, amount: string) => ({ to: accounts.get(one) ?? '', amount });
  await order(ada, [to(mill, '30m')], bank);
  story.tell('Ada', 'pays the Mill 0.5 for flour');
  await order(mill, [to(ada, '10m'), to(ben, '20m')], bank);
  story.tell('Mill', 'pays wages with one order: Ada 10 min, Ben 20 min');
  await order(cleo, [to(ben, '0:15')], bank);
  story.tell('Cleo', 'pays Ben 0.25');
}

async function order(
  payer: Household,
  payments: readonly { readonly to: string; readonly amount: string }[],
  bank: Household,
): Promise<void> {
  await until(`${payer.name} holding enough notes`, async () => {
    const { accounts } = await payer.client.call('account.list', { bank: bank.identity });
    return accounts.some(({ own, balance }) => own && balance.seconds > 0) ? true : undefined;
  });
  const paid = await payer.client.call('pay', { payments: [...payments], bank: bank.identity });
  await accepted(`The order of ${payer.name}`, paid.answer);
}

/** @throws StepFailedError when a body refused; what is pending is sent again by itself. */
async function accepted(what: string, answer: { readonly word: string; readonly sentence: string }): Promise<void> {
  must(answer.word !== 'refused', `${what} was refused: ${answer.sentence}`);
}
