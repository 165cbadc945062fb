import { sha256 } from '@noble/hashes/sha2.js';
import { DEFAULT_RULES } from '../../src/client/identity-setup.ts';
import { textToBytes } from '../../src/core/base/bytes.ts';
import { bytesToId, compareIds, type Id } from '../../src/core/base/id.ts';
import { SALT_BYTES } from '../../src/core/base/limits.ts';
import { assert, present } from '../../src/core/base/outcome.ts';
import type { Channel } from '../../src/core/base/region.ts';
import type { Effect, MembersAt, RuleContext, RuleSet } from '../../src/core/books/rules.ts';
import { BookState, StateDraft } from '../../src/core/books/state.ts';
import { stepBook } from '../../src/core/books/step.ts';
import { decisionRules } from '../../src/core/decisions/rules.ts';
import {
  draftEvent,
  draftInception,
  eventDigest,
  eventMessage,
  nextKeyDigest,
  signedEvent,
} from '../../src/core/identity/event.ts';
import { laborRules } from '../../src/core/labor/rules.ts';
import { ledgerRules } from '../../src/core/ledger/rules.ts';
import { acceptanceMessage } from '../../src/core/members/founding.ts';
import { memberRules } from '../../src/core/members/rules.ts';
import { bodyFigures, membersAt, membershipChange } from '../../src/core/members/view.ts';
import { draftEntry, type Entry, readEntry, sealEntry } from '../../src/core/wire/entry.ts';
import { notedKind, openingKind } from '../../src/core/wire/kinds/book.ts';
import type { EntryKind } from '../../src/core/wire/kinds/kind.ts';
import { admitKind, applyKind, foundingKind, leaveKind, leftKind } from '../../src/core/wire/kinds/people.ts';
import type { Head, Noted } from '../../src/core/wire/messages/book.ts';
import type { IdentityEvent, IdentityKind } from '../../src/core/wire/messages/identity.ts';
import type { Acceptance, Charter } from '../../src/core/wire/messages/people.ts';
import type { SignatureCheck } from '../../src/ports/signatures.ts';
import { CLAIMED_AT, NETWORK } from './books.ts';
import { REGION } from './identities.ts';
import { keyOf, type TestKey, verifySignature } from './signing.ts';

/** The rule sets of this version. */
export const RULE_SETS: readonly RuleSet[] = [memberRules, laborRules, ledgerRules, decisionRules];

const verdicts = new Map<string, boolean>();

/** Checks a signature once, and remembers the verdict. */
function remembered(check: SignatureCheck): boolean {
  const name = Buffer.concat([check.publicKey, check.signature, sha256(check.message)]).toString('latin1');
  const verdict = verdicts.get(name) ?? verifySignature(check);
  verdicts.set(name, verdict);
  return verdict;
}

/** Text becomes an id that nothing has. */
export function idNamed(text: string): Id {
  return bytesToId(sha256(textToBytes(text)));
}

function signEntry<Content>(
  keys: TestKey,
  kind: EntryKind<Content>,
  content: Content,
  previous: Head | undefined,
  claimedAt = CLAIMED_AT,
): Entry {
  const place = `${previous?.book} ${previous?.sequence} ${previous?.id} ${kind.name}`;
  const salt = sha256(textToBytes(place)).subarray(0, SALT_BYTES);
  const draft = draftEntry({ network: NETWORK, kind, content, previous, salt, claimedAt });
  const entry = readEntry(sealEntry(draft, keys.sign(draft.message)), NETWORK);
  if (!entry.ok) throw new Error(`a test wrote an entry that is none: ${entry.reason.sentence}`);
  return entry.value;
}

/** A book of one device, with whatever its writer puts in it. */
export class TestBook {
  readonly opening: Entry;
  readonly entries: Entry[];
  readonly #keys: TestKey;

  constructor(keys: TestKey, opening: Entry) {
    this.#keys = keys;
    this.opening = opening;
    this.entries = [opening];
  }

  get id(): Id {
    return this.opening.id;
  }

  get head(): Head {
    return this.headAt(this.entries.length - 1);
  }

  headAt(sequence: number): Head {
    const entry = present(this.entries[sequence], `the book has an entry ${sequence}`);
    return { book: this.id, sequence, id: entry.id };
  }

  /** Appends an entry. `signer` replaces the book's own device. */
  write<Content>(kind: EntryKind<Content>, content: Content, signer: TestKey = this.#keys): Entry {
    const entry = signEntry(signer, kind, content, this.head);
    this.entries.push(entry);
    return entry;
  }
}

/** Somebody with keys: a person or a body. */
export class Actor {
  readonly name: string;
  readonly kind: IdentityKind;
  readonly identity: Id;
  readonly keys: TestKey;
  readonly log: IdentityEvent[];
  readonly #rootKeys: readonly TestKey[];
  readonly #books = new Map<string, TestBook>();

