/** A few daemons in processes of their own: founded, split in halves that cannot reach each other, and healed. */
import assert from 'node:assert/strict';
import { TestNode, temporaryFolder, until } from './processes.ts';

/** Where villages lie. */
export const VILLAGE_REGION = 'cascadia/willamette/sellwood';

/** A body that a village founds. */
export interface PlannedBody {
  readonly kind: string;
  readonly founders: readonly string[];
  /** What its charter asks of members. */
  readonly criteria?: readonly string[];
  /** Bodies, founded before, that confirm its books. */
  readonly witnesses?: readonly string[];
}

/** Regions by the names of those whose home is another than that of the village. */
export type Homes = Readonly<Record<string, string>>;

/** Bodies by name: what they are and who founds them. */
export type BodyPlan = Readonly<Record<string, PlannedBody>>;

/** After a split heals, equal roots come within this time (protocol §10, CONVERGE). */
export const CONVERGE_DELAY_MS_MAX = 30_000;

/** Daemons with a temporary folder. */
export class Village implements AsyncDisposable {
  readonly #nodes: ReadonlyMap<string, TestNode>;
  readonly #bodies: readonly string[];
  /** Founders that have met nobody yet. */
  readonly #absent: ReadonlySet<string>;
  readonly #homes: Homes;
  readonly #dispose: () => Promise<void>;

  private constructor(
    nodes: ReadonlyMap<string, TestNode>,
    bodies: readonly string[],
    absent: readonly string[],
    homes: Homes,
    dispose: () => Promise<void>,
  ) {
    this.#homes = homes;
    this.#absent = new Set(absent);
    this.#nodes = nodes;
    this.#bodies = bodies;
    this.#dispose = dispose;
  }

