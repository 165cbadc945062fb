import { equalBytes } from '../base/bytes.ts';
import { compareIds, type Id } from '../base/id.ts';
import { endOfBook } from '../books/ending.ts';
import { compareForks, type ForkPlace, verifyFork } from '../books/fork.ts';
import type { IdentityState, Verify } from '../identity/log.ts';
import { type OpeningFault, type VerifiedOpening, verifyOpening } from '../identity/opening.ts';
import { type Entry, entryCheck, openingOf, readEntry } from '../wire/entry.ts';
import type { FileHeader } from '../wire/messages/file.ts';
import { wireSentence } from '../wire/shape.ts';
import {
  forkProofKind,
  identityEventKind,
  readStatement,
  type Statement,
  statementCheck,
  statementContentOf,
} from '../wire/statement.ts';
import { BookChain } from './book-chain.ts';
import { decodeFile, type FileItem, type FilePart } from './decode.ts';
import { KnownLogs } from './known-logs.ts';
import { type BookReport, FAULTS_LISTED_MAX, type FileReport, type VerifyFault } from './report.ts';

/** What a verifier is given beside the file. */
export interface VerifyOptions {
  /** Ed25519 by the strict rules of protocol §1. */
  readonly verify: Verify;
  /** The network that the file has to belong to; where it is left out, the one that the file names. */
  readonly network?: Uint8Array;
}

interface KnownBook {
  readonly verified: VerifiedOpening;
  readonly chain: BookChain;
  entries: number;
  erased: number;
}

const OPENING_SENTENCES: Readonly<Record<OpeningFault, string>> = {
  not_an_opening: 'The entry at sequence 0 is no Opening.',
  bad_signature: 'The Opening is not signed by the device that it names.',
  log_missing:
    'The identity events that grant the Opening’s device do not stand before it in the file, or do not verify.',
  device_not_granted: 'The identity log does not grant the Opening’s device at the head that it names.',
  wrong_region: 'The Opening is not in the home region of its body.',
};

/**
 * Verifies a file with nothing but the file: the form of every item; Openings under the identity events before them; every
 * signature; in each book sequence and previous; fork proofs. Parts are taken in order as they were decoded. Keeps 32 bytes
 * for each entry and the identity events.
 */
export class FileVerifier {
  readonly #options: VerifyOptions;
  readonly #logs = new KnownLogs();
  readonly #books = new Map<Id, KnownBook>();
  readonly #statements = new Set<Id>();
  readonly #forks = new Map<Id, ForkPlace>();
  readonly #faults: VerifyFault[] = [];
  #faultCount = 0;
  #duplicates = 0;
  #header: FileHeader | undefined;
  #complete = false;

  constructor(options: VerifyOptions) {
    this.#options = options;
  }

  /** Takes the next part of the file. */
  take(part: FilePart): void {
    switch (part.type) {
      case 'header':
        this.#takeHeader(part.header);
        break;
      case 'item':
        if (part.item.type === 'entry') this.#takeEntry(part.item, this.#network());
        else this.#takeStatement(part.item, this.#network());
        break;
      case 'end':
        this.#complete = true;
        break;
      default:
        this.#fault(part.fault.code, part.fault.offset, part.fault.sentence);
    }
  }

  /** @returns what was found, once all parts were taken. */
  report(): FileReport {
    const identities = this.#logs.resolve(this.#options.verify);
    const unfounded = this.#logs.unfounded(this.#options.verify);
    for (const offset of unfounded)
      this.#fault('bad_identity_event', offset, 'The identity event verifies on no chain from its Inception.');
    const states = new Map(identities.map((state) => [state.identity, state]));
    const books = [...this.#books.values()].map((book) => this.#reportBook(book, states));
    return {
      header: this.#header,
      complete: this.#complete,
      valid: this.#complete && this.#faultCount === 0,
      entries: books.reduce((sum, book) => sum + book.entries, 0),
      statements: this.#statements.size - unfounded.length,
      erased: books.reduce((sum, book) => sum + book.erased, 0),
      duplicates: this.#duplicates,
      books: books.sort((left, right) => compareIds(left.book, right.book)),
      identities: identities.map(({ identity, kind, number, contestedAt }) => ({
        identity,
        kind,
        number,
        contestedAt,
      })),
      faults: this.#faults,
      faultCount: this.#faultCount,
    };
  }

  #reportBook({ verified, chain, entries, erased }: KnownBook, states: ReadonlyMap<Id, IdentityState>): BookReport {
    const { entry, opening, identity } = verified;
    const device = states.get(opening.identity)?.devices.get(opening.device);
    const isRevoked = device === undefined || device.revoked !== undefined;
    const lastGood = device?.revoked?.lastGood.find((listed) => listed.book === entry.id);
    const branch = lastGood === undefined ? undefined : chain.branchTo(lastGood);
    const fork = this.#forks.get(entry.id);
    const isHeld = branch !== undefined;
    const end = endOfBook({ forkedAt: fork?.sequence, isRevoked, lastGood, isHeld });
    const isVoid = isHeld && fork !== undefined && end !== undefined && fork.sequence < end;
    return {
      book: entry.id,
      identity: opening.identity,
      kind: identity.kind,
      device: opening.device,
      region: opening.region,
      channel: opening.channel,
      sequence: chain.sequence,
      head: chain.head,
      entries,
      erased,
      continues: opening.continues?.book,
      fork: isVoid ? undefined : fork,
      revoked: isRevoked,
      lastGood: isRevoked ? (lastGood?.sequence ?? 0) : undefined,
      end,
      branch: branch ?? [],
    };
  }

