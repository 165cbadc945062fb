import type { Id } from '../../src/core/base/id.ts';
import type { Fact } from '../../src/core/books/rules.ts';
import { contentOf, type Entry, readEntry } from '../../src/core/wire/entry.ts';
import {
  ballotKind,
  ballotTakenKind,
  closeKind,
  closePageKind,
  mandatedBallotKind,
  proposalKind,
  proposeKind,
} from '../../src/core/wire/kinds/decisions.ts';
import { foundingKind, mandateEndedKind, mandateKind, recallKind } from '../../src/core/wire/kinds/people.ts';
import type { BallotRow, Close, Propose } from '../../src/core/wire/messages/decisions.ts';
import type { PeerNotice } from '../../src/engine/events.ts';
import { NETWORK } from '../support/books.ts';
import { naiveChoices, naiveYesNo } from '../support/naive-tally.ts';
import type { SimNode } from './node.ts';

/** Says that an invariant does not hold. */
export type Broken = (invariant: 'ONERESULT' | 'COUNTED' | 'ELECTORATE' | 'MANDATE', message: string) => never;

interface Receipt {
  readonly voter: Id;
  readonly number: number;
  /** Not that of a delegate, whose place a ballot of the elector itself takes. */
  readonly isOwn: boolean;
}

type EffectNotice = Extract<PeerNotice, { type: 'effect' }>;

const RUN_ENTRIES_MAX = 100_000;
const RUN_BYTES_MAX = 2 ** 30;

/** Watches what comes of proposals: one result everywhere, of all ballots that the body said it holds, and of electors alone. */
export class DecisionInvariants {
  readonly #broken: Broken;
  /** The result of each proposal, as the first node that closed it told it. */
  readonly #results = new Map<string, string>();
  /** Ballots that a body has told to hold, by version. */
  readonly #applied = new Set<Id>();
  readonly #looked = new Set<Id>();
  readonly #receipts = new Map<Id, Receipt[]>();

  constructor(broken: Broken) {
    this.#broken = broken;
  }

  /** Proposals that were closed. */
  get closed(): number {
    return this.#results.size;
  }

  /** A body said that it holds a ballot. */
  receipted(entry: Entry, voter: Id): void {
    const mandated = contentOf(entry, mandatedBallotKind);
    const ballot = contentOf(entry, ballotKind) ?? mandated;
    if (ballot === undefined) return;
    const receipts = this.#receipts.get(ballot.version) ?? [];
    this.#receipts.set(ballot.version, receipts);
    receipts.push({ voter: mandated?.elector ?? voter, number: ballot.number, isOwn: mandated === undefined });
  }

  /** An entry of a decision book took effect on a node. */
  noticed(node: SimNode, notice: EffectNotice): void {
    for (const fact of notice.facts) {
      if (fact.type === 'proposalClosed') this.#closed(node, notice, fact);
      if (fact.type === 'ballotTaken') this.#taken(node, notice);
    }
  }

  #closed(node: SimNode, { id, book }: EffectNotice, fact: Fact): void {
    const proposal = String(fact['proposal']);
    const [before, result] = [this.#results.get(proposal), JSON.stringify(fact)];
    if (before !== undefined && before !== result)
      this.#broken('ONERESULT', `${node.name} closed ${proposal} with ${result}, another with ${before}`);
    if (before !== undefined) return;
    this.#results.set(proposal, result);
    const entries = entriesOf(node, book);
    const close = entries.map((entry) => (entry.id === id ? contentOf(entry, closeKind) : undefined)).find(Boolean);
    if (close === undefined) return;
    const paged = entries.flatMap((entry) => {
      const page = contentOf(entry, closePageKind);
      return page?.proposal === close.proposal ? page.rows : [];
    });
    const rows = [...paged, ...this.#takenRows(entries, close, paged)];
    this.#everyReceiptCounted(close, rows);
    this.#recount(node, close, entries, rows);
  }

  /** The last ballot that was taken for each elector without a row of its own. */
  #takenRows(
    entries: readonly Entry[],
    { proposal, version }: Close,
    paged: readonly BallotRow[],
  ): readonly BallotRow[] {
    const last = new Map<Id, BallotRow>();
    for (const entry of entries) {
      const taken = this.#applied.has(entry.id) ? contentOf(entry, ballotTakenKind) : undefined;
      const ballot = taken?.proposal === proposal ? carriedIn(taken.ballot) : undefined;
      if (ballot?.content.version !== version) continue;
      const { elector: voter, number, choice } = ballot.content;
      last.set(voter, { voter, number, ballot: ballot.id, choice, delegate: undefined, commitment: undefined });
    }
    return [...last.values()].filter(({ voter }) => !paged.some((row) => row.voter === voter));
  }