  constructor(name: string, kind: IdentityKind, threshold = 1) {
    this.name = name;
    this.kind = kind;
    this.keys = keyOf(`${name} device`);
    this.#rootKeys = Array.from({ length: threshold }, (_, index) => keyOf(`${name} root ${index}`));
    const rootKeys = this.#rootKeys.map(({ id }) => id);
    const nextDigests = rootKeys.map((_, index) => nextKeyDigest(keyOf(`${name} next ${index}`).id));
    const keySet = { rootKeys, threshold, nextDigests, nextThreshold: threshold };
    const region = kind === 'person' ? undefined : REGION;
    const inception = draftInception({ kind, ...keySet, device: this.keys.id, region });
    this.log = [this.#signed(inception)];
    this.identity = inception.identity;
  }

  /** Grants a second device. */
  grant(name: string): TestKey {
    const keys = keyOf(`${this.name} ${name}`);
    this.#addEvent({ type: 'deviceGrant', value: { device: keys.id } });
    return keys;
  }

  /** Grants a device that another identity has already. */
  adopt(keys: TestKey): void {
    this.#addEvent({ type: 'deviceGrant', value: { device: keys.id } });
  }

  /** Revokes a device; its books end after these entries, and where none is named at their beginning. */
  revoke(keys: TestKey, lastGood: readonly Head[] = []): void {
    this.#addEvent({ type: 'deviceRevoke', value: { device: keys.id, lastGood: [...lastGood] } });
  }

  /** The book of a device on a channel, opened when first asked for. */
  book(channel: Channel, keys: TestKey = this.keys): TestBook {
    const name = `${channel} ${keys.id}`;
    const known = this.#books.get(name);
    if (known !== undefined) return known;
    const book = this.#open(channel, keys, CLAIMED_AT);
    this.#books.set(name, book);
    return book;
  }

  /** Whether a book of this id was opened, and is none that is against the protocol. */
  has(book: Id): boolean {
    return [...this.#books.values()].some(({ id }) => id === book);
  }

  /** A second book on a channel where it has one, against the protocol. */
  rivalBook(channel: Channel): TestBook {
    return this.#open(channel, this.keys, CLAIMED_AT + 1);
  }

  #open(channel: Channel, keys: TestKey, claimedAt: number): TestBook {
    const newest = present(this.log.at(-1), 'a log has an inception');
    const content = {
      identity: this.identity,
      device: keys.id,
      region: REGION,
      channel,
      logNumber: newest.number,
      logDigest: eventDigest(newest),
      log: [...this.log],
      continues: undefined,
    };
    return new TestBook(keys, signEntry(keys, openingKind, content, undefined, claimedAt));
  }

  #addEvent(change: Parameters<typeof draftEvent>[3]): void {
    const newest = present(this.log.at(-1), 'a log has an inception');
    this.log.push(this.#signed(draftEvent(this.identity, newest.number + 1, eventDigest(newest), change)));
  }

  #signed(event: IdentityEvent): IdentityEvent {
    const message = eventMessage(event);
    return signedEvent(
      event,
      this.#rootKeys.map((keys, keyIndex) => ({ keyIndex, signature: keys.sign(message) })),
    );
  }
}

/** A body's book with the state that its rules leave. */
export class GovernedBook {
  readonly book: TestBook;
  readonly state = new BookState();
  readonly context: RuleContext;
  /** The state before the entry that was written last, as `snapshot` tells it. */
  before = '';

  constructor(book: TestBook, context: RuleContext) {
    this.book = book;
    this.context = context;
    this.#step(book.opening);
  }

  /** Appends an entry, and takes its effect. */
  write<Content>(kind: EntryKind<Content>, content: Content): Effect {
    return this.#step(this.book.write(kind, content));
  }

  /** Appends an entry that must apply. */
  apply<Content>(kind: EntryKind<Content>, content: Content): Entry {
    const effect = this.write(kind, content);
    assert(effect.type === 'applied', `${kind.name} was ${effect.type === 'refused' ? effect.code : effect.type}`);
    return present(this.book.entries.at(-1), 'an entry was written');
  }

  /** Notes the Openings of books that were not noted yet. */
  note(...books: readonly TestBook[]): void {
    this.noteFacts({ openings: books.map(({ opening }) => opening.bytes) });
  }

  /** Notes outer facts. */
  noteFacts(facts: Partial<Noted>): void {
    this.apply(notedKind, { openings: [], identityEvents: [], forkProofs: [], ...facts });
  }

  /** Every row as text, to compare states. */
  snapshot(state = this.state): string {
    return state
      .keys()
      .map((key) => `${key}=${Buffer.from(state.bytesOf(key) ?? []).toString('hex')}`)
      .join('\n');
  }

  /** The snapshot that a follower gets who reads every entry of the book anew. */
  replayed(): string {
    const state = new BookState();
    for (const entry of this.book.entries) {
      const draft = new StateDraft(state);
      if (stepBook(RULE_SETS, entry, draft, this.context).type === 'applied') state.apply(draft);
    }
    return this.snapshot(state);
  }

