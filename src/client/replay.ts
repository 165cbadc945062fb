import { bytesToId, type Id, idToBytes } from '../core/base/id.ts';
import { MerkleTree, merkleLeaf } from '../core/base/merkle.ts';
import type { RefusalCode } from '../core/base/refusals.ts';
import { HashTrie, stateLeaf } from '../core/base/trie.ts';
import type { MembersAt, RuleContext, RuleSet } from '../core/books/rules.ts';
import { BookState, StateDraft } from '../core/books/state.ts';
import { stepBook } from '../core/books/step.ts';
import { decodeFile } from '../core/files/decode.ts';
import type { BookReport, FileReport } from '../core/files/report.ts';
import type { Verify } from '../core/identity/log.ts';
import { type LedgerFigures, ledgerFigures } from '../core/ledger/figures.ts';
import { linesOfEntry, type PassbookLine } from '../core/ledger/passbook.ts';
import { membersAt } from '../core/members/view.ts';
import { type Entry, readEntry } from '../core/wire/entry.ts';
import type { Head } from '../core/wire/messages/book.ts';

/** What a replay is given beside the file. */
export interface ReplayOptions {
  /** Ed25519 by the strict rules of protocol §1. */
  readonly verify: Verify;
  readonly ruleSets: readonly RuleSet[];
  /** Shows the passbook of this account. */
  readonly account?: Id;
  /** Asks for the state root of this book after this entry; lines are then those of this book as far as that. */
  readonly at?: Pick<Head, 'book' | 'id'>;
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
}

interface Replaying {
  readonly report: BookReport;
  readonly state: BookState;
  readonly context: RuleContext;
  readonly ids: Id[];
  readonly refused: Partial<Record<RefusalCode, number>>;
  /** Sequence of the first entry that has no effect whatever it says. */
  end: number;
  /** Ids by sequence of the chain that counts, where the file holds several. */
  chain: readonly Id[] | undefined;
  applied: number;
  waitsAt: number | undefined;
}

/**
 * Takes the effects of every body's book in a file that was verified, by the rules of this version and with nothing but the
 * file: anyone recomputes members, balances and figures of a bank (protocol §6). The file is read twice, member books first, as
 * the others read them, and once before where a book forked below its device's last good entry; in memory it needs what the rules keep.
 * @param open begins to read the file anew.
 * @param report what verifying this file found; a file with faults replays as far as its books stand.
 */
export async function replayFile(
  open: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  report: FileReport,
  options: ReplayOptions,
): Promise<Replay> {
  const replay = new FileReplay(report, options);
  if (replay.hasTorn) await replay.trace(open());
  for (const members of [true, false]) await replay.pass(open(), members);
  return replay.result();
}

class FileReplay {
  readonly #options: ReplayOptions;
  readonly #network: Uint8Array;
  readonly #books = new Map<Id, Replaying>();
  readonly #reports: ReadonlyMap<Id, BookReport>;
  readonly #lines: ReplayedLine[] = [];
  #rootAt: Id | undefined;
  #placeAt: Replay['placeAt'];
  #entriesRootAt: Id | undefined;

  constructor(report: FileReport, options: ReplayOptions) {
    this.#options = options;
    this.#network = report.header?.network ?? new Uint8Array(0);
    this.#reports = new Map(report.books.map((book) => [book.book, book]));
    for (const book of report.books) {
      const governed = options.ruleSets.some((rules) => rules.governs(book.kind, book.channel));
      if (governed) this.#books.set(book.book, this.#begin(book));
    }
  }

  /** Whether a book forked below the last good entry of its device, so that its chains are to be told apart first. */
  get hasTorn(): boolean {
    return this.#torn().length > 0;
  }

