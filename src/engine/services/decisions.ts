import { type Id, parseId } from '../../core/base/id.ts';
import { isRefusalCode, type RefusalCode } from '../../core/base/refusals.ts';
import type { Effect, Fact, MembersAt } from '../../core/books/rules.ts';
import { type BallotRefusal, countingChoices, rowRefusal } from '../../core/decisions/ballots.ts';
import { composeClose, composePage } from '../../core/decisions/compose.ts';
import { findOpen } from '../../core/decisions/open.ts';
import { proposalsTable, proposedTable } from '../../core/decisions/tables.ts';
import { countProposal } from '../../core/decisions/tally.ts';
import { isMember } from '../../core/members/view.ts';
import { contentOf, type Entry, readEntry } from '../../core/wire/entry.ts';
import { notedKind } from '../../core/wire/kinds/book.ts';
import {
  amendedKind,
  ballotKind,
  closeKind,
  closePageKind,
  proposalEndedKind,
  proposalKind,
  proposeKind,
  withdrawKind,
  withdrawnKind,
} from '../../core/wire/kinds/decisions.ts';
import type { Ballot, ProposalRow, Propose } from '../../core/wire/messages/decisions.ts';
import { VOICES } from '../../core/wire/messages/rules.ts';
import type { SettingRow } from '../../ports/store.ts';
import { BallotBox } from '../ballot-box.ts';
import { type Book, headOf } from '../book.ts';
import type { BookTable } from '../book-table.ts';
import { DECISIONS_AGAIN_MS, PROPOSALS_PER_MEMBER_MAX } from '../constants.ts';
import type { Draft, ItemOutcome } from '../events.ts';
import type { Inbox } from '../inbox.ts';
import { missingNotes, type OuterFacts } from '../notes.ts';
import { contextFor } from '../rule-context.ts';
import type { World } from '../world.ts';
import type { WriteResult, Writer } from '../writer.ts';
import { draftOf } from './draft.ts';
import { kept, later, type Mail, refusedOutcome, type Service } from './service.ts';

/** Mail whose Openings are noted together, before the first of it is carried. */
const NOTED_AT_ONCE = 60;
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
type State = NonNullable<Book['state']>['state'];

/**
 * A body's decision desk (protocol §8): opens what members propose, takes newer versions and withdrawals, keeps the ballots of electors,
 * and closes a proposal when its time is over or every elector's ballot counts. An answer is given when the entry that carries what
 * was sent, or the ballot itself, is durable.
 */
export class DecisionService implements Service {
  readonly name = 'decisions';
  readonly ballots: BallotBox;
  readonly #parts: DecisionParts;
  /** Proposes and Withdraws that wait to be carried, in order of arrival; the inbox keeps them. */
  readonly #queue = new Map<Id, Mail>();
  readonly #answers = new Map<Id, Answer[]>();
  /** Open and closing proposals by the id of their newest version. */
  readonly #live = new Map<Id, Id>();
  /** Proposals to be ended or closed. */
  readonly #due = new Set<Id>();
  #carrying: Mail | undefined;
  #asked = false;
  #notBeforeMs = 0;

  constructor(parts: DecisionParts) {
    this.#parts = parts;
    this.ballots = new BallotBox(parts.world);
  }

  /** Takes back one stored setting. @returns whether it is a ballot. */
  restore(row: SettingRow): boolean {
    return this.ballots.restore(row);
  }