  #step(entry: Entry): Effect {
    this.before = this.snapshot();
    const draft = new StateDraft(this.state);
    const effect = stepBook(RULE_SETS, entry, draft, this.context);
    if (effect.type === 'applied') this.state.apply(draft);
    return effect;
  }
}

/** The numbers of a charter that asks for so many attestors. */
export function charterWith(attestationCount: number, rules = DEFAULT_RULES, witnesses: readonly Id[] = []): Charter {
  return {
    textDigest: idNamed('charter text'),
    criteria: 1,
    attestationCount,
    rules,
    witnesses: [...witnesses].sort(compareIds),
  };
}

/** @returns the acceptances of founders, sorted. */
export function acceptancesOf(body: Id, charter: Charter, founders: readonly Actor[]): Acceptance[] {
  const sorted = [...founders].sort((left, right) => compareIds(left.identity, right.identity));
  const message = acceptanceMessage(
    body,
    charter,
    sorted.map(({ identity }) => identity),
  );
  return sorted.map(({ identity: founder, keys, log }) => ({
    founder,
    device: keys.id,
    log,
    signature: keys.sign(message),
  }));
}

/** A body with its member book, its transfers book and its decision book. */
export class Body extends Actor {
  readonly memberBook: GovernedBook;
  readonly transfers: GovernedBook;
  readonly decisions: GovernedBook;

  constructor(world: TestWorld, name: string, kind: IdentityKind, threshold: number) {
    super(name, kind, threshold);
    this.memberBook = new GovernedBook(this.book('people'), world.contextOf(this, 'people'));
    this.transfers = new GovernedBook(this.book('transfers'), world.contextOf(this, 'transfers'));
    this.decisions = new GovernedBook(this.book('proposals'), world.contextOf(this, 'proposals'));
  }

  /** The newest place in the member book. */
  get memberHead(): Head {
    return this.memberBook.book.head;
  }

  /** Admits an applicant. */
  admit(applicant: Actor): Entry {
    const charterHead = present(bodyFigures(this.memberBook.state).charterHead, 'the body was founded');
    const book = applicant.book('people');
    const apply = book.write(applyKind, {
      body: this.identity,
      charterHead,
      afterChange: membershipChange(this.memberBook.state, applicant.identity),
    });
    this.memberBook.note(book);
    return this.memberBook.apply(admitKind, { apply: apply.bytes });
  }

  /** Records that a member goes. */
  part(member: Actor): Entry {
    const book = member.book('people');
    const leave = book.write(leaveKind, {
      body: this.identity,
      afterChange: membershipChange(this.memberBook.state, member.identity),
    });
    this.memberBook.note(book);
    return this.memberBook.apply(leftKind, { leave: leave.bytes });
  }
}

/** People and bodies that share one network; nothing in it is random. */
export class TestWorld {
  readonly #people: Actor[] = [];
  readonly #bodies: Body[] = [];
  /** Second member books that bodies have opened, against the protocol. */
  readonly rivals: { readonly body: Body; readonly memberBook: GovernedBook }[] = [];
  /** Member books that have not come yet. */
  readonly missing = new Set<Id>();

  /** Somebody. */
  person(name: string): Actor {
    const person = new Actor(name, 'person');
    this.#people.push(person);
    return person;
  }

  /** A body that is not founded yet. */
  unfounded(name: string, kind: IdentityKind, threshold = 1): Body {
    const body = new Body(this, name, kind, threshold);
    this.#bodies.push(body);
    return body;
  }

  /** A body with its founders. */
  found(
    name: string,
    kind: IdentityKind,
    founders: readonly Actor[],
    attestationCount = 2,
    rules = DEFAULT_RULES,
  ): Body {
    const body = this.unfounded(name, kind);
    const charter = charterWith(attestationCount, rules);
    body.memberBook.apply(foundingKind, { charter, acceptances: acceptancesOf(body.identity, charter, founders) });
    return body;
  }

  /** What the rules of a body's book may look at. */
  contextOf(body: Actor, channel: Channel): RuleContext {
    return {
      network: NETWORK,
      body: body.identity,
      kind: body.kind,
      channel,
      device: body.keys.id,
      verify: remembered,
      membersAt: (head) => this.#membersAt(head),
    };
  }

  /** As a node reads it that holds every book of this world. */
  #membersAt(head: Head): MembersAt | 'waiting' | 'wrong_head' {
    if (this.missing.has(head.book)) return 'waiting';
    const books = [...this.#bodies.map((body) => ({ body, memberBook: body.memberBook })), ...this.rivals];
    const found = books.find(({ memberBook }) => memberBook.book.id === head.book);
    if (found === undefined)
      return [...this.#people, ...this.#bodies].some((actor) => actor.has(head.book)) ? 'wrong_head' : 'waiting';
    if (found.memberBook.book.entries[head.sequence]?.id !== head.id) return 'waiting';
    return membersAt(found.memberBook.state, found.body.identity, found.body.kind, head.sequence);
  }
}
