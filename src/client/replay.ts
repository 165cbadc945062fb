import { bytesToId, type Id, idToBytes, parseId } from '../core/base/id.ts';
import { MerkleTree, merkleLeaf } from '../core/base/merkle.ts';
import type { RefusalCode } from '../core/base/refusals.ts';
import { HashTrie, stateLeaf } from '../core/base/trie.ts';
import { stateAtHead } from '../core/books/chain.ts';
import type { Effect, MembersAt, RuleContext, RuleSet } from '../core/books/rules.ts';
import { BookState, StateDraft, type StateView } from '../core/books/state.ts';
import { stepBook } from '../core/books/step.ts';
import { lotsTable } from '../core/decisions/tables.ts';
import { decodeFile } from '../core/files/decode.ts';
import type { BookReport, FileReport } from '../core/files/report.ts';
import type { Verify } from '../core/identity/log.ts';
import { type LedgerFigures, ledgerFigures } from '../core/ledger/figures.ts';
import { linesOfEntry, type PassbookLine } from '../core/ledger/passbook.ts';
import { membersAt } from '../core/members/view.ts';
import { type Entry, entryCheck, readEntry } from '../core/wire/entry.ts';
import type { Head } from '../core/wire/messages/book.ts';
import type { LotRow } from '../core/wire/messages/lots.ts';

/** What a replay is given beside the file. */
export interface ReplayOptions {
  /** Ed25519 by the strict rules of protocol §1. */
  readonly verify: Verify;
  readonly ruleSets: readonly RuleSet[];
  /** Shows the passbook of this account. */
  readonly account?: Id;
  /** Asks for the state root of this book after this entry; lines are then those of this book as far as that. */
  readonly at?: Pick<Head, 'book' | 'id'>;
  /** Asks what this entry of a body's book did. */
  readonly effectOf?: Id;
}

/** A passbook line and the ledger entry that holds it. */
export interface ReplayedLine extends PassbookLine {
  readonly entry: Id;
  readonly sequence: number;
  /** When the bank says that it wrote the entry, in Unix milliseconds. */
  readonly claimedAt: number;
}

/** What the rules make of one body's book. */
export interface BookReplay {
  readonly book: Id;
  readonly applied: number;
  /** Entries that the rules refuse, by code. */
  readonly refused: Readonly<Partial<Record<RefusalCode, number>>>;
  /** Sequence of the first entry that reads what the file does not hold; the effects of the book end before it. */
  readonly waitsAt: number | undefined;
  /** Root of the rows that the applied entries leave (protocol §5). */
  readonly stateRoot: Id;
  /** Of a ledger, recomputed from its entries; amounts in labor-seconds. */
  readonly figures: LedgerFigures | undefined;
  /** Of a decision book, its lots, in the order in which they were called. */
  readonly lots: readonly ReplayedLot[];
}

/** A lot that the rules took from the file, and drew again where it is drawn. */
export interface ReplayedLot extends LotRow {
  readonly lot: Id;
}

/** What replaying a file finds. */
export interface Replay {
  /** The bodies' books in the file, ordered as in the file's report. */
  readonly books: readonly BookReplay[];
  /** Lines of the account that was asked for, in the order of its ledger. */
  readonly lines: readonly ReplayedLine[];
  /** The state root after the entry that was asked for, undefined where it is not in the file or was not reached. */
  readonly rootAt: Id | undefined;
  /** Sequence of that entry, and whose book it is in. */
  readonly placeAt: { readonly sequence: number; readonly identity: Id } | undefined;
  /** Root of the Merkle tree over the ids of that book's entries as far as that one (RFC 6962). */
  readonly entriesRootAt: Id | undefined;
  /** What the entry `effectOf` did: undefined where it was not reached. */
  readonly effect: Effect | undefined;
  /** The rows of a body's book at its end; undefined where the file has no such book. */
  stateOf(book: Id): StateView | undefined;
  /** Reads the member books in the file, as rules do. */
  readonly membersAt: RuleContext['membersAt'];
}

