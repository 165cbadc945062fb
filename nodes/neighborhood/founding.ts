import { BODIES, type BodyFolder, CAST, PERSONS } from './cast.ts';
import type { Household, Neighborhood } from './household.ts';
import { must, type Story, until } from './story.ts';

/** Starts the three persons; each makes its keys where it has none. */
export async function startPersons(hood: Neighborhood, story: Story, onEnd: (one: Household) => void): Promise<void> {
  const persons = PERSONS.map((folder) => hood[folder]);
  await Promise.all(
    persons.map(async (person) => {
      if (!person.isMade) {
        await person.init([]);
        await person.settle();
      }
      await person.start(onEnd);
      story.tell(person.name, `is here: ${person.identity}`);
    }),
  );
}

/** Starts the four bodies; one that is not there yet is founded first, by texts that its founders exchange. */
export async function startBodies(hood: Neighborhood, story: Story, onEnd: (one: Household) => void): Promise<void> {
  await Promise.all(
    BODIES.map(async (folder) => {
      const body = hood[folder];
      if (!body.isMade) await found(hood, folder, story);
      await body.start(onEnd);
      story.tell(body.name, `is here: ${body.identity}`);
    }),
  );
}

/** key-text → init --founder → accept-founding → found: each signature is made where its key is. */
async function found(hood: Neighborhood, folder: BodyFolder, story: Story): Promise<void> {
  const body = hood[folder];
  const founders = CAST[folder].founders.map((person) => hood[person]);
  const label = `${body.name}, ${new Date().toISOString()}`;
  const keyTexts = await Promise.all(
    founders.map(async ({ client }) => (await client.call('member.keyText', { label })).text),
  );
  const text = await body.init(keyTexts);
  const acceptances = await Promise.all(
    founders.map(async ({ client }) => (await client.call('member.acceptFounding', { text })).text),
  );
  await body.found(acceptances);
  await body.settle();
  story.tell(body.name, `is founded by ${founders.map(({ name }) => name).join(', ')}: all have signed`);
}

/**
 * Everybody accepts an invite of each body: all follow the region, trust the same bodies and have an open path to them; the
 * assembly's comes first, as that of a neighborhood's first contact.
 */
export async function meet(hood: Neighborhood, story: Story): Promise<void> {
  const roots = BODIES.map((folder) => hood[folder].identity);
  const hosts = [hood.assembly, hood.bank, hood.mill, hood.garden];
  for (const host of hosts) for (const root of roots) await host.client.call('peer.add', { root });
  for (const host of hosts) {
    const { text, region } = await host.client.call('invite.create', { roots });
    if (host === hood.assembly) story.tell(host.name, `invites everybody to ${region}`);
    const guests = Object.values(hood).filter((one: Household) => one !== host);
    await Promise.all(guests.map((guest) => accept(guest, text)));
  }
  await Promise.all(Object.values(hood).map((one: Household) => seesAll(one, hood)));
  story.tell('All', 'have found each other and hold the member books of all four bodies');
}

async function accept(guest: Household, text: string): Promise<void> {
  const { dialed } = await guest.client.call('invite.accept', { text });
  must(
    dialed.some(({ reached }) => reached),
    `${guest.name} reached no address of an invite.`,
  );
}

async function seesAll(one: Household, hood: Neighborhood): Promise<void> {
  for (const folder of BODIES) {
    const { identity, name } = hood[folder];
    await until(`${one.name} holding the member book of ${name}`, async () => {
      const { members } = await one.client.call('member.list', { body: identity });
      return members.length > 0 ? members : undefined;
    });
    if (KEEPS_TRANSFERS.has(CAST[folder].role)) await seesTransfers(one, name, identity);
  }
}

/** Roles whose ledger or labor book the others look for. */
const KEEPS_TRANSFERS: ReadonlySet<string> = new Set(['bank', 'cooperative']);

async function seesTransfers(one: Household, name: string, identity: string): Promise<void> {
  await until(`${one.name} holding the ledger or labor book of ${name}`, async () => {
    const { books } = await one.client.call('book.list', { identity, channel: 'transfers' });
    return books.length > 0 ? books : undefined;
  });
}
