/**
 * A second reader of exported files, written from proto/README.md alone, to prove that page: nothing of `src/` is used,
 * only the .proto files, SHA-256 and Ed25519. It holds the whole file in memory. This is sections 7 and 8.
 */
import { createHash } from 'node:crypto';
import { type Entry, isEntrySigned, type Opened, open, readEntry, readStatement } from './items.ts';
import { type Event, type Log, resolve, resolveUpTo } from './log.ts';
import { bytesOf, decode, demand, idOf, messagesOf, NotCanonical, numberOf } from './schema.ts';

const MAGIC = Buffer.from('MUTUA\x01\r\n', 'latin1');

/** What the reader found; ids are in hexadecimal. */
export interface Report {
  readonly valid: boolean;
  readonly complete: boolean;
  readonly faultCount: number;
  readonly entries: number;
  readonly erased: number;
  readonly duplicates: number;
  readonly statements: number;
  readonly books: readonly {
    readonly book: string;
    readonly sequence: number;
    readonly head: string;
    readonly fork: number | null;
    readonly revoked: boolean;
    readonly end: number | null;
  }[];
  readonly identities: readonly {
    readonly identity: string;
    readonly number: number;
    readonly contestedAt: number | null;
  }[];
}

interface Book extends Opened {
  readonly id: string;
  /** Ids of the chain that stood first, by sequence. */
  readonly chain: string[];
  /** `<sequence> <id>` of all entries. */
  readonly held: Set<string>;
  entries: number;
  erased: number;
}

/** Verifies a file. */
export function verify(file: Buffer): Report {
  return new Verifier().verify(file);
}

class Verifier {
  readonly #books = new Map<string, Book>();
  readonly #forks = new Map<string, number>();
  readonly #stated: Event[] = [];
  readonly #carried: Event[] = [];
  readonly #statements = new Set<string>();
  #network: Buffer = Buffer.alloc(0);
  #faults = 0;
  #duplicates = 0;
  /** Statements whose event follows on no chain. */
  #unfounded = 0;

  verify(file: Buffer): Report {
    const complete = this.#attempt(() => this.#readLayout(file));
    const logs = this.#resolveLogs();
    const books = [...this.#books.values()].sort((left, right) => (left.id < right.id ? -1 : 1));
    return {
      valid: complete && this.#faults === 0,
      complete,
      faultCount: this.#faults,
      entries: books.reduce((sum, book) => sum + book.entries, 0),
      erased: books.reduce((sum, book) => sum + book.erased, 0),
      duplicates: this.#duplicates,
      statements: this.#statements.size - this.#unfounded,
      books: books.map((book) => ({
        book: book.id,
        sequence: book.chain.length - 1,
        head: book.chain.at(-1) ?? '',
        ...this.#endingOf(
          book,
          logs.find((log) => log.identity === book.identity),
        ),
      })),
      identities: logs.map(({ identity, number, contestedAt }) => ({ identity, number, contestedAt })),
    };
  }

