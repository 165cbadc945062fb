import { type Id, parseId } from '../../core/base/id.ts';
import { isRefusalCode } from '../../core/base/refusals.ts';
import type { Effect, Fact } from '../../core/books/rules.ts';
import { type BallotRefusal, ballotRefusal } from '../../core/decisions/ballots.ts';
import { proposalsTable, proposedTable } from '../../core/decisions/tables.ts';
import { isMember } from '../../core/members/view.ts';
import { contentOf, type Entry, readEntry } from '../../core/wire/entry.ts';
import { notedKind } from '../../core/wire/kinds/book.ts';
import {
  amendedKind,
  ballotKind,
  ballotTakenKind,
  mandatedBallotKind,
  proposalKind,
  proposeKind,
  revealKind,
  withdrawKind,
  withdrawnKind,
} from '../../core/wire/kinds/decisions.ts';
import type { Ballot, MandatedBallot, ProposalRow, Propose, Reveal } from '../../core/wire/messages/decisions.ts';
import { VOICES } from '../../core/wire/messages/rules.ts';
import type { SettingRow } from '../../ports/store.ts';
import { BallotBox } from '../ballot-box.ts';
import { type Book, headOf } from '../book.ts';
import type { BookTable } from '../book-table.ts';
import { DECISIONS_AGAIN_MS, PROPOSALS_PER_MEMBER_MAX } from '../constants.ts';
import type { Draft, ItemOutcome } from '../events.ts';
import type { Inbox } from '../inbox.ts';
import { missingNotes, type OuterFacts } from '../notes.ts';
import type { World } from '../world.ts';
import type { WriteResult, Writer } from '../writer.ts';
import { Closing } from './closing.ts';
import { type DecisionState, DecisionView, isLive } from './decision-view.ts';
import { draftOf } from './draft.ts';
import { MandatedBallots } from './mandated-ballots.ts';
import { Reveals } from './reveals.ts';
import { kept, later, type Mail, refusedOutcome, type Service } from './service.ts';

/** Mail whose Openings are noted together, before the first of it is carried. */
const NOTED_AT_ONCE = 60;
const CANNOT_READ = 'The body cannot read its member book now; send it again.';
const BLOCK = VOICES.indexOf('block') + 1;

/** What a body's decisions need of the machine around them. */
export interface DecisionParts {
  readonly world: World;
  readonly books: BookTable;
  readonly writer: Writer;
  readonly facts: OuterFacts;
  readonly inbox: Inbox;
}

type Answer = (outcome: ItemOutcome) => void;

/**
 * A body's decision desk (protocol §8): opens what members propose, takes newer versions and withdrawals, keeps the ballots of electors,
 * and closes a proposal when its time is over or every elector's ballot counts. An answer is given when the entry that carries what
 * was sent, or the ballot itself, is durable.
 */
export class DecisionService implements Service {
  readonly name = 'decisions';
  readonly ballots: BallotBox;
  readonly #parts: DecisionParts;
  readonly #view: DecisionView;
  readonly #mandated: MandatedBallots;
  readonly #reveals: Reveals;
  /** Proposes, Withdraws and ballots of delegates that wait to be carried, in order of arrival; the inbox keeps them. */
  readonly #queue = new Map<Id, Mail>();
  readonly #answers = new Map<Id, Answer[]>();
  /** Proposals that were not closed yet by the id of their newest version. */
  readonly #live = new Map<Id, Id>();
  readonly #closing: Closing;
  #carrying: Mail | undefined;
  #asked = false;
  #notBeforeMs = 0;

  constructor(parts: DecisionParts) {
    this.#parts = parts;
    this.ballots = new BallotBox(parts.world);
    this.#view = new DecisionView(parts.world, parts.books, this.ballots);
    this.#mandated = new MandatedBallots(parts.world, parts.books);
    this.#reveals = new Reveals(parts.inbox, this.#view);
    this.#closing = new Closing(this.#view, this.ballots, this.#reveals, parts.world);
  }

  /** Takes back one stored setting. @returns whether it is a ballot. */
  restore(row: SettingRow): boolean {
    return this.ballots.restore(row);
  }

