import { type Household, householdsOf, type Neighborhood } from './household.ts';
import { must, type Story, until } from './story.ts';

/**
 * Waits until all seven hold the same books: equal roots of every topic, and the same balances recomputed by each.
 * @throws StepFailedError with the topic and the nodes that differ.
 */
export async function compare(hood: Neighborhood, story: Story): Promise<void> {
  const households = householdsOf(hood);
  const topics = await until('All seven holding the same books', async () => {
    const views = await Promise.all(households.map(viewOf));
    const difference = differenceOf(views);
    must(difference === undefined, difference ?? '');
    return views[0]?.topics;
  });
  for (const { name, root, books } of topics.filter(({ books }) => books > 0)) {
    story.tell('All seven', `hold ${name} at root ${root.slice(0, 12)}… (${books} books)`);
  }
  await tellFigures(hood, story);
}

interface View {
  readonly who: string;
  readonly topics: readonly { readonly name: string; readonly root: string; readonly books: number }[];
}

async function viewOf({ name, client }: Household): Promise<View> {
  const { topics, rootsDigest } = await client.call('status', {});
  const shown = topics.map(({ region, channel, topicRoot, books }) => ({
    name: `${region}/${channel}`,
    root: topicRoot,
    books,
  }));
  return { who: name, topics: [{ name: 'trusted roots', root: rootsDigest, books: 0 }, ...shown] };
}

function differenceOf(views: readonly View[]): string | undefined {
  const [first, ...others] = views;
  for (const other of others) {
    for (const { name, root } of first?.topics ?? []) {
      const same = other.topics.find((topic) => topic.name === name);
      if (same?.root !== root) return `${first?.who} and ${other.who} differ in ${name}`;
    }
  }
  return undefined;
}

async function tellFigures(hood: Neighborhood, story: Story): Promise<void> {
  const bank = hood.bank.identity;
  const lists = await Promise.all(
    householdsOf(hood).map(async ({ name, client }) => {
      const { accounts } = await client.call('account.list', { bank, all: true });
      const rows = accounts.map(({ account, holder, balance }) => ({ account, holder, balance }));
      return { name, rows: rows.toSorted((left, right) => (left.account < right.account ? -1 : 1)) };
    }),
  );
  const [first] = lists;
  for (const { name, rows } of lists) {
    must(JSON.stringify(rows) === JSON.stringify(first?.rows), `${name} computes other balances than ${first?.name}.`);
  }
  const nameOf = (identity: string): string =>
    householdsOf(hood).find((one) => one.identity === identity)?.name ?? identity;
  const balances = first?.rows.map(({ holder, balance }) => `${nameOf(holder)} ${balance.notes}`) ?? [];
  story.tell('All seven', `compute the same balances: ${balances.join(', ')}`);
  const { issued, retired, outstanding } = await hood.ada.client.call('bank.figures', { bank });
  const sum = first?.rows.reduce((total, { balance }) => total + balance.seconds, 0);
  must(sum === outstanding.seconds, `Balances sum to ${sum} s, but ${outstanding.seconds} s are outstanding.`);
  story.tell(
    'Ada',
    `recomputes the bank: issued ${issued.notes}, retired ${retired.notes}, outstanding ${outstanding.notes}`,
  );
}