  /** @returns whether nothing was wrong; what was wrong is counted. */
  #attempt(act: () => void): boolean {
    try {
      act();
      return true;
    } catch (error) {
      if (!(error instanceof NotCanonical)) throw error;
      this.#faults += 1;
      return false;
    }
  }

  #readLayout(file: Buffer): void {
    demand(file.subarray(0, 8).equals(MAGIC), 'the magic bytes');
    const header = recordAt(file, 8, 216_896);
    const message = decode('FileHeader', header.content);
    demand(numberOf(message, 'version') === 1, 'version 1');
    this.#network = bytesOf(message, 'network');
    let at = header.next;
    let count = 0;
    for (; lengthAt(file, at) > 0; count += 1) {
      const item = recordAt(file, at, 51_208);
      this.#takeItem(item.content);
      at = item.next;
    }
    const end = recordAt(file, at + 4, 64);
    const { content } = end;
    const digest = createHash('sha256')
      .update(file.subarray(0, at + 4))
      .digest();
    const said = decode('FileEnd', content);
    demand(numberOf(said, 'count') === count && bytesOf(said, 'digest').equals(digest), 'count and digest');
    demand(end.next === file.length, 'nothing follows');
  }

  #takeItem(bytes: Buffer): void {
    const item = decode('Item', bytes);
    const [entry, statement] = [bytesOf(item, 'entry'), bytesOf(item, 'statement')];
    demand(entry.length > 0 !== statement.length > 0, 'one of the two');
    this.#attempt(() =>
      entry.length > 0 ? this.#takeEntry(readEntry(entry, this.#network)) : this.#takeStatement(statement),
    );
  }

  #takeStatement(bytes: Buffer): void {
    const { digest, event, fork } = readStatement(bytes, this.#network);
    if (this.#statements.has(digest)) {
      this.#duplicates += 1;
      return;
    }
    this.#statements.add(digest);
    if (event !== undefined) this.#stated.push(event);
    if (fork !== undefined) this.#noteFork(fork.book, fork.sequence);
  }

  #takeEntry(entry: Entry): void {
    const key = `${entry.sequence} ${entry.id}`;
    const book = this.#books.get(entry.book);
    if (book === undefined) {
      demand(entry.sequence === 0, 'the Opening comes first');
      const opened = open(entry, this.#stated);
      this.#carried.push(...opened.carried);
      this.#books.set(entry.id, {
        ...opened,
        id: entry.id,
        chain: [entry.id],
        held: new Set([key]),
        entries: 1,
        erased: 0,
      });
      return;
    }
    if (entry.sequence > 0) demand(isEntrySigned(entry.header, entry.signature, book.device), 'signed by the device');
    if (book.held.has(key)) {
      this.#duplicates += 1;
      return;
    }
    if (entry.sequence < book.chain.length) this.#noteFork(entry.book, entry.sequence);
    demand(book.held.has(`${entry.sequence - 1} ${entry.previous}`), 'it follows an entry of the book');
    book.held.add(key);
    book.entries += 1;
    if (entry.payload === undefined) book.erased += 1;
    if (entry.sequence === book.chain.length && entry.previous === book.chain.at(-1)) book.chain.push(entry.id);
  }

  /** Section 5, "Where a book ends". */
  #endingOf(
    { id, device, held }: Book,
    log: Log | undefined,
  ): Pick<Report['books'][number], 'fork' | 'revoked' | 'end'> {
    const fork = this.#forks.get(id) ?? null;
    if (log?.devices.get(device) === true) return { fork, revoked: false, end: fork };
    const changes = log?.events.flatMap(({ change }) => change ?? []) ?? [];
    const revocation = changes.find(({ type, value }) => type === 'device_revoke' && idOf(value, 'device') === device);
    const listed = revocation === undefined ? [] : messagesOf(revocation.value, 'last_good');
    const lastGood = listed.find((place) => idOf(place, 'book') === id);
    if (lastGood === undefined) return { fork, revoked: true, end: 1 };
    const sequence = numberOf(lastGood, 'sequence');
    const isHeld = held.has(`${sequence} ${idOf(lastGood, 'id')}`);
    if (fork === null || fork > sequence) return { fork, revoked: true, end: sequence + 1 };
    return isHeld ? { fork: null, revoked: true, end: sequence + 1 } : { fork, revoked: true, end: fork };
  }

  #noteFork(book: string, sequence: number): void {
    this.#forks.set(book, Math.min(sequence, this.#forks.get(book) ?? sequence));
  }

  #resolveLogs(): readonly Log[] {
    const all = [...this.#stated, ...this.#carried];
    for (const event of this.#stated) {
      const others = all.filter((other) => other === event || other.digest !== event.digest);
      const founded = resolveUpTo(
        event.digest,
        others.filter(({ identity }) => identity === event.identity),
      );
      if (founded !== undefined) continue;
      this.#faults += 1;
      this.#unfounded += 1;
    }
    const identities = [...new Set(all.map(({ identity }) => identity))].sort();
    return identities.flatMap((identity) => resolve(all.filter((event) => event.identity === identity)) ?? []);
  }
}

function lengthAt(file: Buffer, at: number): number {
  demand(at + 4 <= file.length, 'cut off');
  return file.readUInt32BE(at);
}

function recordAt(file: Buffer, at: number, bytesMax: number): { readonly content: Buffer; readonly next: number } {
  const length = lengthAt(file, at);
  const next = at + 4 + length;
  demand(length >= 1 && length <= bytesMax && next <= file.length, 'a record is cut off or too long');
  return { content: file.subarray(at + 4, next), next };
}
