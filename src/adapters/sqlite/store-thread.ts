import type { DatabaseSync } from 'node:sqlite';
import { present } from '../../core/base/outcome.ts';
import { BookNumbers } from './book-numbers.ts';
import { faultOf, isBreaking, type StoreFault } from './faults.ts';
import type { OpenOptions, StoreAnswer, StoreRequest } from './messages.ts';
import { openDatabase, readPragmas } from './open-database.ts';
import { Reader } from './reader.ts';
import { Writer } from './writer.ts';

interface Opened {
  readonly database: DatabaseSync;
  readonly numbers: BookNumbers;
  readonly writer: Writer;
  readonly reader: Reader;
}

/** What runs in the store's own thread: one database, one request after another. */
export class StoreThread {
  #path = '';
  #opened: Opened | undefined;
  /** Set by a failure after which nothing more may be written. */
  #broken: StoreFault | undefined;

  /** @returns the answer to one request; never throws. */
  answer(request: StoreRequest): StoreAnswer {
    try {
      return this.#answer(request);
    } catch (error) {
      return { type: 'fault', fault: faultOf(error, this.#path) };
    }
  }

  #answer(request: StoreRequest): StoreAnswer {
    if (request.type === 'open') return this.#open(request.options);
    const { database, reader } = this.#present();
    switch (request.type) {
      case 'commit':
        return { type: 'committed', faults: this.#commit(request.batches) };
      case 'read':
        return { type: 'rows', packed: reader.read(request.read) };
      case 'sizeBytes':
        return { type: 'sizeBytes', sizeBytes: reader.sizeBytes() };
      case 'pragmas':
        return { type: 'pragmas', pragmas: readPragmas(database) };
      case 'close':
        database.close();
        this.#opened = undefined;
        return { type: 'done' };
    }
  }

  #open(options: OpenOptions): StoreAnswer {
    this.#path = options.path;
    const database = openDatabase(options);
    const numbers = new BookNumbers(database);
    this.#opened = {
      database,
      numbers,
      writer: new Writer(database, numbers),
      reader: new Reader(database, numbers),
    };
    return { type: 'done' };
  }

  #present(): Opened {
    return present(this.#opened, 'the store is opened before it is used');
  }

  /** All batches as one transaction; where that fails, each alone, so that none falls with another. */
  #commit(batches: readonly Uint8Array[]): readonly (StoreFault | undefined)[] {
    const together = this.#broken ?? this.#transact(batches);
    if (together === undefined || batches.length === 1) return batches.map(() => together);
    return batches.map((batch) => this.#broken ?? this.#transact([batch]));
  }

  #transact(batches: readonly Uint8Array[]): StoreFault | undefined {
    const { database, numbers, writer } = this.#present();
    try {
      database.exec('BEGIN IMMEDIATE');
      for (const batch of batches) writer.apply(batch);
      database.exec('COMMIT');
      if (writer.takeOverwrote()) this.#emptyLog(database);
      return undefined;
    } catch (error) {
      const fault = faultOf(error, this.#path);
      if (isBreaking(error)) this.#broken = fault;
      numbers.forget();
      this.#rollBack(database);
      return fault;
    }
  }

  /**
   * Copies the write-ahead log back and cuts it, since it still holds what was erased. The commit stands whether this succeeds
   * or not: on a full disk the log waits for the next time.
   */
  #emptyLog(database: DatabaseSync): void {
    try {
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch (error) {
      if (isBreaking(error)) this.#broken = faultOf(error, this.#path);
    }
  }

  /** SQLite itself has rolled back after some errors. Where it cannot, the open transaction must not be written to. */
  #rollBack(database: DatabaseSync): void {
    if (!database.isTransaction) return;
    try {
      database.exec('ROLLBACK');
    } catch (error) {
      this.#broken = faultOf(error, this.#path);
    }
  }
}