  /** Called when everything is loaded: takes up what was left over. */
  start(): void {
    for (const mail of this.#parts.inbox.all())
      if (!this.#reveals.restore(mail) && isForDesk(mail.entry)) this.#queue.set(mail.entry.id, mail);
    for (const { key, row } of this.#view.state()?.rows(proposalsTable) ?? []) {
      const proposal = parseId(key.join('/'));
      if (proposal === undefined || !isLive(row)) continue;
      this.#live.set(row.version, proposal);
    }
    for (const version of this.ballots.versions()) if (!this.#live.has(version)) this.ballots.drop(version);
    for (const version of this.#reveals.versions()) if (!this.#live.has(version)) this.#reveals.drop(version);
    for (const proposal of this.#live.values()) this.#look(proposal);
    this.#ask();
  }

  receive(mail: Mail, answer: Answer): boolean {
    const { entry } = mail;
    const { world } = this.#parts;
    const ballot = contentOf(entry, ballotKind);
    const propose = contentOf(entry, proposeKind);
    const withdraw = contentOf(entry, withdrawKind);
    const mandated = contentOf(entry, mandatedBallotKind);
    const reveal = contentOf(entry, revealKind);
    if ((ballot ?? propose ?? withdraw ?? mandated ?? reveal)?.body !== world.self.identity) return false;
    const taken = ballot === undefined ? reveal && this.#takeReveal(mail, reveal) : this.#takeBallot(mail, ballot);
    if (taken !== undefined) {
      world.afterCommit(() => answer(taken));
      return true;
    }
    const outcome = propose === undefined ? this.#otherFault(mail, mandated) : this.#proposeFault(mail, propose);
    if (outcome !== undefined) answer(outcome);
    else this.#enqueue(mail, answer);
    return true;
  }

  judged(book: Book, entry: Entry, effect: Effect): void {
    if (book.opening.identity !== this.#parts.world.self.identity || effect.type !== 'applied') return;
    if (book.opening.channel !== 'proposals') return;
    for (const fact of effect.facts) this.#learn(fact);
    const carried =
      contentOf(entry, proposalKind)?.propose ??
      contentOf(entry, amendedKind)?.propose ??
      contentOf(entry, withdrawnKind)?.withdraw ??
      contentOf(entry, ballotTakenKind)?.ballot;
    const read = carried === undefined ? undefined : readEntry(carried, this.#parts.world.network);
    if (read?.ok === true) {
      const carrier = { book: book.id, sequence: entry.header.sequence, id: entry.id };
      this.#settle(read.value.id, { verdict: 'accept', word: 'carried', id: read.value.id, carrier });
    }
    this.#ask();
  }

  tick(nowMs: number): void {
    for (const proposal of this.#live.values()) {
      const row = this.#view.state()?.get(proposalsTable, proposal);
      if (row !== undefined && row.deadline > 0 && nowMs >= row.deadline) this.#closing.add(proposal);
    }
    this.#ask();
  }

  #learn(fact: Fact): void {
    const proposal = parseId(String(fact['proposal']));
    const row = proposal === undefined ? undefined : this.#view.state()?.get(proposalsTable, proposal);
    if (proposal === undefined || row === undefined) return;
    for (const [version, of] of this.#live) {
      if (of !== proposal || (version === row.version && isLive(row))) continue;
      this.#live.delete(version);
      if (row.outcome === undefined) this.ballots.drop(version);
      else this.ballots.count(version);
    }
    this.#reveals.settle({ proposal, row }, !isLive(row));
    if (isLive(row)) this.#live.set(row.version, proposal);
    else this.#closing.delete(proposal);
    if (row.state !== 'open' || fact.type === 'ballotTaken') this.#look(proposal);
  }

  /** Why a Propose is not kept, or what became of it. The rules look at the rest of it when the decision book takes it. */
  #proposeFault({ entry, author }: Mail, propose: Propose): ItemOutcome | undefined {
    const state = this.#view.state();
    const before = state?.get(proposedTable, entry.id)?.proposal;
    const row = before === undefined ? undefined : state?.get(proposalsTable, before);
    if (before !== undefined && row !== undefined) {
      const book = this.#view.book()?.id;
      const isFirst = book !== undefined && row.version === before;
      const carrier = isFirst ? { book, sequence: row.sequence, id: before } : undefined;
      return { verdict: 'accept', word: 'carried', id: entry.id, carrier };
    }
    const members = this.#view.memberState();
    if (members === undefined || !isMember(members, author)) return refusedOutcome(entry, 'not_elector');
    if (propose.deadline > 0 && propose.deadline <= this.#parts.world.clock.nowMs()) {
      const sentence = 'Its time for ballots is over before it begins: propose it again with a later deadline.';
      return { verdict: 'accept', word: 'refused', id: entry.id, sentence };
    }
    if (this.#queue.has(entry.id) || this.#countOf(author) < PROPOSALS_PER_MEMBER_MAX) return undefined;
    return later(
      entry,
      `${PROPOSALS_PER_MEMBER_MAX} proposals of yours are open: withdraw one, or wait for one to close.`,
    );
  }

  #otherFault(mail: Mail, mandated: MandatedBallot | undefined): ItemOutcome | undefined {
    return mandated === undefined ? this.#view.withdrawFault(mail) : this.#mandatedFault(mail, mandated);
  }

  /** Why the ballot of a delegate is not carried, or what became of it. */
  #mandatedFault(mail: Mail, content: MandatedBallot): ItemOutcome | undefined {
    const { entry, author } = mail;
    const state = this.#view.state();
    const proposal = this.#live.get(content.version);
    const row = proposal === undefined ? undefined : state?.get(proposalsTable, proposal);
    if (state === undefined || proposal === undefined || row === undefined)
      return refusedOutcome(entry, this.#view.whyNotLive(content.version));
    const electors = this.#view.electorsOf(row);
    if (electors === undefined) return later(entry, CANNOT_READ);
    const deciding = { proposal, row, body: this.#parts.world.self.identity };
    const fault = this.#mandated.fault(mail, content, deciding, electors, state);
    if (fault !== undefined) return fault;
    if (row.state !== 'open') return refusedOutcome(entry, 'proposal_not_open');
    if (isUnreasonedBlock(content, row)) return unreasoned(entry);
    const waiting = [...this.#queue.values()].filter((other) => other.author === author && other.entry.id !== entry.id);
    return waiting.length < PROPOSALS_PER_MEMBER_MAX
      ? undefined
      : later(entry, 'Earlier ones of yours wait; send it again.');
  }

  #countOf(author: Id): number {
    const waiting = [...this.#queue.values()].filter((mail) => mail.author === author).length;
    const open = [...this.#live.values()].filter(
      (id) => this.#view.state()?.get(proposalsTable, id)?.author === author,
    );
    return waiting + open.length;
  }

  #enqueue(mail: Mail, answer: Answer): void {
    const { id } = mail.entry;
    if (!this.#parts.inbox.keep(mail)) return answer(later(mail.entry, 'The inbox of this body is full.'));
    this.#queue.set(id, mail);
    this.#answers.set(id, [...(this.#answers.get(id) ?? []), answer]);
    this.#ask();
  }

  #takeBallot(mail: Mail, ballot: Ballot): ItemOutcome {
    if (this.ballots.wasCounted(mail.entry.id)) return { verdict: 'accept', word: 'carried', id: mail.entry.id };
    // It came by another door, and may have been the last that was missing: the proposal is closing now.
    if (this.ballots.holds(ballot.version, mail.author, mail.entry.id)) return kept(mail.entry);
    const proposal = this.#live.get(ballot.version);
    const row = proposal === undefined ? undefined : this.#view.state()?.get(proposalsTable, proposal);
    if (proposal === undefined || row === undefined)
      return refusedOutcome(mail.entry, this.#view.whyNotLive(ballot.version));
    if (row.state !== 'open') return refusedOutcome(mail.entry, 'proposal_not_open');
    const members = this.#view.electorsOf(row);
    if (members === undefined) return later(mail.entry, CANNOT_READ);
    const code = ballotRefusal({ ...ballot, voter: mail.author }, row.question, row.rule, members);
    if (code !== undefined) return refusedOutcome(mail.entry, code);
    if (isUnreasonedBlock(ballot, row)) return unreasoned(mail.entry);
    if (!this.ballots.keep(mail))
      return later(mail.entry, 'The body holds as many ballots as it can; send it again later.');
    this.#closing.lookAtVoters(proposal);
    this.#ask();
    return kept(mail.entry);
  }

  #look(proposal: Id): void {
    const row = this.#view.state()?.get(proposalsTable, proposal);
    if (row !== undefined && isLive(row)) this.#closing.look({ proposal, row });
  }

  #takeReveal(mail: Mail, reveal: Reveal): ItemOutcome {
    const proposal = this.#live.get(reveal.version);
    const row = proposal === undefined ? undefined : this.#view.state()?.get(proposalsTable, proposal);
    const found = proposal === undefined || row === undefined ? undefined : { proposal, row };
    const outcome = this.#reveals.take(mail, reveal, found);
    if (proposal !== undefined) this.#look(proposal);
    this.#ask();
    return outcome;
  }

  /** Whether no further ballot can change the result of a proposal that is open (protocol §8). */
  isDecided(proposal: Id): boolean {
    return this.#closing.isDecided(proposal);
  }

  /** Stands in the writer's line while there is anything to write. */
  #ask(): void {
    const { world, writer } = this.#parts;
    const isIdle = this.#queue.size === 0 && this.#closing.isIdle;
    if (this.#asked || isIdle || world.clock.nowMs() < this.#notBeforeMs) return;
    this.#asked = true;
    writer.ask({
      region: world.self.region,
      channel: 'proposals',
      draft: (book) => this.#draft(book),
      done: (result) => this.#done(result),
    });
  }

  #done(result: WriteResult | undefined): boolean {
    const mail = this.#carrying;
    this.#carrying = undefined;
    this.#asked = false;
    if (result?.refused !== undefined && mail !== undefined && isRefusalCode(result.refused.code)) {
      this.#settle(mail.entry.id, refusedOutcome(mail.entry, result.refused.code));
    } else if (result?.written === undefined) {
      const sentence = result?.refused?.sentence ?? 'The body cannot write it now; it is kept, and written later.';
      this.#answerAll(sentence);
      this.#notBeforeMs = this.#parts.world.clock.nowMs() + DECISIONS_AGAIN_MS;
    }
    this.#ask();
    return false;
  }

  /** The decision book cannot be written now: who waits is told that what they sent is kept. */
  #answerAll(sentence: string): void {
    for (const [id, answers] of this.#answers) {
      const mail = this.#queue.get(id);
      for (const answer of answers) if (mail !== undefined) answer({ ...kept(mail.entry), sentence });
    }
    this.#answers.clear();
  }

  #settle(id: Id, outcome: ItemOutcome): void {
    const { inbox, world } = this.#parts;
    this.#queue.delete(id);
    inbox.drop(id);
    const answers = this.#answers.get(id) ?? [];
    this.#answers.delete(id);
    for (const answer of answers) world.afterCommit(() => answer(outcome));
  }

  #draft(book: Book | undefined): Draft | undefined {
    if (book?.state === undefined) return undefined;
    return this.#noted(book, book.state.state) ?? this.#carry() ?? this.#closing.draft(book, book.state.state);
  }

  #noted(book: Book, state: DecisionState): Draft | undefined {
    const openings = [...this.#queue.values()].slice(0, NOTED_AT_ONCE).map(({ opening }) => opening);
    const content = missingNotes(openings, state, this.#parts.facts, this.#view.context(book));
    return content === undefined ? undefined : draftOf(notedKind, content);
  }

  #carry(): Draft | undefined {
    const [mail] = this.#queue.values();
    if (mail === undefined) return undefined;
    const { bytes } = mail.entry;
    const propose = contentOf(mail.entry, proposeKind);
    const mandated = contentOf(mail.entry, mandatedBallotKind);
    this.#carrying = mail;
    if (mandated !== undefined) return this.#take(mail, mandated);
    if (propose === undefined) return draftOf(withdrawnKind, { withdraw: bytes });
    if (propose.amends !== undefined) return draftOf(amendedKind, { proposal: propose.amends, propose: bytes });
    return this.#opening(bytes, propose);
  }

  /** What was kept for a version that is live no more is refused by the rule, and settled so. */
  #take({ entry }: Mail, content: MandatedBallot): Draft | undefined {
    return this.#mandated.draft(this.#live.get(content.version) ?? content.version, entry, content);
  }

  #opening(bytes: Uint8Array, { matter }: Propose): Draft | undefined {
    const people = this.#parts.books.bodyBook(this.#parts.world.self.identity, 'people');
    const book = this.#view.book();
    if (people === undefined || book === undefined) return undefined;
    const memberHead = headOf(people);
    const members = this.#view.context(book).membersAt(memberHead);
    const rule = typeof members === 'string' ? undefined : members.ruleFor(matter);
    return rule === undefined ? undefined : draftOf(proposalKind, { propose: bytes, memberHead, rule });
  }
}

function isForDesk({ header: { kind } }: Entry): boolean {
  return [proposeKind, withdrawKind, mandatedBallotKind].some(({ number }) => number === kind);
}

function isUnreasonedBlock(
  { choice, reasonDigest }: Pick<Ballot, 'choice' | 'reasonDigest'>,
  { rule }: ProposalRow,
): boolean {
  return rule.method === 'consensus' && choice[0] === BLOCK && reasonDigest === undefined;
}

function unreasoned(entry: Entry): ItemOutcome {
  const code: BallotRefusal = 'choice_malformed';
  return {
    verdict: 'accept',
    word: 'refused',
    id: entry.id,
    code,
    sentence: 'A block states its reason: cast it again with one.',
  };
}