  /** Finds the chain that leads to the last good entry of each such book; without it, the fork stands. */
  async trace(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    const links = new Map<Id, Map<Id, Link>>();
    for (const { report } of this.#torn()) links.set(report.book, new Map());
    for await (const part of decodeFile(chunks)) {
      const read =
        part.type === 'item' && part.item.type === 'entry' ? readEntry(part.item.bytes, this.#network) : undefined;
      if (read?.ok !== true) continue;
      const { id, book, header } = read.value;
      links.get(book)?.set(id, { sequence: header.sequence, previous: header.previous });
    }
    for (const book of this.#torn()) {
      const { lastGood } = book.report;
      const chain = lastGood === undefined ? undefined : chainTo(lastGood, links.get(book.report.book) ?? new Map());
      if (chain === undefined) continue;
      book.chain = chain;
      book.end = chain.length;
    }
  }

  #torn(): readonly Replaying[] {
    return [...this.#books.values()].filter(({ report }) => isTorn(report));
  }

  async pass(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, members: boolean): Promise<void> {
    for await (const part of decodeFile(chunks)) {
      if (part.type !== 'item' || part.item.type !== 'entry') continue;
      const entry = readEntry(part.item.bytes, this.#network);
      const book = entry.ok ? this.#books.get(entry.value.book) : undefined;
      if (!entry.ok || book === undefined || (book.report.channel === 'people') !== members) continue;
      if (followsIn(book, entry.value)) this.#step(book, entry.value);
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
    }));
    return {
      books,
      lines: this.#lines,
      rootAt: this.#rootAt,
      placeAt: this.#placeAt,
      entriesRootAt: this.#entriesRootAt,
    };
  }

  #begin(report: BookReport): Replaying {
    const context: RuleContext = {
      network: this.#network,
      body: report.identity,
      kind: report.kind,
      channel: report.channel,
      verify: this.#options.verify,
      membersAt: (head) => this.#membersAt(head),
    };
    const end = endOf(report);
    return { ...EMPTY, report, state: new BookState(), context, ids: [], refused: {}, end };
  }

  #step(book: Replaying, entry: Entry): void {
    const draft = new StateDraft(book.state);
    const effect = stepBook(this.#options.ruleSets, entry, draft, book.context);
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

  /** A book of the file that no rules govern, and that nodes hold: a person's transfers book travels as mail. */
  #isUngoverned(id: Id): boolean {
    const book = this.#reports.get(id);
    return book !== undefined && !(book.kind === 'person' && book.channel === 'transfers');
  }

  #membersAt(head: Head): MembersAt | 'waiting' | 'wrong_head' {
    const book = this.#books.get(head.book);
    if (book === undefined) return this.#isUngoverned(head.book) ? 'wrong_head' : 'waiting';
    if (book.report.channel !== 'people') return 'wrong_head';
    if (book.ids[head.sequence] !== head.id) return 'waiting';
    return membersAt(book.state, book.report.identity, book.report.kind, head.sequence);
  }
}

/** What an entry says of its place. */
interface Link {
  readonly sequence: number;
  readonly previous: Id | undefined;
}

const EMPTY = { chain: undefined, applied: 0, waitsAt: undefined };

/** Books end at their fork, and those of a revoked device after its last good entry (protocol §2, §3). */
function endOf({ fork, lastGood }: BookReport): number {
  return Math.min(fork?.sequence ?? Infinity, (lastGood?.sequence ?? Infinity) + 1);
}

/** Whether a fork is void if the file holds the chain to the last good entry: a revocation decides by that alone (protocol §2). */
function isTorn({ fork, lastGood }: BookReport): boolean {
  return fork !== undefined && lastGood !== undefined && fork.sequence <= lastGood.sequence;
}

/** Whether this is the next entry of its book, below its end. */
function followsIn({ chain, end, ids, waitsAt }: Replaying, entry: Entry): boolean {
  const { sequence, previous } = entry.header;
  const isOn = chain === undefined || chain[sequence] === entry.id;
  return waitsAt === undefined && sequence === ids.length && sequence < end && previous === ids.at(-1) && isOn;
}

/** @returns the ids of the chain to a head by sequence, undefined where a part of it is missing. */
function chainTo(
  { sequence, id }: Pick<Head, 'sequence' | 'id'>,
  links: ReadonlyMap<Id, Link>,
): readonly Id[] | undefined {
  const chain: Id[] = [];
  let next: Id | undefined = id;
  for (let at = sequence; at >= 0; at -= 1) {
    const link: Link | undefined = next === undefined ? undefined : links.get(next);
    if (next === undefined || link?.sequence !== at) return undefined;
    chain.push(next);
    next = link.previous;
  }
  return chain.reverse();
}

function rootOf(state: BookState): Id {
  const trie = new HashTrie();
  for (const key of state.keys()) {
    const leaf = stateLeaf(key, state.bytesOf(key));
    trie.set(leaf.key, leaf.hash);
  }
  return bytesToId(trie.root());
}
