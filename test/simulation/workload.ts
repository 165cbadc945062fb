import type { Amount } from '../../src/core/base/amount.ts';
import { compareIds, type Id } from '../../src/core/base/id.ts';
import { assert, present } from '../../src/core/base/outcome.ts';
import type { Channel } from '../../src/core/base/region.ts';
import { composeRecord } from '../../src/core/labor/compose.ts';
import { accountOf, accountsOfHolder, allAccounts, answerOf } from '../../src/core/ledger/figures.ts';
import { contentOf, draftEntry, type Entry, readEntry, sealEntry } from '../../src/core/wire/entry.ts';
import { notedKind, profileKind } from '../../src/core/wire/kinds/book.ts';
import type { EntryKind } from '../../src/core/wire/kinds/kind.ts';
import { attestationKind, laborClaimKind, laborRecordKind } from '../../src/core/wire/kinds/labor.ts';
import {
  acceptCooperativeKind,
  accountRequestKind,
  retireOrderKind,
  transferOrderKind,
} from '../../src/core/wire/kinds/ledger.ts';
import { foundingKind, vouchKind } from '../../src/core/wire/kinds/people.ts';
import { headOf } from '../../src/engine/book.ts';
import { PARKED_PER_BOOK_MAX, STRANGER_ENTRIES_MAX } from '../../src/engine/constants.ts';
import { missingNotes } from '../../src/engine/notes.ts';
import { entryToItem } from '../../src/engine/reading.ts';
import { contextFor } from '../../src/engine/rule-context.ts';
import { draftOf } from '../../src/engine/services/draft.ts';
import { NETWORK } from '../support/books.ts';
import { REGION } from '../support/identities.ts';
import { newestBook } from '../support/newest-book.ts';
import { Actor, acceptancesOf, charterWith } from '../support/world.ts';
import { Councils } from './councils.ts';
import { LIE_SORTS, liars, lyingBooks } from './liars.ts';
import type { SimNode, WriteDone } from './node.ts';
import { Voting } from './voting.ts';
import { count, type SimWorld } from './world.ts';

/** Minutes between the intervals that one worker claims. */
const SLOT_MINUTES = 60;

/** Something handed to a body that has not answered yet. */
interface Sending {
  readonly node: SimNode;
  readonly to: SimNode;
  readonly entry: Entry;
  times: number;
}

/** How often somebody takes part in a decision beside what else there is to do. */
const VOTING_SHARE = 0.25;
/** How often somebody does something in the council of the cooperatives. */
const COUNCIL_SHARE = 0.6;
/** Times that somebody sends one thing; what no ledger can answer and no path leads to is given up then. */
const SENDINGS_MAX = 4;

/** What people do in a simulated neighborhood: apply for accounts, claim work, attest, record, pay, and sometimes lie or err. */
export class Workload {
  readonly #world: SimWorld;
  readonly bank: SimNode;
  readonly cooperatives: readonly SimNode[];
  readonly persons: readonly SimNode[];
  /** Who works where: persons by cooperative. */
  readonly #workers = new Map<SimNode, readonly SimNode[]>();
  readonly #slots = new Map<string, number>();
  readonly #unanswered = new Map<Id, Sending>();
  readonly #voting: Voting;
  readonly #council: SimNode;
  readonly #councils: Councils;

  constructor(world: SimWorld) {
    this.#world = world;
    this.#voting = new Voting(world, (person) =>
      this.cooperatives.find((candidate) => this.#workers.get(candidate)?.includes(person)),
    );
    const [bank, first, second] = world.nodes;
    this.bank = present(bank, 'a world has a bank');
    this.cooperatives = [present(first, 'a world has a cooperative'), present(second, 'a world has two')];
    this.#council = present(world.nodes[3], 'a world has a federation of both');
    this.#councils = new Councils(world, this.#council, this.cooperatives, (each) => this.#workers.get(each) ?? []);
    this.persons = world.nodes.filter((node) => node.actor.kind === 'person');
    const half = Math.ceil(this.persons.length / 2);
    this.cooperatives.forEach((cooperative, index) => {
      this.#workers.set(cooperative, index === 0 ? this.persons.slice(0, half) : this.persons.slice(half));
    });
  }