  /** A delegate's ballot was taken: the member book that was named shows its mandate there, read by hand, and nothing that ends it. */
  #taken(node: SimNode, { id, book }: EffectNotice): void {
    this.#applied.add(id);
    if (this.#looked.has(id)) return;
    this.#looked.add(id);
    const entries = entriesOf(node, book);
    const taken = entries
      .map((entry) => (entry.id === id ? contentOf(entry, ballotTakenKind) : undefined))
      .find(Boolean);
    const ballot = taken === undefined ? undefined : carriedIn(taken.ballot);
    if (taken === undefined || ballot === undefined) return this.#broken('MANDATE', `${id} takes no ballot`);
    const { mandate, elector } = ballot.content;
    const members = entriesOf(node, taken.electorHead.book).slice(0, taken.electorHead.sequence + 1);
    const given = members
      .map((entry) => (entry.id === mandate ? contentOf(entry, mandateKind) : undefined))
      .find(Boolean);
    const isOver = members.some(
      (entry) => (contentOf(entry, recallKind) ?? contentOf(entry, mandateEndedKind))?.mandate === mandate,
    );
    const propose = entries.map((entry) => proposeIn(entry, taken.proposal)).find(Boolean);
    const isWithin =
      propose !== undefined && given?.matters.includes(propose.matter) === true && given.at === propose.body;
    const author = node.peer.books.get(ballot.book)?.opening.identity ?? given?.delegate;
    const whose = node.peer.books.get(taken.electorHead.book)?.opening.identity;
    if (!isWithin || isOver || author !== given?.delegate || whose !== elector)
      this.#broken(
        'MANDATE',
        `${node.name} counts ${ballot.id} for ${elector}, whose mandate ${mandate} does not allow it`,
      );
  }

  #everyReceiptCounted({ version, proposal }: Close, rows: readonly BallotRow[]): void {
    for (const { voter, number, isOwn } of this.#receipts.get(version) ?? []) {
      const isCounted = (row: BallotRow): boolean => row.voter === voter && (row.number >= number || !isOwn);
      if (!rows.some(isCounted))
        this.#broken(
          'COUNTED',
          `the Close of ${proposal} lacks ballot ${number} of ${voter}, which the body said it holds`,
        );
    }
  }

  /** Counts by hand, with the founders as electors: in a simulated world nobody joins and nobody leaves. */
  #recount(node: SimNode, { proposal, outcome }: Close, entries: readonly Entry[], rows: readonly BallotRow[]): void {
    const opened = entries
      .map((entry) => (entry.id === proposal ? contentOf(entry, proposalKind) : undefined))
      .find(Boolean);
    const members = opened === undefined ? [] : entriesOf(node, opened.memberHead.book);
    const founding = members.map((entry) => contentOf(entry, foundingKind)).find(Boolean);
    if (opened === undefined || founding === undefined) return;
    const electors = founding.acceptances.map(({ founder }) => founder);
    const choices = naiveChoices(electors, rows, ({ choice, delegate, voter }) =>
      delegate === undefined ? choice.length === 1 : choice.length === 0 && delegate !== voter,
    );
    const adopted = naiveYesNo(opened.rule, electors.length, [...choices.values()]);
    const [told, counted] = [
      [outcome.electors, outcome.voters, outcome.adopted],
      [electors.length, choices.size, adopted],
    ].map(String);
    if (told !== counted) this.#broken('ELECTORATE', `${proposal} was closed as ${told}; by hand it is ${counted}`);
  }
}

function carriedIn(bytes: Uint8Array) {
  const read = readEntry(bytes, NETWORK);
  const content = read.ok ? contentOf(read.value, mandatedBallotKind) : undefined;
  return read.ok && content !== undefined ? { id: read.value.id, book: read.value.book, content } : undefined;
}

/** What a proposal carries. */
function proposeIn(entry: Entry, proposal: Id): Propose | undefined {
  const opened = entry.id === proposal ? contentOf(entry, proposalKind) : undefined;
  const read = opened === undefined ? undefined : readEntry(opened.propose, NETWORK);
  return read?.ok === true ? contentOf(read.value, proposeKind) : undefined;
}

function entriesOf(node: SimNode, book: Id): readonly Entry[] {
  const rows = node.disk.query({ type: 'run', book, from: 0, limit: RUN_ENTRIES_MAX, bytesMax: RUN_BYTES_MAX });
  return rows.flatMap(({ bytes }) => {
    const read = readEntry(bytes, NETWORK);
    return read.ok ? [read.value] : [];
  });
}