interface Replaying {
  readonly report: BookReport;
  readonly state: BookState;
  readonly context: RuleContext;
  readonly ids: Id[];
  /** The entries of a member book that has ended, by id: a head beside the chain that counts is read on the chain that it fixes. */
  readonly entries: Map<Id, Entry>;
  readonly refused: Partial<Record<RefusalCode, number>>;
  applied: number;
  waitsAt: number | undefined;
}

/**
 * Takes the effects of every body's book in a file that was verified, by the rules of this version and with nothing but the
 * file: anyone recomputes members, balances and figures of a bank (protocol §6). The file is read twice, member books first, as
 * the others read them; in memory it needs what the rules keep, and the entries of member books that were forked or revoked.
 * @param open begins to read the file anew.
 * @param report what verifying this file found; a file with faults replays as far as its books stand.
 */
export async function replayFile(
  open: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  report: FileReport,
  options: ReplayOptions,
): Promise<Replay> {
  const replay = new FileReplay(report, options);
  for (const members of [true, false]) await replay.pass(open(), members);
  return replay.result();
}

class FileReplay {
  readonly #options: ReplayOptions;
  readonly #network: Uint8Array;
  readonly #books = new Map<Id, Replaying>();
  /** Books that no rules govern: people's own, and those of bodies where nothing is judged. */
  readonly #ungoverned = new Set<Id>();
  /** Whether the file was found sound, so that no signature needs to be looked at again. */
  readonly #isSound: boolean;
  /** The state at a head beside the chain that counts, read last: entries mostly name the same one. */
  #readLast: { readonly head: Head; readonly state: BookState } | undefined;
  readonly #lines: ReplayedLine[] = [];
  #rootAt: Id | undefined;
  #placeAt: Replay['placeAt'];
  #entriesRootAt: Id | undefined;
  #effect: Effect | undefined;

  constructor(report: FileReport, options: ReplayOptions) {
    this.#options = options;
    this.#network = report.header?.network ?? new Uint8Array(0);
    this.#isSound = report.valid;
    for (const book of report.books) {
      const governed = options.ruleSets.some((rules) => rules.governs(book.kind, book.channel));
      if (governed) this.#books.set(book.book, this.#begin(book));
      // A person's transfers book travels as mail: it counts as held by nobody.
      else if (book.kind !== 'person' || book.channel !== 'transfers') this.#ungoverned.add(book.book);
    }
  }

  async pass(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, members: boolean): Promise<void> {
    for await (const part of decodeFile(chunks)) {
      if (part.type !== 'item' || part.item.type !== 'entry') continue;
      const entry = readEntry(part.item.bytes, this.#network);
      const book = entry.ok ? this.#books.get(entry.value.book) : undefined;
      if (!entry.ok || book === undefined || (book.report.channel === 'people') !== members) continue;
      if (!this.#isSigned(book, entry.value)) continue;
      if (followsIn(book, entry.value)) this.#step(book, entry.value);
      if (members && book.report.end !== undefined) book.entries.set(entry.value.id, entry.value);
    }
  }

  result(): Replay {
    const books = [...this.#books.values()].map((book) => ({
      book: book.report.book,
      applied: book.applied,
      refused: book.refused,
      waitsAt: book.waitsAt,
      stateRoot: rootOf(book.state),
      figures:
        book.report.kind === 'bank' && book.report.channel === 'transfers' ? ledgerFigures(book.state) : undefined,
      lots: book.report.channel === 'proposals' ? lotsOf(book.state) : [],
    }));
    return {
      books,
      lines: this.#lines,
      rootAt: this.#rootAt,
      placeAt: this.#placeAt,
      entriesRootAt: this.#entriesRootAt,
      effect: this.#effect,
      stateOf: (book) => this.#books.get(book)?.state,
      membersAt: (head) => this.#membersAt(head),
    };
  }

