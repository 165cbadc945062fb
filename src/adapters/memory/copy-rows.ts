/** Deep copies: what a user does to bytes it gave or got never reaches what is stored. */
import type { BookRow, CarriedRow, EntryRow, StatementRow, StateRow, StoreWrite } from '../../ports/store.ts';

/** @returns a copy that shares no bytes. */
export function copyBookRow({ book, meta }: BookRow): BookRow {
  return { book: copyBytes(book), meta: copyBytes(meta) };
}

/** @returns a copy that shares no bytes, with its arrival where it has one. */
export function copyEntryRow<Row extends Omit<EntryRow, 'arrival'>>(row: Row): Row {
  return { ...row, id: copyBytes(row.id), book: copyBytes(row.book), bytes: copyBytes(row.bytes) };
}

/** @returns a copy that shares no bytes. */
export function copyCarriedRow({ id, book, sequence }: CarriedRow): CarriedRow {
  return { id: copyBytes(id), book: copyBytes(book), sequence };
}

/** @returns a copy of a state or setting row that shares no bytes. */
export function copyKeyedRow({ key, value }: StateRow): StateRow {
  return { key, value: copyBytes(value) };
}

/** @returns a copy that shares no bytes. */
export function copyStatementRow(row: StatementRow): StatementRow {
  return { ...row, digest: copyBytes(row.digest), bytes: copyBytes(row.bytes) };
}

/** @returns a copy that shares no bytes. */
export function copyWrite(write: StoreWrite): StoreWrite {
  switch (write.type) {
    case 'putBook':
      return { ...write, row: copyBookRow(write.row) };
    case 'putEntry':
      return { ...write, row: copyEntryRow(write.row) };
    case 'putCarried':
      return { ...write, row: copyCarriedRow(write.row) };
    case 'putState':
      return { ...write, book: copyBytes(write.book), row: copyKeyedRow(write.row) };
    case 'putStatement':
      return { ...write, row: copyStatementRow(write.row) };
    case 'putSetting':
      return { ...write, row: copyKeyedRow(write.row) };
    case 'deleteBook':
    case 'deleteState':
      return { ...write, book: copyBytes(write.book) };
    case 'deleteEntry':
      return { ...write, id: copyBytes(write.id) };
    case 'deleteStatement':
      return { ...write, digest: copyBytes(write.digest) };
    case 'deleteSetting':
      return write;
  }
}

/** Not `slice`: that of a Buffer shares the bytes. */
function copyBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
