import { type Household, householdsOf, type Neighborhood } from './household.ts';
import { type Story, until } from './story.ts';

/** The term that the assembly gives. */
const TERM_MS = 30 * 24 * 60 * 60 * 1000;

/** The assembly sends one of its delegates to the bank, and recalls her: all seven nodes know of both. @throws StepFailedError where they do not. */
export async function mandate(hood: Neighborhood, story: Story): Promise<void> {
  const { assembly, bank, ada } = hood;
  const given = await until('The assembly giving a mandate', async () => {
    const to = new Date(Date.now() + TERM_MS).toISOString();
    const terms = { delegate: ada.identity, at: bank.identity, to };
    return (await assembly.client.call('mandate.grant', { ...terms, matters: ['general', 'rate'] })).mandate;
  });
  await seenByAll(hood, given, 'running');
  story.tell('Assembly', 'sends Ada to the bank for a month, in general matters and rates; all seven nodes know');
  await assembly.client.call('mandate.recall', { mandate: given });
  await seenByAll(hood, given, 'recalled');
  story.tell('Assembly', 'recalls her at once; all seven nodes know');
}

async function seenByAll(hood: Neighborhood, mandate: string, state: string): Promise<void> {
  const stateAt = async ({ client }: Household): Promise<string | undefined> => {
    const { mandates } = await client.call('mandate.list', { body: hood.assembly.identity });
    return mandates.find((one) => one.mandate === mandate)?.state;
  };
  await Promise.all(
    householdsOf(hood).map((one) =>
      until(`${one.name} seeing the mandate ${state}`, async () => ((await stateAt(one)) === state ? one : undefined)),
    ),
  );
}