  /** Founds the bodies, and tells every node where it is and whom it knows. */
  begin(): void {
    const bodies = this.#world.nodes.filter((node) => node.actor.kind !== 'person');
    const roots = [...bodies.map((node) => node.actor.identity), ...liars()];
    for (const node of this.#world.nodes) {
      node.feed({ type: 'addRoots', roots });
      node.feed({ type: 'join', region: REGION, channels: ['people', 'transfers', 'proposals', 'emergency'] });
    }
    for (const body of bodies) {
      const members = body === this.#council ? this.cooperatives : (this.#workers.get(body) ?? this.persons);
      const founders = members.slice(0, 16).map((node) => node.actor);
      const charter = charterWith(1);
      this.#write(body, 'people', foundingKind, {
        charter,
        acceptances: acceptancesOf(body.actor.identity, charter, founders),
      });
    }
    for (const cooperative of this.cooperatives) {
      const content = { cooperative: cooperative.actor.identity, secondsPerMemberPerWeek: 60 * 3600 };
      this.#write(this.bank, 'transfers', acceptCooperativeKind, content);
    }
    for (const person of this.persons) this.#write(person, 'people', profileKind, profileOf(person.name));
    for (const person of this.persons) this.#requestAccount(person);
  }

  /** One thing that somebody does. */
  act(): void {
    const { chance } = this.#world;
    const person = chance.pick(this.persons);
    const dice = chance.next();
    if (!person.up) return;
    if (dice < 0.07) this.#write(person, 'people', profileKind, profileOf(`${person.name} ${this.#world.steps}`));
    else if (dice < 0.3) this.#claim(person);
    else if (dice < 0.55) this.#attest(person);
    else if (dice < 0.8) this.#pay(person);
    else if (dice < 0.83) this.#retire(person);
    else if (dice < 0.86) this.#requestAccount(person);
    else if (dice < 0.9) this.#err(person);
    else if (dice < 0.91) this.#vouch();
    else if (dice < 0.94) this.#sendAgain();
    if (chance.next() < VOTING_SHARE) this.#voting.act(person, this.cooperatives);
    if (chance.next() < COUNCIL_SHARE) this.#councils.act();
    for (const cooperative of this.cooperatives) this.#record(cooperative);
  }

  /** Bodies known to everybody hand out books in which they broke their own rules. */
  tellLies(): void {
    const { chance, invariants, nodes } = this.#world;
    const { books, codes, wrong } = lyingBooks(chance.between(0, LIE_SORTS - 1));
    assert(wrong.length === 0, wrong.join('; '));
    invariants.lying(liars(), codes);
    const listener = chance.pick(nodes.filter((node) => node.up));
    const items = books.flatMap(({ entries }) => entries.map(({ bytes }) => entryToItem(bytes)));
    this.#world.fault('lying body');
    listener.take(items, { door: 'file' }, () => {});
  }

  /** A stranger floods a node: with a long book, and with entries behind a gap. */
  flood(): void {
    const { chance, nodes } = this.#world;
    const listener = chance.pick(nodes.filter((node) => node.up));
    const { opening, entries } = floodOf(STRANGER_ENTRIES_MAX + PARKED_PER_BOOK_MAX * 4);
    const near = entries.slice(0, STRANGER_ENTRIES_MAX + 8);
    const far = entries.slice(STRANGER_ENTRIES_MAX + 16);
    this.#world.fault('flood');
    listener.take([opening, ...near, ...far], { door: 'file' }, () => {});
  }

  /** Somebody writes two entries with one number: the second goes to the other half of the network. */
  equivocate(): void {
    const { chance, invariants } = this.#world;
    const liar = chance.pick(this.persons.slice(1));
    const book = newestBook(liar.peer, liar.actor.identity, 'people');
    if (book === undefined || book.head.sequence < 1 || !liar.up) return;
    invariants.liars.add(liar.actor.identity);
    const sequence = chance.between(1, book.head.sequence);
    const previous = book.ids.get(sequence - 1);
    if (previous === undefined) return;
    const draft = draftEntry({
      network: NETWORK,
      kind: profileKind,
      content: profileOf(`lie of ${liar.name}`),
      previous: { book: book.id, sequence: sequence - 1, id: previous },
      salt: chance.bytes(16),
      claimedAt: 1,
    });
    const entry = sealEntry(draft, liar.actor.keys.sign(draft.message));
    const victim = chance.pick(this.#world.nodes.filter((node) => node !== liar && node.up));
    this.#world.fault('equivocation');
    victim.take([entryToItem(book.openingEntry.bytes), entryToItem(entry)], { door: 'file' }, () => {});
  }

  /** A cooperative makes somebody known: its member book grows, and records name newer heads. */
  #vouch(): void {
    const { chance } = this.#world;
    const cooperative = chance.pick(this.cooperatives);
    if (cooperative.up)
      this.#write(cooperative, 'people', vouchKind, { identity: chance.pick(this.persons).actor.identity });
  }

  /** Sends what was not answered once more. */
  sendAllAgain(): void {
    for (const sending of [...this.#unanswered.values()]) this.#send(sending);
    for (const cooperative of this.cooperatives) this.#record(cooperative);
  }

  /** Orders, claims and requests that nobody has answered. */
  get unanswered(): number {
    return this.#unanswered.size;
  }

  #write<Content>(
    node: SimNode,
    channel: Channel,
    kind: EntryKind<Content>,
    content: Content,
    then: (entry: Id) => void = () => {},
  ): void {
    node.write(channel, draftOf(kind, content), (result: WriteDone) => {
      if (result.written === undefined) return;
      this.#world.invariants.acknowledged(node, result.written);
      then(result.written.id);
    });
  }

  /** Writes into the own transfers book, and hands it to a body. */
  #order<Content>(node: SimNode, to: SimNode, kind: EntryKind<Content>, content: Content): void {
    this.#write(node, 'transfers', kind, content, (id) => {
      const [row] = node.disk.query({ type: 'ids', ids: [id] });
      const entry = row === undefined ? undefined : readEntry(row.bytes, NETWORK);
      if (entry?.ok === true) this.#send({ node, to, entry: entry.value, times: 0 });
    });
  }

  #send(sending: Sending): void {
    const { node, to, entry } = sending;
    this.#unanswered.set(entry.id, sending);
    const opening = node.peer.books.get(entry.book)?.openingEntry;
    if (opening === undefined || !node.up) return;
    if (this.#isDone(sending)) {
      this.#unanswered.delete(entry.id);
      return;
    }
    sending.times += 1;
    node.submit(to.actor.identity, 'transfers', [entryToItem(opening.bytes), entryToItem(entry.bytes)], (outcomes) => {
      const outcome = outcomes?.at(-1);
      if (outcome === undefined || outcome.word === 'later') return;
      this.#unanswered.delete(entry.id);
      if (outcome.code !== undefined) count(this.#world.answers, outcome.code);
      if (outcome.word === 'carried' && entry.header.kind !== accountRequestKind.number)
        this.#world.invariants.carried(entry.id);
    });
  }

  #sendAgain(): void {
    const [first] = this.#unanswered.values();
    if (first !== undefined) this.#send(first);
  }

  /** Whether the sender sees by itself what became of it, though nobody told: with no path to a body its mail is only gossiped. */
  #isDone({ node, entry, times }: Sending): boolean {
    const ledger = node.peer.books.bodyBook(this.bank.actor.identity, 'transfers')?.state?.state;
    const known =
      ledger !== undefined && (answerOf(ledger, entry) !== undefined || accountOf(ledger, entry.id) !== undefined);
    return known || times >= SENDINGS_MAX;
  }

  #requestAccount(person: SimNode): void {
    this.#order(person, this.bank, accountRequestKind, { bank: this.bank.actor.identity });
  }

  #accountOf(person: SimNode): Id | undefined {
    const ledger = person.peer.books.bodyBook(this.bank.actor.identity, 'transfers')?.state?.state;
    return ledger === undefined ? undefined : accountsOfHolder(ledger, person.actor.identity)[0]?.account;
  }

  #claim(person: SimNode): void {
    const account = this.#accountOf(person);
    const cooperative = this.cooperatives.find((candidate) => this.#workers.get(candidate)?.includes(person));
    if (account === undefined || cooperative === undefined) return;
    const slot = this.#slots.get(person.name) ?? 0;
    this.#slots.set(person.name, slot + 1);
    const startMinute = Math.floor(this.bank.nowMs / 60_000) - 30 * 24 * 60 + slot * SLOT_MINUTES;
    this.#order(person, cooperative, laborClaimKind, {
      worker: person.actor.identity,
      cooperative: cooperative.actor.identity,
      taskClass: 0,
      intervals: [{ startMinute, minutes: SLOT_MINUTES }],
      seconds: (SLOT_MINUTES * 60) as Amount,
      bank: this.bank.actor.identity,
      account,
    });
  }

  #attest(person: SimNode): void {
    const cooperative = this.cooperatives.find((candidate) => this.#workers.get(candidate)?.includes(person));
    const claims = person.peer.pending
      .all()
      .filter(({ content }) => content.cooperative === cooperative?.actor.identity);
    const others = claims.filter(({ content }) => content.worker !== person.actor.identity);
    if (others.length === 0 || cooperative === undefined) return;
    this.#order(person, cooperative, attestationKind, { claim: this.#world.chance.pick(others).claim.id });
  }

  /** What the cooperative's record operation does: note what is missing, then record what is attested. */
  #record(cooperative: SimNode): void {
    if (!cooperative.up) return;
    const { peer } = cooperative;
    const members = peer.books.bodyBook(cooperative.actor.identity, 'people');
    const labor = peer.books.bodyBook(cooperative.actor.identity, 'transfers');
    const mails = peer.desk.inbox.all();
    if (members === undefined) return;
    if (labor?.state === undefined) return this.#write(cooperative, 'transfers', notedKind, EMPTY_NOTE);
    const notes = missingNotes(
      mails.map((mail) => mail.opening),
      labor.state.state,
      peer.facts,
      contextFor(peer.world, peer.books, labor),
    );
    if (notes !== undefined) return this.#write(cooperative, 'transfers', notedKind, notes);
    for (const mail of mails) {
      if (contentOf(mail.entry, laborClaimKind) === undefined) continue;
      const attestations = mails
        .map(({ entry }) => entry)
        .filter((entry) => contentOf(entry, attestationKind)?.claim === mail.entry.id);
      const request = { claim: mail.entry, attestations, memberHead: headOf(members), receiverHead: undefined };
      const composed = composeRecord(labor.state.state, request, contextFor(peer.world, peer.books, labor));
      if (composed.type === 'composed') return this.#write(cooperative, 'transfers', laborRecordKind, composed.content);
    }
  }

  #pay(person: SimNode): void {
    const account = this.#accountOf(person);
    const ledger = person.peer.books.bodyBook(this.bank.actor.identity, 'transfers')?.state?.state;
    if (account === undefined || ledger === undefined) return;
    const payees = allAccounts(ledger).filter((payee) => payee.account !== account);
    if (payees.length === 0) return;
    const to = [...new Set([this.#world.chance.pick(payees).account, this.#world.chance.pick(payees).account])].sort(
      compareIds,
    );
    const amounts = to.map(() => this.#world.chance.between(1, 2400) as Amount);
    this.#order(person, this.bank, transferOrderKind, {
      bank: this.bank.actor.identity,
      account,
      to,
      amounts,
      memoDigest: undefined,
    });
  }

  #retire(person: SimNode): void {
    const account = this.#accountOf(person);
    if (account !== undefined)
      this.#order(person, this.bank, retireOrderKind, {
        bank: this.bank.actor.identity,
        account,
        amount: 60 as Amount,
      });
  }

  /** An order that the bank has to refuse. */
  #err(person: SimNode): void {
    const account = this.#accountOf(person);
    if (account === undefined) return;
    const bank = this.bank.actor.identity;
    const order = { bank, account, to: [account], amounts: [60 as Amount], memoDigest: undefined };
    const wrong = this.#world.chance.pick([
      { ...order, amounts: [0 as Amount] },
      order,
      { ...order, to: [person.actor.identity] },
      { ...order, to: [], amounts: [] },
      { ...order, account: person.actor.identity },
      { ...order, to: [person.actor.identity], amounts: [Number.MAX_SAFE_INTEGER as Amount] },
    ]);
    this.#order(person, this.bank, transferOrderKind, wrong);
  }
}

let flooded: { readonly opening: Uint8Array; readonly entries: readonly Uint8Array[] } | undefined;

/** @returns a stranger's book with so many entries, the same in every run, as items. */
function floodOf(count: number): { readonly opening: Uint8Array; readonly entries: readonly Uint8Array[] } {
  if (flooded !== undefined) return flooded;
  const book = new Actor('sim flooder', 'person').book('people');
  const opening = entryToItem(book.opening.bytes);
  const entries = Array.from({ length: count }, (_, index) =>
    entryToItem(book.write(profileKind, profileOf(`flood ${index}`)).bytes),
  );
  flooded = { opening, entries };
  return flooded;
}

const EMPTY_NOTE = { openings: [], identityEvents: [], forkProofs: [] };

function profileOf(name: string): { name: string; description: string; contact: string } {
  return { name, description: '', contact: '' };
}
