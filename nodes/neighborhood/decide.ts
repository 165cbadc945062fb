import type { RouteInput, RouteOutput } from '../../src/api/index.ts';
import type { Household, Neighborhood } from './household.ts';
import { mandate } from './mandates.ts';
import { must, type Story, until } from './story.ts';

type Ballot = Omit<RouteInput<'ballot.cast'>, 'proposal'>;
type Shown = RouteOutput<'proposal.show'>;

/** Work of this class is worth more, by decision of the assembly. */
export const CARE_CLASS = 7;
const CARE_RATIO = '3/2';
const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
/** Hours that were worked before the first start are claimed too. */
const CARE_BEFORE_MINUTES = 30 * DAY_MINUTES;
const CARE_MINUTES = 365 * DAY_MINUTES;

/** The assembly decides four things, and every node counts the same; then it gives a mandate, and takes it back. @throws StepFailedError where a step does not hold. */
export async function decide(hood: Neighborhood, story: Story): Promise<void> {
  await consent(hood, story);
  await shareBudget(hood, story);
  await elect(hood, story);
  await decideRate(hood, story);
  await mandate(hood, story);
}

/** What was decided at an earlier start holds for a year. */
async function decideRate(hood: Neighborhood, story: Story): Promise<void> {
  const { ada, ben, cleo, assembly, bank } = hood;
  const isTaken = async (): Promise<true | undefined> => {
    const { rates } = await bank.client.call('rate.list', {});
    const nowMs = Date.now();
    const isRunning = rates.some(({ start, minutes }) => Date.parse(start) + minutes * MINUTE_MS > nowMs);
    return isRunning ? true : undefined;
  };
  if ((await isTaken()) === true) return;
  const start = new Date((Math.floor(Date.now() / MINUTE_MS) - CARE_BEFORE_MINUTES) * MINUTE_MS).toISOString();
  const [numerator = 1, denominator = 1] = CARE_RATIO.split('/').map(Number);
  const rate = { taskClass: CARE_CLASS, numerator, denominator, start, minutes: CARE_MINUTES };
  const title = 'Care at night is worth one and a half';
  const proposal = await propose(ada, hood, { matter: 'rate', title, rate }, story);
  await Promise.all([ada, ben, cleo].map((one) => vote(one, proposal, { voice: 'for' })));
  await agreed(hood, proposal);
  story.tell('Assembly', `adopts it: work of class ${CARE_CLASS} at ${CARE_RATIO}, for a year`);
  await bank.client.call('bank.acceptRates', {
    body: assembly.identity,
    ratio: CARE_RATIO,
    start,
    minutes: CARE_MINUTES,
  });
  await until('The bank taking the rate by the certificate of the decision', isTaken);
  story.tell('Bank', 'accepts rates of the assembly up to that, and takes this one by its certificate');
}

async function consent(hood: Neighborhood, story: Story): Promise<void> {
  const { ada, ben, cleo } = hood;
  const title = 'A tool shed for all, beside the mill';
  const proposal = await propose(ada, hood, { title, text: 'Open from dawn to dusk.' }, story);
  await Promise.all([ada, ben, cleo].map((one) => vote(one, proposal, { voice: 'for' })));
  const { voters, electors } = await agreed(hood, proposal);
  story.tell('Assembly', `adopts it by consent: nobody of ${electors} objects, ${voters} voted`);
}

async function shareBudget(hood: Neighborhood, story: Story): Promise<void> {
  const { ada, ben, cleo } = hood;
  const options = [
    { name: 'Clear the well', cost: '60h' },
    { name: 'Roof of the school', cost: '50h' },
    { name: 'Path to the ford', cost: '30h' },
  ];
  const question = { matter: 'budget', title: 'A hundred hours for the season', budget: '100h', options } as const;
  const proposal = await propose(ben, hood, question, story);
  await Promise.all([
    vote(ada, proposal, { choice: [1, 3] }),
    vote(ben, proposal, { choice: [1, 3] }),
    vote(cleo, proposal, { choice: [2] }),
  ]);
  const shown = await agreed(hood, proposal);
  story.tell('Assembly', `shares them out by equal shares: ${chosenOf(shown).join(', ')}`);
}

async function elect(hood: Neighborhood, story: Story): Promise<void> {
  const { ada, ben, cleo } = hood;
  const options = [ada, ben, cleo].map(({ name }) => ({ name }));
  const question = { matter: 'election', title: 'Two delegates to the valley', seats: 2, options } as const;
  const proposal = await propose(cleo, hood, question, story);
  await vote(ada, proposal, { choice: [1, 2] });
  await vote(cleo, proposal, { choice: [3, 1] });
  await vote(ben, proposal, { delegate: ada.identity });
  story.tell('Ben', 'lets the ballot of Ada count for him too');
  const shown = await agreed(hood, proposal);
  must(chosenOf(shown).length === 2, `The election chose ${chosenOf(shown).length} of two delegates.`);
  story.tell('Assembly', `elects by ranked choice: ${chosenOf(shown).join(', ')}`);
}

async function propose(
  by: Household,
  { assembly }: Neighborhood,
  question: Omit<RouteInput<'proposal.open'>, 'body'>,
  story: Story,
): Promise<string> {
  const sent = await until(`${by.name} proposing “${question.title}”`, async () => {
    const { entry, answer, proposal } = await by.client.call('proposal.open', { body: assembly.identity, ...question });
    must(answer.word !== 'refused', `The assembly refused “${question.title}”: ${answer.sentence}`);
    return { entry: entry.id, proposal };
  });
  story.tell(by.name, `proposes: ${question.title}`);
  return sent.proposal ?? (await until('The assembly opening it', () => proposalOf(by, assembly, question.title)));
}

async function proposalOf(one: Household, body: Household, title: string): Promise<string | undefined> {
  const { proposals } = await one.client.call('proposal.list', { body: body.identity, state: 'open' });
  return proposals.find((each) => each.title === title)?.proposal;
}

async function vote(one: Household, proposal: string, ballot: Ballot): Promise<void> {
  await until(`${one.name} seeing the proposal`, () => one.client.call('proposal.show', { proposal }));
  const { answer } = await one.client.call('ballot.cast', { proposal, ...ballot });
  must(answer.word !== 'refused', `The ballot of ${one.name} was refused: ${answer.sentence}`);
}

/** Waits until the assembly and all three have closed it with one result. */
async function agreed({ assembly, ada, ben, cleo }: Neighborhood, proposal: string): Promise<Shown> {
  const seen = await Promise.all(
    [assembly, ada, ben, cleo].map((one) =>
      until(`${one.name} seeing the result`, async () => {
        const shown = await one.client.call('proposal.show', { proposal });
        const isNamed = shown.title !== undefined;
        return shown.voters === undefined || !isNamed ? undefined : shown;
      }),
    ),
  );
  const results = seen.map(({ state, voters, voices, options }) => JSON.stringify({ state, voters, voices, options }));
  must(new Set(results).size === 1, `The result is not the same everywhere: ${results.join(' ')}`);
  const [first] = seen;
  must(first?.state === 'adopted', `The assembly did not adopt it: ${results[0] ?? ''}`);
  return first;
}

function chosenOf({ options }: Shown): readonly string[] {
  return options
    .filter(({ chosen }) => chosen !== undefined)
    .toSorted((left, right) => (left.chosen ?? 0) - (right.chosen ?? 0))
    .map(({ name, number }) => name ?? `option ${number}`);
}