  /** Called when everything is loaded: takes up what was left over. */
  start(): void {
    for (const mail of this.#parts.inbox.all()) if (isForDesk(mail.entry)) this.#queue.set(mail.entry.id, mail);
    for (const { key, row } of this.#state()?.rows(proposalsTable) ?? []) {
      const proposal = parseId(key.join('/'));
      if (proposal === undefined || !isLive(row)) continue;
      this.#live.set(row.version, proposal);
      if (row.state === 'closing') this.#due.add(proposal);
      else this.#lookAtVoters(proposal);
    }
    for (const version of this.ballots.versions()) if (!this.#live.has(version)) this.ballots.drop(version);
    this.#ask();
  }

  receive(mail: Mail, answer: Answer): boolean {
    const { entry } = mail;
    const { world } = this.#parts;
    const ballot = contentOf(entry, ballotKind);
    const propose = contentOf(entry, proposeKind);
    const withdraw = contentOf(entry, withdrawKind);
    if ((ballot ?? propose ?? withdraw)?.body !== world.self.identity) return false;
    if (ballot !== undefined) {
      const outcome = this.#takeBallot(mail, ballot);
      world.afterCommit(() => answer(outcome));
      return true;
    }
    const outcome = propose === undefined ? this.#withdrawFault(mail) : this.#proposeFault(mail, propose);
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
      contentOf(entry, withdrawnKind)?.withdraw;
    const read = carried === undefined ? undefined : readEntry(carried, this.#parts.world.network);
    if (read?.ok === true) {
      const carrier = { book: book.id, sequence: entry.header.sequence, id: entry.id };
      this.#settle(read.value.id, { verdict: 'accept', word: 'carried', id: read.value.id, carrier });
    }
    this.#ask();
  }

  tick(nowMs: number): void {
    for (const proposal of this.#live.values()) {
      const row = this.#state()?.get(proposalsTable, proposal);
      if (row !== undefined && row.deadline > 0 && nowMs >= row.deadline) this.#due.add(proposal);
    }
    this.#ask();
  }

  #book(): Book | undefined {
    return this.#parts.books.bodyBook(this.#parts.world.self.identity, 'proposals');
  }

  #state(): State | undefined {
    return this.#book()?.state?.state;
  }

  #memberState(): State | undefined {
    return this.#parts.books.bodyBook(this.#parts.world.self.identity, 'people')?.state?.state;
  }

