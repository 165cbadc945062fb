import { equalBytes } from '../core/base/bytes.ts';
import { FRAME_BYTES_MAX } from '../core/base/limits.ts';
import type { Topic } from '../core/base/region.ts';
import type { HashTrie } from '../core/base/trie.ts';
import { describeNode } from '../core/sync/walk.ts';
import {
  SYNC_ITEMS_MAX,
  type SyncAsk,
  type SyncFrame,
  type SyncPart,
  type SyncRun,
  type SyncTell,
  type SyncWant,
} from '../core/wire/messages/sync.ts';
import type { EntryRow } from '../ports/store.ts';
import type { BookTable } from './book-table.ts';
import type { Query } from './events.ts';
import { entryToItem, statementToItem } from './reading.ts';
import type { Statements } from './statements.ts';
import { NO_FRAME, rowOfBook } from './sync-puller.ts';

/** Bytes of items in one answer, with room for the frame around them. */
const ANSWER_BYTES_MAX = FRAME_BYTES_MAX - 80 * 1024;
/** Bytes of one item's frame. */
const ITEM_OVERHEAD_BYTES = 8;

/** What the answering side needs of the machine around it. */
export interface AnswererHooks {
  load(query: Query, then: (rows: readonly EntryRow[]) => void): void;
  /** Whether this topic is served to that peer. */
  serves(topic: Topic): boolean;
}

/** Answers another side's Asks and Wants. Keeps nothing between two frames but the line of Wants under way. */
export class SyncAnswerer {
  readonly #books: BookTable;
  readonly #statements: Statements;
  readonly #hooks: AnswererHooks;

  constructor(books: BookTable, statements: Statements, hooks: AnswererHooks) {
    this.#books = books;
    this.#statements = statements;
    this.#hooks = hooks;
  }

  /** @returns the answer to an Ask. */
  tell(ask: SyncAsk): SyncTell {
    const topic = ask.topic as Topic;
    const rowOf = (book: Parameters<typeof rowOfBook>[1]) => rowOfBook(this.#books, book);
    const trie = this.#trieOf(topic, ask.part);
    if (trie !== undefined && ask.root.length > 0 && equalBytes(trie.root(), ask.root))
      return { number: ask.number, nodes: [], rows: [], same: true };
    const nodes = ask.paths.map((path) =>
      trie === undefined ? { children: [], rows: [], digests: [] } : describeNode(trie, path, ask.part, rowOf),
    );
    return { number: ask.number, nodes, rows: ask.books.map(rowOf).filter((row) => row !== undefined), same: false };
  }

  /** Undefined where the topic is not served: whoever asks for a topic makes no trie of it. */
  #trieOf(topic: Topic, part: SyncPart): HashTrie | undefined {
    if (!this.#hooks.serves(topic)) return undefined;
    return part === 'books' ? this.#books.trieOf(topic) : this.#statements.trieOf(topic);
  }

  /** Answers a Want; `send` is called once, when the store has answered. */
  items(want: SyncWant, send: (frame: SyncFrame) => void): void {
    const gathered = new Gathered();
    for (const digest of want.digests) {
      const statement = this.#statements.get(digest);
      if (statement !== undefined) gathered.add(statementToItem(statement.bytes));
    }
    const finish = (): void => send({ ...NO_FRAME, items: { number: want.number, items: gathered.items } });
    const runs = (): void => this.#runs([...want.runs], gathered, finish);
    if (want.ids.length === 0) return runs();
    this.#hooks.load({ type: 'ids', ids: want.ids }, (rows) => {
      for (const row of rows) gathered.add(entryToItem(row.bytes));
      runs();
    });
  }

  #runs(left: SyncRun[], gathered: Gathered, finish: () => void): void {
    const run = left.shift();
    const book = run === undefined ? undefined : this.#books.get(run.book);
    if (run === undefined || gathered.full) return finish();
    if (book === undefined || run.from > book.head.sequence) return this.#runs(left, gathered, finish);
    const limit = Math.min(run.limit, book.head.sequence - run.from + 1, SYNC_ITEMS_MAX);
    this.#hooks.load({ type: 'run', book: run.book, from: run.from, limit, bytesMax: gathered.room }, (rows) => {
      const whole = rows.every((row) => gathered.add(entryToItem(row.bytes)));
      if (whole) this.#runs(left, gathered, finish);
      else finish();
    });
  }
}

/** Items of one answer, up to what a frame holds. */
class Gathered {
  readonly items: Uint8Array[] = [];
  #bytes = 0;

  get full(): boolean {
    return this.#bytes >= ANSWER_BYTES_MAX || this.items.length >= SYNC_ITEMS_MAX;
  }

  get room(): number {
    return Math.max(1, ANSWER_BYTES_MAX - this.#bytes);
  }

  /** @returns whether there was room. */
  add(item: Uint8Array): boolean {
    const size = item.length + ITEM_OVERHEAD_BYTES;
    if (this.items.length > 0 && (this.#bytes + size > ANSWER_BYTES_MAX || this.items.length >= SYNC_ITEMS_MAX))
      return false;
    this.items.push(item);
    this.#bytes += size;
    return true;
  }
}