  #begin(report: BookReport): Replaying {
    const context: RuleContext = {
      network: this.#network,
      body: report.identity,
      kind: report.kind,
      channel: report.channel,
      device: report.device,
      verify: this.#options.verify,
      membersAt: (head) => this.#membersAt(head),
    };
    return {
      report,
      state: new BookState(),
      context,
      ids: [],
      entries: new Map(),
      refused: {},
      applied: 0,
      waitsAt: undefined,
    };
  }

  #step(book: Replaying, entry: Entry): void {
    const draft = new StateDraft(book.state);
    const effect = stepBook(this.#options.ruleSets, entry, draft, book.context);
    if (entry.id === this.#options.effectOf) this.#effect = effect;
    if (effect.type === 'waiting') {
      book.waitsAt = entry.header.sequence;
      return;
    }
    book.ids.push(entry.id);
    if (effect.type === 'applied') {
      book.state.apply(draft);
      book.applied += 1;
      this.#addLines(book, entry);
    } else {
      book.refused[effect.code] = (book.refused[effect.code] ?? 0) + 1;
    }
    const { at } = this.#options;
    if (entry.id !== at?.id || entry.book !== at.book) return;
    this.#rootAt = rootOf(book.state);
    this.#placeAt = { sequence: entry.header.sequence, identity: book.report.identity };
    this.#entriesRootAt = bytesToId(new MerkleTree(book.ids.map((id) => merkleLeaf(idToBytes(id)))).root());
  }

  #addLines({ report }: Replaying, entry: Entry): void {
    const { account, at } = this.#options;
    const isAsked = at === undefined || (at.book === report.book && this.#rootAt === undefined);
    if (account === undefined || !isAsked || report.kind !== 'bank') return;
    const { sequence, claimedAt } = entry.header;
    for (const line of linesOfEntry(entry))
      if (line.account === account) this.#lines.push({ ...line, entry: entry.id, sequence, claimedAt });
  }

  /** A file with faults may hold an entry twice, once not signed by its device: that one is no entry of the book. */
  #isSigned({ report }: Replaying, entry: Entry): boolean {
    return this.#isSound || this.#options.verify(entryCheck(entry, report.device));
  }

  #membersAt(head: Head): MembersAt | 'waiting' | 'wrong_head' {
    const book = this.#books.get(head.book);
    if (book === undefined) return this.#ungoverned.has(head.book) ? 'wrong_head' : 'waiting';
    const { identity, kind, channel, end } = book.report;
    if (channel !== 'people') return 'wrong_head';
    const held = end !== undefined && head.sequence >= end ? undefined : book.ids[head.sequence];
    if (held !== head.id && end === undefined) return 'waiting';
    const state = held === head.id ? book.state : this.#stateBeside(book, head);
    return state === undefined ? 'waiting' : membersAt(state, identity, kind, head.sequence);
  }

  /** Reads a member book on the chain that a head fixes (protocol §3). */
  #stateBeside({ state, ids, entries, context }: Replaying, head: Head): BookState | undefined {
    const last = this.#readLast;
    if (last?.head.book === head.book && last.head.sequence === head.sequence && last.head.id === head.id)
      return last.state;
    const judged = { book: head.book, sequence: ids.length - 1, id: ids.at(-1) ?? head.book, state };
    const chains = { judged, entryOf: (id: Id) => entries.get(id) };
    const read = stateAtHead(head, chains, this.#options.ruleSets, context);
    if (read !== undefined) this.#readLast = { head, state: read };
    return read;
  }
}

/** Whether this is the next entry of its book, below its end and on the chain that counts. */
function followsIn({ report, ids, waitsAt }: Replaying, entry: Entry): boolean {
  const { sequence, previous } = entry.header;
  const { end = Infinity, branch, lastGood = 0 } = report;
  const onBranch = branch[sequence - (lastGood + 1 - branch.length)];
  const counts = sequence < end && (onBranch === undefined || onBranch === entry.id);
  return waitsAt === undefined && counts && sequence === ids.length && previous === ids.at(-1);
}

function lotsOf(state: BookState): readonly ReplayedLot[] {
  const lots = [...state.rows(lotsTable)].flatMap(({ key, row }) => {
    const lot = parseId(key.join('/'));
    return lot === undefined ? [] : [{ lot, ...row }];
  });
  return lots.sort((left, right) => left.sequence - right.sequence);
}

function rootOf(state: BookState): Id {
  const trie = new HashTrie();
  for (const key of state.keys()) {
    const leaf = stateLeaf(key, state.bytesOf(key));
    trie.set(leaf.key, leaf.hash);
  }
  return bytesToId(trie.root());
}