  #learn(fact: Fact): void {
    const proposal = parseId(String(fact['proposal']));
    const row = proposal === undefined ? undefined : this.#state()?.get(proposalsTable, proposal);
    if (proposal === undefined || row === undefined) return;
    for (const [version, of] of this.#live) {
      if (of !== proposal || (version === row.version && isLive(row))) continue;
      this.#live.delete(version);
      if (row.outcome === undefined) this.ballots.drop(version);
      else this.ballots.count(version);
    }
    if (isLive(row)) this.#live.set(row.version, proposal);
    else this.#due.delete(proposal);
    if (row.state === 'closing') this.#due.add(proposal);
  }

  /** Why a Propose is not kept, or what became of it. The rules look at the rest of it when the decision book takes it. */
  #proposeFault({ entry, author }: Mail, propose: Propose): ItemOutcome | undefined {
    const state = this.#state();
    const before = state?.get(proposedTable, entry.id)?.proposal;
    const row = before === undefined ? undefined : state?.get(proposalsTable, before);
    if (before !== undefined && row !== undefined) {
      const book = this.#book()?.id;
      const isFirst = book !== undefined && row.version === before;
      const carrier = isFirst ? { book, sequence: row.sequence, id: before } : undefined;
      return { verdict: 'accept', word: 'carried', id: entry.id, carrier };
    }
    const members = this.#memberState();
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

  #withdrawFault({ entry, author }: Mail): ItemOutcome | undefined {
    const state = this.#state();
    const proposal = contentOf(entry, withdrawKind)?.proposal;
    if (state === undefined || proposal === undefined) return refusedOutcome(entry, 'unknown_proposal');
    const row = state.get(proposalsTable, proposal);
    if (row?.state === 'withdrawn' && row.author === author)
      return { verdict: 'accept', word: 'carried', id: entry.id };
    const { code } = findOpen(proposal, state);
    if (code !== undefined) return refusedOutcome(entry, code);
    return row?.author === author ? undefined : refusedOutcome(entry, 'not_proposer');
  }

  #countOf(author: Id): number {
    const waiting = [...this.#queue.values()].filter((mail) => mail.author === author).length;
    const open = [...this.#live.values()].filter((id) => this.#state()?.get(proposalsTable, id)?.author === author);
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
    const row = proposal === undefined ? undefined : this.#state()?.get(proposalsTable, proposal);
    if (proposal === undefined || row === undefined)
      return refusedOutcome(mail.entry, this.#whyNotLive(ballot.version));
    if (row.state !== 'open') return refusedOutcome(mail.entry, 'proposal_not_open');
    const members = this.#electorsOf(row);
    if (members === undefined) return later(mail.entry, 'The body cannot read its member book now; send it again.');
    const { choice, delegate } = ballot;
    const code = rowRefusal({ voter: mail.author, choice, delegate }, row.question, row.rule, members);
    if (code !== undefined) return refusedOutcome(mail.entry, code);
    if (isUnreasonedBlock(ballot, row)) {
      const sentence = 'A block states its reason: cast it again with one.';
      return {
        verdict: 'accept',
        word: 'refused',
        id: mail.entry.id,
        code: 'choice_malformed' satisfies BallotRefusal,
        sentence,
      };
    }
    if (!this.ballots.keep(mail))
      return later(mail.entry, 'The body holds as many ballots as it can; send it again later.');
    this.#lookAtVoters(proposal);
    this.#ask();
    return kept(mail.entry);
  }

  /** Earlier versions of a proposal are known by its first; of those between nothing is kept. */
  #whyNotLive(version: Id): RefusalCode {
    const state = this.#state();
    const row = state?.get(proposalsTable, version);
    if (row === undefined) return 'unknown_proposal';
    return isLive(row) ? 'stale_version' : 'proposal_not_open';
  }

  /** A proposal for which everybody's ballot counts needs no deadline. */
  #lookAtVoters(proposal: Id): void {
    const row = this.#state()?.get(proposalsTable, proposal);
    const members = row === undefined ? undefined : this.#electorsOf(row);
    if (row === undefined || members === undefined || this.ballots.votersOf(row.version) < members.count) return;
    const counting = countingChoices(this.ballots.of(row.version), row.question, row.rule, members);
    if (counting.size >= members.count) this.#due.add(proposal);
  }

  #electorsOf(row: ProposalRow): MembersAt | undefined {
    const book = this.#book();
    const members = book === undefined ? 'waiting' : this.#context(book).membersAt(row.memberHead);
    return typeof members === 'string' ? undefined : members;
  }

  /** Whether no further ballot can change the result of a proposal that is open (protocol §8). */
  isDecided(proposal: Id): boolean {
    const row = this.#state()?.get(proposalsTable, proposal);
    const members = row === undefined ? undefined : this.#electorsOf(row);
    if (row === undefined || members === undefined) return false;
    return countProposal(proposal, row, members, this.ballots.of(row.version)).isEarly;
  }

  /** Stands in the writer's line while there is anything to write. */
  #ask(): void {
    const { world, writer } = this.#parts;
    const isIdle = this.#queue.size === 0 && this.#due.size === 0;
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
    return this.#noted(book, book.state.state) ?? this.#carry() ?? this.#close(book, book.state.state);
  }

  #noted(book: Book, state: State): Draft | undefined {
    const openings = [...this.#queue.values()].slice(0, NOTED_AT_ONCE).map(({ opening }) => opening);
    const content = missingNotes(openings, state, this.#parts.facts, this.#context(book));
    return content === undefined ? undefined : draftOf(notedKind, content);
  }

  #carry(): Draft | undefined {
    const [mail] = this.#queue.values();
    if (mail === undefined) return undefined;
    const { bytes } = mail.entry;
    const propose = contentOf(mail.entry, proposeKind);
    this.#carrying = mail;
    if (propose === undefined) return draftOf(withdrawnKind, { withdraw: bytes });
    if (propose.amends !== undefined) return draftOf(amendedKind, { proposal: propose.amends, propose: bytes });
    return this.#opening(bytes, propose);
  }

  #opening(bytes: Uint8Array, { matter }: Propose): Draft | undefined {
    const people = this.#parts.books.bodyBook(this.#parts.world.self.identity, 'people');
    const book = this.#book();
    if (people === undefined || book === undefined) return undefined;
    const memberHead = headOf(people);
    const members = this.#context(book).membersAt(memberHead);
    const rule = typeof members === 'string' ? undefined : members.ruleFor(matter);
    return rule === undefined ? undefined : draftOf(proposalKind, { propose: bytes, memberHead, rule });
  }

  #close(book: Book, state: State): Draft | undefined {
    for (const proposal of [...this.#due]) {
      const { row } = findOpen(proposal, state);
      const members = row === undefined ? undefined : this.#context(book).membersAt(row.memberHead);
      if (row === undefined) this.#due.delete(proposal);
      else if (row.state === 'open') return draftOf(proposalEndedKind, { proposal });
      else if (members !== undefined && typeof members !== 'string') {
        const page = composePage(proposal, row, this.ballots.of(row.version), state);
        if (page !== undefined) return draftOf(closePageKind, page);
        return draftOf(closeKind, composeClose(proposal, row, members, state));
      }
    }
    return undefined;
  }

  #context(book: Book): ReturnType<typeof contextFor> {
    return contextFor(this.#parts.world, this.#parts.books, book);
  }
}

function isForDesk({ header: { kind } }: Entry): boolean {
  return kind === proposeKind.number || kind === withdrawKind.number;
}

function isLive({ state }: ProposalRow): boolean {
  return state === 'open' || state === 'closing';
}

function isUnreasonedBlock({ choice, reasonDigest }: Ballot, { rule }: ProposalRow): boolean {
  return rule.method === 'consensus' && choice[0] === BLOCK && reasonDigest === undefined;
}
