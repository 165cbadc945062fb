import type { Id } from '../../src/core/base/id.ts';
import type { Fact } from '../../src/core/books/rules.ts';
import { contentOf, type Entry, readEntry } from '../../src/core/wire/entry.ts';
import { ballotKind, closeKind, closePageKind, proposalKind } from '../../src/core/wire/kinds/decisions.ts';
import { foundingKind } from '../../src/core/wire/kinds/people.ts';
import type { BallotRow, Close } from '../../src/core/wire/messages/decisions.ts';
import type { PeerNotice } from '../../src/engine/events.ts';
import { NETWORK } from '../support/books.ts';
import { naiveChoices, naiveYesNo } from '../support/naive-tally.ts';
import type { SimNode } from './node.ts';

/** Says that an invariant does not hold. */
export type Broken = (invariant: 'ONERESULT' | 'COUNTED' | 'ELECTORATE', message: string) => never;

type EffectNotice = Extract<PeerNotice, { type: 'effect' }>;

const RUN_ENTRIES_MAX = 100_000;
const RUN_BYTES_MAX = 2 ** 30;

/** Watches what comes of proposals: one result everywhere, of all ballots that the body said it holds, and of electors alone. */
export class DecisionInvariants {
  readonly #broken: Broken;
  /** The result of each proposal, as the first node that closed it told it. */
  readonly #results = new Map<string, string>();
  /** Ballots that a body has told to hold, by version. */
  readonly #receipts = new Map<Id, { readonly voter: Id; readonly number: number }[]>();

  constructor(broken: Broken) {
    this.#broken = broken;
  }

  /** Proposals that were closed. */
  get closed(): number {
    return this.#results.size;
  }

  /** A body said that it holds a ballot. */
  receipted(entry: Entry, voter: Id): void {
    const ballot = contentOf(entry, ballotKind);
    if (ballot === undefined) return;
    const receipts = this.#receipts.get(ballot.version) ?? [];
    this.#receipts.set(ballot.version, receipts);
    receipts.push({ voter, number: ballot.number });
  }

  /** An entry of a decision book took effect on a node. */
  noticed(node: SimNode, notice: EffectNotice): void {
    for (const fact of notice.facts) if (fact.type === 'proposalClosed') this.#closed(node, notice, fact);
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
    const rows = entries.flatMap((entry) => {
      const page = contentOf(entry, closePageKind);
      return page?.proposal === close.proposal ? page.rows : [];
    });
    this.#everyReceiptCounted(close, rows);
    this.#recount(node, close, entries, rows);
  }

  #everyReceiptCounted({ version, proposal }: Close, rows: readonly BallotRow[]): void {
    for (const { voter, number } of this.#receipts.get(version) ?? []) {
      if (!rows.some((row) => row.voter === voter && row.number >= number))
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

function entriesOf(node: SimNode, book: Id): readonly Entry[] {
  const rows = node.disk.query({ type: 'run', book, from: 0, limit: RUN_ENTRIES_MAX, bytesMax: RUN_BYTES_MAX });
  return rows.flatMap(({ bytes }) => {
    const read = readEntry(bytes, NETWORK);
    return read.ok ? [read.value] : [];
  });
}
