import { compareBytes, equalBytes, textToBytes } from '../../src/core/base/bytes.ts';
import type {
  BookRow,
  CarriedRow,
  EntryRow,
  SettingRow,
  StatementRow,
  StateRow,
  StoreWrite,
} from '../../src/ports/store.ts';

interface BookStateRow extends StateRow {
  readonly book: Uint8Array;
}

/** The oracle of the store contract: plain lists, each write a filter and a push. */
export class NaiveStore {
  books: BookRow[] = [];
  entries: EntryRow[] = [];
  carried: CarriedRow[] = [];
  states: BookStateRow[] = [];
  statements: StatementRow[] = [];
  settings: SettingRow[] = [];
  #arrival = 0;

  apply(write: StoreWrite): void {
    switch (write.type) {
      case 'putBook':
        this.books = [...this.books.filter(({ book }) => !equalBytes(book, write.row.book)), write.row];
        break;
      case 'deleteBook':
        this.books = this.books.filter(({ book }) => !equalBytes(book, write.book));
        this.entries = this.entries.filter(({ book }) => !equalBytes(book, write.book));
        this.carried = this.carried.filter(({ book }) => !equalBytes(book, write.book));
        this.states = this.states.filter(({ book }) => !equalBytes(book, write.book));
        break;
      case 'putEntry': {
        const held = this.entries.find(({ id }) => equalBytes(id, write.row.id));
        this.#arrival += 1;
        this.entries = this.entries.filter((row) => row !== held);
        this.entries.push({ ...write.row, arrival: held?.arrival ?? this.#arrival });
        break;
      }
      case 'deleteEntry':
        this.entries = this.entries.filter(({ id }) => !equalBytes(id, write.id));
        break;
      case 'putCarried':
        this.carried = this.carried.filter((row) => !isSameCarried(row, write.row));
        this.carried.push(write.row);
        break;
      case 'putState':
        this.states = this.states.filter((row) => !isState(row, write.book, write.row.key));
        this.states.push({ book: write.book, ...write.row });
        break;
      case 'deleteState':
        this.states = this.states.filter((row) => !isState(row, write.book, write.key));
        break;
      case 'putStatement':
        this.statements = this.statements.filter(({ digest }) => !equalBytes(digest, write.row.digest));
        this.statements.push(write.row);
        break;
      case 'deleteStatement':
        this.statements = this.statements.filter(({ digest }) => !equalBytes(digest, write.digest));
        break;
      case 'putSetting':
        this.settings = [...this.settings.filter(({ key }) => key !== write.row.key), write.row];
        break;
      case 'deleteSetting':
        this.settings = this.settings.filter(({ key }) => key !== write.key);
        break;
    }
  }

  mainEntriesOf(book: Uint8Array, from: number): EntryRow[] {
    return this.entries
      .filter((row) => equalBytes(row.book, book) && row.main && row.sequence >= from)
      .sort((left, right) => left.sequence - right.sequence || left.arrival - right.arrival);
  }

  entriesOfKind(kind: number, book?: Uint8Array): EntryRow[] {
    return this.entries
      .filter((row) => row.kind === kind && (book === undefined || equalBytes(row.book, book)))
      .sort((left, right) => right.arrival - left.arrival);
  }

  carriersOf(id: Uint8Array): CarriedRow[] {
    return this.carried
      .filter((row) => equalBytes(row.id, id))
      .sort((left, right) => compareBytes(left.book, right.book) || left.sequence - right.sequence);
  }

  stateOf(book: Uint8Array): StateRow[] {
    return byKey(this.states.filter((row) => equalBytes(row.book, book)).map(({ key, value }) => ({ key, value })));
  }

  settingsInOrder(): SettingRow[] {
    return byKey(this.settings);
  }

  booksInOrder(): BookRow[] {
    return this.books.toSorted((left, right) => compareBytes(left.book, right.book));
  }

  statementsInOrder(): StatementRow[] {
    return this.statements.toSorted((left, right) => compareBytes(left.digest, right.digest));
  }
}

function isSameCarried(left: CarriedRow, right: CarriedRow): boolean {
  return equalBytes(left.id, right.id) && equalBytes(left.book, right.book) && left.sequence === right.sequence;
}

function isState(row: BookStateRow, book: Uint8Array, key: string): boolean {
  return equalBytes(row.book, book) && row.key === key;
}

function byKey<Row extends StateRow>(rows: readonly Row[]): Row[] {
  return rows.toSorted((left, right) => compareBytes(textToBytes(left.key), textToBytes(right.key)));
}