  #network(): Uint8Array {
    return this.#options.network ?? this.#header?.network ?? new Uint8Array(0);
  }

  #takeHeader(header: FileHeader): void {
    this.#header = header;
    if (!equalBytes(header.network, this.#network()))
      this.#fault('wrong_network', 0, 'The file belongs to another network.');
  }

  #takeEntry({ bytes, offset }: FileItem, network: Uint8Array): undefined {
    const read = readEntry(bytes, network);
    if (!read.ok) return this.#fault('bad_entry', offset, read.reason.sentence);
    const entry = read.value;
    if (entry.header.sequence === 0) return this.#takeOpening(entry, offset);
    const book = this.#books.get(entry.book);
    if (book === undefined)
      return this.#fault('book_missing', offset, 'No Opening of the entry’s book stands before it.', entry.book);
    if (!this.#options.verify(entryCheck(entry, book.verified.opening.device))) {
      return this.#fault('bad_signature', offset, 'The entry is not signed by the device of its book.', entry.book);
    }
    this.#place(entry, book, offset);
  }

  #place(entry: Entry, book: KnownBook, offset: number): undefined {
    const { place, fork } = book.chain.take(entry);
    if (fork !== undefined) this.#noteFork(entry.book, fork);
    const { sequence } = entry.header;
    switch (place) {
      case 'duplicate':
        this.#duplicates += 1;
        return undefined;
      case 'gap':
        return this.#fault(
          'gap',
          offset,
          `Entry ${sequence} follows ${book.chain.sequence}: what stands between is missing.`,
          entry.book,
        );
      case 'wrong_previous':
        return this.#fault(
          'wrong_previous',
          offset,
          `Entry ${sequence} does not follow the entry before it.`,
          entry.book,
        );
      default:
        book.entries += 1;
        if (entry.payload === undefined) book.erased += 1;
    }
  }

  #takeOpening(entry: Entry, offset: number): undefined {
    if (this.#books.has(entry.id)) {
      this.#duplicates += 1;
      return undefined;
    }
    const opening = openingOf(entry);
    const stated = opening === undefined ? [] : this.#logs.statedOf(opening.identity);
    const verified = verifyOpening(entry, stated, this.#options.verify);
    if (!verified.ok) return this.#fault('bad_opening', offset, OPENING_SENTENCES[verified.reason], entry.id);
    this.#logs.addCarried(verified.value.identity.identity, verified.value.opening.log);
    this.#books.set(entry.id, { verified: verified.value, chain: new BookChain(entry.id), entries: 1, erased: 0 });
  }

  #takeStatement({ bytes, offset }: FileItem, network: Uint8Array): undefined {
    const read = readStatement(bytes);
    if (!read.ok) return this.#fault('bad_statement', offset, wireSentence('statement', read.reason));
    const statement = read.value;
    if (this.#statements.has(statement.digest)) {
      this.#duplicates += 1;
      return undefined;
    }
    const check = statementCheck(statement, network);
    if (check !== undefined && !this.#options.verify(check)) {
      return this.#fault('bad_signature', offset, 'The statement is not signed by its author.');
    }
    if (this.#holds(statement, offset, network)) this.#statements.add(statement.digest);
  }

  #holds(statement: Statement, offset: number, network: Uint8Array): boolean {
    const event = statementContentOf(statement, identityEventKind);
    if (event !== undefined) this.#logs.addStatement(event, offset);
    const proof = statementContentOf(statement, forkProofKind);
    if (proof === undefined) return true;
    const fork = verifyFork(proof, network, this.#options.verify);
    if (fork === undefined) this.#fault('bad_fork_proof', offset, 'The two headers do not prove a fork of that book.');
    else this.#noteFork(fork.book, fork);
    return fork !== undefined;
  }

  #noteFork(book: Id, { sequence, ids }: ForkPlace): void {
    const known = this.#forks.get(book);
    if (known === undefined || compareForks({ sequence, ids }, known) < 0) this.#forks.set(book, { sequence, ids });
  }

  #fault(code: VerifyFault['code'], offset: number, sentence: string, book?: Id): undefined {
    this.#faultCount += 1;
    if (this.#faults.length < FAULTS_LISTED_MAX) this.#faults.push({ code, offset, book, sentence });
  }
}

/** Verifies a whole file from its chunks. @returns what was found; a damaged file is a report, never an exception. */
export async function verifyFile(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: VerifyOptions,
): Promise<FileReport> {
  const verifier = new FileVerifier(options);
  for await (const part of decodeFile(chunks)) verifier.take(part);
  return verifier.report();
}
