import { assert } from '../../core/base/outcome.ts';
import {
  type BookRow,
  type CarriedRow,
  type EntryRow,
  type SettingRow,
  type StatementRow,
  type StateRow,
  type Store,
  StoreFailedError,
  type StoreWrite,
} from '../../ports/store.ts';
import { CommitQueue } from './commit-queue.ts';
import type { OpenOptions, ReadRequest, StoreAnswer, StorePragmas, StoreRequest } from './messages.ts';
import { packRows, type RowPacking, unpackRows } from './packing.ts';
import {
  BOOK_PACKING,
  CARRIED_PACKING,
  ENTRY_PACKING,
  ID_PACKING,
  KEYED_PACKING,
  STATEMENT_PACKING,
} from './row-packings.ts';
import { WorkerLink } from './worker-link.ts';
import { WRITE_PACKING } from './write-packing.ts';

/** A store in one SQLite file. */
export interface SqliteStore extends Store {
  /** The settings in force, for `doctor`. */
  pragmas(): Promise<StorePragmas>;
}

/**
 * Opens or makes the store at `options.path` for this process alone, in a thread of its own, so that no fsync holds up
 * the caller's. A process that ends, by kill −9 too, frees it.
 * @throws StoreLockedError while another process, or another open store of this one, holds it; StoreTooNewError when a
 * newer version of the program wrote it; StoreFullError; StoreFailedError otherwise.
 */
export async function openSqliteStore(options: OpenOptions): Promise<SqliteStore> {
  const link = new WorkerLink();
  try {
    await link.ask({ type: 'open', options });
    return new WorkerStore(link);
  } catch (error) {
    await link.end();
    throw error;
  }
}

class WorkerStore implements SqliteStore {
  readonly #link: WorkerLink;
  readonly #commits: CommitQueue;
  #closing: Promise<void> | undefined;

  constructor(link: WorkerLink) {
    this.#link = link;
    this.#commits = new CommitQueue(async (batches) => {
      const transfer = batches.map(({ buffer }) => buffer);
      const answer = expectAnswer(await link.ask({ type: 'commit', batches }, transfer), 'committed');
      return answer.faults;
    });
  }

  async commit(writes: readonly StoreWrite[]): Promise<void> {
    this.#assertOpen();
    await this.#commits.add(packRows(WRITE_PACKING, writes));
  }

  books(): Promise<readonly BookRow[]> {
    return this.#read(BOOK_PACKING, { type: 'books' });
  }

  entriesOf(book: Uint8Array, from: number, limit: number, maxBytes: number): Promise<readonly EntryRow[]> {
    return this.#read(ENTRY_PACKING, { type: 'entriesOf', book: ownBytes(book), from, limit, bytesMax: maxBytes });
  }

  entriesByIds(ids: readonly Uint8Array[]): Promise<readonly EntryRow[]> {
    return this.#read(ENTRY_PACKING, { type: 'entriesByIds', packedIds: packRows(ID_PACKING, ids) });
  }

  entriesOfKind(
    kind: number,
    limit: number,
    book?: Uint8Array,
    beforeArrival = Number.MAX_SAFE_INTEGER,
  ): Promise<readonly EntryRow[]> {
    const narrowed = book === undefined ? undefined : ownBytes(book);
    return this.#read(ENTRY_PACKING, { type: 'entriesOfKind', kind, limit, book: narrowed, beforeArrival });
  }

  carriersOf(id: Uint8Array): Promise<readonly CarriedRow[]> {
    return this.#read(CARRIED_PACKING, { type: 'carriersOf', id: ownBytes(id) });
  }

  stateOf(book: Uint8Array): Promise<readonly StateRow[]> {
    return this.#read(KEYED_PACKING, { type: 'stateOf', book: ownBytes(book) });
  }

  statements(): Promise<readonly StatementRow[]> {
    return this.#read(STATEMENT_PACKING, { type: 'statements' });
  }

  settings(): Promise<readonly SettingRow[]> {
    return this.#read(KEYED_PACKING, { type: 'settings' });
  }

  async sizeBytes(): Promise<number> {
    return expectAnswer(await this.#ask({ type: 'sizeBytes' }), 'sizeBytes').sizeBytes;
  }

  async pragmas(): Promise<StorePragmas> {
    return expectAnswer(await this.#ask({ type: 'pragmas' }), 'pragmas').pragmas;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#commits.idle();
    try {
      await this.#link.ask({ type: 'close' });
    } finally {
      await this.#link.end();
    }
  }

  async #read<Row>(packing: RowPacking<Row>, read: ReadRequest): Promise<readonly Row[]> {
    return unpackRows(packing, expectAnswer(await this.#ask({ type: 'read', read }), 'rows').packed);
  }

  async #ask(request: StoreRequest): Promise<StoreAnswer> {
    this.#assertOpen();
    return this.#link.ask(request);
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new StoreFailedError('The store is closed; open it again.');
  }
}

function expectAnswer<Type extends StoreAnswer['type']>(
  answer: StoreAnswer,
  type: Type,
): Extract<StoreAnswer, { type: Type }> {
  assert(isAnswer(answer, type), `the store answers what it was asked: ${type}`);
  return answer;
}

function isAnswer<Type extends StoreAnswer['type']>(
  answer: StoreAnswer,
  type: Type,
): answer is Extract<StoreAnswer, { type: Type }> {
  return answer.type === type;
}

/** A view would take the whole buffer that it looks into along to the other thread. */
function ownBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
