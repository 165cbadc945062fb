import { compareBytes, equalBytes, textToBytes } from '../base/bytes.ts';
import { assert, present } from '../base/outcome.ts';
import type { Shape } from '../wire/shape.ts';

/**
 * One table of a rule set's state. A row's key is `<name>/<part>/…`, its value the canonical bytes of one message: that is
 * what the state root is computed over (protocol §5) and what the store keeps.
 */
export interface Table<Row> {
  readonly name: string;
  readonly shape: Shape<Row>;
}

/** One changed row; `value` undefined means removed. */
export interface StateChange {
  readonly key: string;
  readonly value: Uint8Array | undefined;
}

/** A row value of a state: canonical bytes or a row, each made of the other when first asked for. */
class Cell {
  #bytes: Uint8Array | undefined;
  #row: unknown;
  readonly #encode: () => Uint8Array;

  private constructor(bytes: Uint8Array | undefined, row: unknown, encode: () => Uint8Array) {
    this.#bytes = bytes;
    this.#row = row;
    this.#encode = encode;
  }

  static ofBytes(bytes: Uint8Array): Cell {
    return new Cell(bytes, undefined, () => bytes);
  }

  /** A batch may set one row a hundred times: only the last value is encoded. */
  static ofRow<Row>(table: Table<Row>, row: Row): Cell {
    return new Cell(undefined, row, () => table.shape.encode(row));
  }

  get bytes(): Uint8Array {
    this.#bytes ??= this.#encode();
    return this.#bytes;
  }

  row<Row>(table: Table<Row>): Row {
    this.#row ??= decodeRow(table, this.bytes);
    return this.#row as Row;
  }
}

/** Largest state row, in bytes; a member's week of issued intervals is the largest that rules make. */
const ROW_BYTES_MAX = 64 * 1024;

/** What rules read. */
export interface StateView {
  /** @returns the row, or undefined. */
  get<Row>(table: Table<Row>, ...key: readonly string[]): Row | undefined;
}

/** All rows of one book's rules, as left by the entries applied so far. */
export class BookState implements StateView {
  readonly #cells = new Map<string, Cell>();
  /** Keys by table, of the tables that were listed once: most have too many rows to look through again and again. */
  readonly #listed = new Map<string, Set<string>>();

  /** Makes a state from stored rows. */
  static of(rows: Iterable<{ readonly key: string; readonly value: Uint8Array }>): BookState {
    const state = new BookState();
    for (const row of rows) state.#cells.set(row.key, Cell.ofBytes(row.value));
    return state;
  }

  /** @returns a state of its own with the same rows. */
  copy(): BookState {
    const copy = new BookState();
    for (const [key, cell] of this.#cells) copy.#cells.set(key, cell);
    return copy;
  }

  get<Row>(table: Table<Row>, ...key: readonly string[]): Row | undefined {
    return this.#cells.get(rowKey(table, key))?.row(table);
  }

  /** Every row of a table with the parts of its key after the table's name, in order of key bytes. */
  rows<Row>(table: Table<Row>): readonly { readonly key: readonly string[]; readonly row: Row }[] {
    const prefix = `${table.name}/`;
    return inByteOrder([...this.#keysOf(table.name)]).map((key) => {
      const parts = key.slice(prefix.length).split('/');
      return { key: parts, row: present(this.get(table, ...parts), `row ${key} is there`) };
    });
  }

  #keysOf(name: string): ReadonlySet<string> {
    const listed = this.#listed.get(name);
    if (listed !== undefined) return listed;
    const keys = new Set([...this.#cells.keys()].filter((key) => tableOf(key) === name));
    this.#listed.set(name, keys);
    return keys;
  }

  /** Whether there is no row. */
  get isEmpty(): boolean {
    return this.#cells.size === 0;
  }

  /** Every key, in order of its bytes. */
  keys(): readonly string[] {
    return inByteOrder([...this.#cells.keys()]);
  }

  /** The canonical bytes of a row by its whole key, for roots and proofs. */
  bytesOf(key: string): Uint8Array | undefined {
    return this.#cells.get(key)?.bytes;
  }

  /** Takes over the changes of a draft whose entry was applied. */
  apply(draft: StateDraft): void {
    for (const [key, cell] of draft.cells()) {
      if (cell === undefined) this.#cells.delete(key);
      else this.#cells.set(key, cell);
      if (this.#listed.size > 0) this.#list(key, cell !== undefined);
    }
  }

  #list(key: string, isThere: boolean): void {
    const listed = this.#listed.get(tableOf(key));
    if (isThere) listed?.add(key);
    else listed?.delete(key);
  }

  /** Removes every row. */
  clear(): void {
    this.#cells.clear();
    this.#listed.clear();
  }

  /** @internal the cell behind a key, shared with drafts. */
  cellOf(key: string): Cell | undefined {
    return this.#cells.get(key);
  }
}

function tableOf(key: string): string {
  return key.slice(0, key.indexOf('/'));
}

/** The changes that one entry's rule makes; dropped when the entry is refused, so that a batch is atomic. */
export class StateDraft implements StateView {
  readonly #base: BookState;
  readonly #cells = new Map<string, Cell | undefined>();

  constructor(base: BookState) {
    this.#base = base;
  }

  get<Row>(table: Table<Row>, ...key: readonly string[]): Row | undefined {
    const whole = rowKey(table, key);
    const cell = this.#cells.get(whole);
    if (cell !== undefined) return cell.row(table);
    return this.#cells.has(whole) ? undefined : this.#base.get(table, ...key);
  }

  /** Sets a row, which must not be changed any more. A value that its shape refuses is found out by `changes`. */
  set<Row>(table: Table<Row>, key: readonly string[], row: Row): void {
    this.#cells.set(rowKey(table, key), Cell.ofRow(table, row));
  }

  /** Removes a row. */
  remove<Row>(table: Table<Row>, ...key: readonly string[]): void {
    this.#cells.set(rowKey(table, key), undefined);
  }

  /** The rows that differ from the base, in order of first change. */
  changes(): readonly StateChange[] {
    const changed: StateChange[] = [];
    for (const [key, cell] of this.#cells) {
      const before = this.#base.bytesOf(key);
      const same = before === undefined ? cell === undefined : cell !== undefined && equalBytes(before, cell.bytes);
      if (!same) changed.push({ key, value: cell?.bytes });
    }
    return changed;
  }

  /** @internal for BookState.apply. */
  cells(): Iterable<readonly [string, Cell | undefined]> {
    return this.#cells;
  }
}

function rowKey<Row>(table: Table<Row>, key: readonly string[]): string {
  for (const part of key)
    assert(part !== '' && !part.includes('/'), `a key part of table ${table.name} is empty or holds a slash`);
  return `${table.name}/${key.join('/')}`;
}

function inByteOrder(keys: readonly string[]): readonly string[] {
  return keys
    .map((key) => ({ key, bytes: textToBytes(key) }))
    .sort((left, right) => compareBytes(left.bytes, right.bytes))
    .map(({ key }) => key);
}

function decodeRow<Row>(table: Table<Row>, bytes: Uint8Array): Row {
  const row = table.shape.decode(bytes, ROW_BYTES_MAX);
  return present(row.ok ? row.value : undefined, `a stored row of table ${table.name} is canonical`);
}