  /**
   * Makes persons, founds bodies, starts them all and lets them meet; those absent are stopped once they have signed. Everybody follows
   * the home of everybody.
   */
  static async open(
    persons: readonly string[],
    bodies: BodyPlan,
    absent: readonly string[] = [],
    homes: Homes = {},
  ): Promise<Village> {
    const folder = await temporaryFolder();
    const names = [...persons, ...Object.keys(bodies)];
    const nodes = new Map(names.map((name) => [name, new TestNode(name, folder.path)]));
    const village = new Village(nodes, Object.keys(bodies), absent, homes, async () => folder[Symbol.asyncDispose]());
    try {
      await Promise.all(persons.map((name) => village.#makePerson(name)));
      // Bodies found federations and witness for each other: their own nodes have to run first.
      const isLater = ([, { founders, witnesses = [] }]: readonly [string, PlannedBody]): boolean =>
        [...founders, ...witnesses].some((name) => Object.hasOwn(bodies, name));
      for (const later of [false, true])
        await Promise.all(
          Object.entries(bodies)
            .filter((body) => isLater(body) === later)
            .map(([name, body]) => village.#found(name, body)),
        );
      await Promise.all(absent.map((name) => village.node(name).stop()));
      await village.#meet();
      return village;
    } catch (error) {
      await village[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** @throws AssertionError when nobody is called so. */
  node(name: string): TestNode {
    const node = this.#nodes.get(name);
    assert.ok(node !== undefined, `nobody in the village is called ${name}`);
    return node;
  }

  /** Everybody who is not absent. */
  get nodes(): readonly TestNode[] {
    return [...this.#nodes.values()].filter(({ name }) => !this.#absent.has(name));
  }

  async #makePerson(name: string): Promise<void> {
    await initPerson(this.node(name), this.#homeOf(name));
    await this.node(name).start();
  }

  #homeOf(name: string): string {
    return this.#homes[name] ?? VILLAGE_REGION;
  }

  async #found(name: string, { kind, founders, criteria = [], witnesses = [] }: PlannedBody): Promise<void> {
    const body = this.node(name);
    const clients = founders.map((founder) => this.node(founder).client);
    const keys = await Promise.all(clients.map((client) => client.call('member.keyText', { label: name })));
    const asked = criteria.flatMap((criterion) => ['--criterion', criterion]);
    const confirming = witnesses.flatMap((witness) => ['--witness', this.node(witness).identity]);
    const flags = [...keys.flatMap(({ text }) => ['--founder', text]), ...asked, ...confirming];
    const place = ['--name', name, '--region', this.#homeOf(name), '--no-passphrase'];
    const { text } = await body.command('init', '--kind', kind, ...place, ...flags);
    assert.ok(typeof text === 'string', 'init prints the founding text');
    const accepted = await Promise.all(clients.map((client) => client.call('member.acceptFounding', { text })));
    await body.command('member', 'found', ...accepted.map((acceptance) => acceptance.text));
    await body.start();
  }

  /** Everybody accepts an invite of the first body, whom the invite makes a root too, so that all trust the same roots. */
  async #meet(): Promise<void> {
    const roots = this.#bodies.map((name) => this.node(name).identity);
    const host = this.node(this.#bodies[0] ?? '');
    const guests = this.nodes.filter((node) => node !== host);
    for (const root of roots) await host.client.call('peer.add', { root });
    const { text } = await host.client.call('invite.create', { region: VILLAGE_REGION, roots });
    await Promise.all(guests.map((guest) => guest.client.call('invite.accept', { text })));
    const homes = Object.values(this.#homes);
    for (const region of new Set(homes.length === 0 ? [] : [VILLAGE_REGION, ...homes]))
      await Promise.all(this.nodes.map((node) => node.client.call('region.join', { region })));
    await this.converge();
  }

  /**
   * Splits the village: every daemon ends and starts again on another port, knowing only its own half. All run, and no
   * message can cross.
   */
  async split(left: readonly string[], right: readonly string[]): Promise<void> {
    assert.deepEqual([...left, ...right].toSorted(byText), this.nodes.map(({ name }) => name).toSorted(byText));
    await Promise.all(this.nodes.map((node) => node.stop()));
    await Promise.all([left, right].map((half) => this.#startHalf(half)));
    for (const half of [left, right]) await this.converge(half);
    const peers = await this.node(left[0] ?? '').client.call('peer.list', {});
    assert.ok(peers.peers.length < left.length, 'the halves still see each other');
  }

  async #startHalf([first, ...others]: readonly string[]): Promise<void> {
    if (first === undefined) return;
    const { addresses } = (await this.node(first).start()).ready;
    const bootstrap = addresses.flatMap((address) => ['--bootstrap', address]);
    await Promise.all(others.map((name) => this.node(name).start(...bootstrap)));
  }

  /** Lets everybody of one half reach everybody of the other again, as when a cable is mended. */
  async heal(left: readonly string[], right: readonly string[]): Promise<void> {
    const addresses = right.flatMap((name) => this.node(name).daemon.ready.addresses.slice(0, 1));
    const dials = left.flatMap((name) => addresses.map((address) => ({ client: this.node(name).client, address })));
    await Promise.all(dials.map(({ client, address }) => client.call('peer.add', { address })));
  }

  /** Waits until all, or those named, print equal roots of every topic. @returns the roots by topic. */
  async converge(
    names: readonly string[] = this.nodes.map(({ name }) => name),
    delayMsMax = CONVERGE_DELAY_MS_MAX,
  ): Promise<ReadonlyMap<string, string>> {
    let differing = '';
    return until(
      () => `equal topicRoots of ${names.join(', ')} (${differing})`,
      async () => {
        const views = await Promise.all(names.map((name) => rootsOf(this.node(name))));
        const [first] = views;
        differing = [...(first?.keys() ?? [])]
          .filter((topic) => views.some((view) => view.get(topic) !== first?.get(topic)))
          .map((topic) => `${topic}: ${views.map((view) => view.get(topic)?.slice(0, 8)).join(' ')}`)
          .join('; ');
        return first !== undefined && new Set(views.map(textOf)).size === 1 ? first : undefined;
      },
      delayMsMax,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#nodes.values()].map((node) => node[Symbol.asyncDispose]()));
    await this.#dispose();
  }
}

/** Makes a person's keys. */
export async function initPerson(node: TestNode, region = VILLAGE_REGION): Promise<void> {
  const about = ['--kind', 'person', '--name', node.name, '--region', region, '--no-passphrase'];
  await node.command('init', ...about);
}

/** @returns the root of each topic that a node follows. */
export async function rootsOf(node: TestNode): Promise<ReadonlyMap<string, string>> {
  const { topics, rootsDigest } = await node.client.call('status', {});
  return new Map([
    ['trusted roots', rootsDigest],
    ...topics.map(({ topic, topicRoot }) => [topic, topicRoot] as const),
  ]);
}

function textOf(roots: ReadonlyMap<string, string>): string {
  return JSON.stringify([...roots].toSorted(([left], [right]) => byText(left, right)));
}

function byText(left: string, right: string): number {
  return left < right ? -1 : 1;
}
