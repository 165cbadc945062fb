import { bytesToId, type Id, idToBytes, parseId } from '../../core/base/id.ts';
import { merkleLeaf } from '../../core/base/merkle.ts';
import { growthPath } from '../../core/base/merkle-growth.ts';
import { EntryTreeRow } from '../../core/wire/messages/peer.ts';
import { EMPTY_ENTRY_TREE, type EntryTree, growEntryTree } from '../../core/witness/checkpoint.ts';
import type { EntryRow, SettingRow } from '../../ports/store.ts';
import type { Book } from '../book.ts';
import { REPLAY_BYTES_MAX, REPLAY_ENTRIES_MAX, TREE_SAVED_ENTRIES, TREES_PER_BOOK_MAX } from '../constants.ts';
import type { Query } from '../events.ts';
import type { World } from '../world.ts';

const PREFIX = 'tree/';
/** 53 hashes and two numbers. */
const ROW_BYTES_MAX = 2048;

/** Asks the store; the rows come later. */
type Load = (query: Query, then: (rows: readonly EntryRow[]) => void) => void;

interface Kept {
  /** By size, smallest first. */
  readonly trees: EntryTree[];
  savedSize: number;
}

/** The trees over the entries of the books that witnesses confirm, at the sizes that are asked for. Memory grows with the books, not with their entries. */
export class EntryTrees {
  readonly #world: World;
  readonly #load: Load;
  readonly #kept = new Map<Id, Kept>();

  constructor(world: World, load: Load) {
    this.#world = world;
    this.#load = load;
  }

  /** Takes back a stored setting. @returns whether it is one of these. */
  restore({ key, value }: SettingRow): boolean {
    if (!key.startsWith(PREFIX)) return false;
    const [book, row] = [parseId(key.slice(PREFIX.length)), EntryTreeRow.decode(value, ROW_BYTES_MAX)];
    if (book === undefined || !row.ok) return true;
    const { size, head, hashes } = row.value;
    this.#kept.set(book, { trees: [{ frontier: { size, hashes }, head }], savedSize: size });
    return true;
  }

  /** Gives the tree over the first `size` entries, at once where they are in memory; undefined where they are not (all) here. */
  at(book: Book, size: number, then: (tree: EntryTree | undefined) => void): void {
    const kept = this.#kept.get(book.id)?.trees.findLast((tree) => tree.frontier.size <= size);
    const base = kept !== undefined && this.#isOn(book, kept) ? kept : EMPTY_ENTRY_TREE;
    if (base.frontier.size === size) return then(base);
    this.#grow(book, base, size, (tree) => {
      if (tree !== undefined) this.#keep(book.id, tree);
      then(tree);
    });
  }

  /** Gives the proof that the first `before` entries begin the first `size`: none where `before` is 0, undefined where entries are missing. */
  consistency(book: Book, before: number, size: number, then: (path: readonly Uint8Array[] | undefined) => void): void {
    if (before === 0 || before >= size) return then([]);
    this.at(book, before, (tree) => {
      if (tree === undefined) return then(undefined);
      this.#ids(book, before - 1, size, (ids) => {
        const [last, ...added] = ids ?? [];
        if (last === undefined || last !== tree.head) return then(undefined);
        then(
          growthPath(
            tree.frontier,
            added.map((id) => merkleLeaf(idToBytes(id))),
          ),
        );
      });
    });
  }

  /** A book that was cut at a fork has other entries than its tree. */
  #isOn(book: Book, { frontier, head }: EntryTree): boolean {
    const held = book.ids.get(frontier.size - 1);
    return book.head.sequence + 1 >= frontier.size && (held === undefined || held === head);
  }

  #grow(book: Book, base: EntryTree, size: number, then: (tree: EntryTree | undefined) => void): void {
    const { size: from } = base.frontier;
    if (from >= size) return then(from === size ? base : undefined);
    // The entry before comes along, to see that the book still goes on from where the tree ends.
    this.#ids(book, Math.max(0, from - 1), Math.min(size, from + REPLAY_ENTRIES_MAX), (ids) => {
      const isOn = from === 0 || ids?.[0] === base.head;
      if (ids !== undefined && isOn)
        return this.#grow(book, growEntryTree(base, from === 0 ? ids : ids.slice(1)), size, then);
      if (from === 0 || ids === undefined) return then(undefined);
      this.#kept.delete(book.id);
      this.#grow(book, EMPTY_ENTRY_TREE, size, then);
    });
  }

  /** Gives the ids of the entries from `from` to before `to`, from memory or from the store; undefined where one is missing. */
  #ids(book: Book, from: number, to: number, then: (ids: readonly Id[] | undefined) => void): void {
    const ids: Id[] = [];
    for (let sequence = from; sequence < to; sequence += 1) {
      const id = book.ids.get(sequence);
      if (id === undefined) break;
      ids.push(id);
    }
    if (ids.length === to - from) return then(ids);
    if (to > book.head.sequence + 1) return then(undefined);
    this.#loadIds(book, from, to, then);
  }

  #loadIds(book: Book, from: number, to: number, then: (ids: readonly Id[] | undefined) => void): void {
    const limit = Math.min(to - from, REPLAY_ENTRIES_MAX);
    this.#load({ type: 'run', book: book.id, from, limit, bytesMax: REPLAY_BYTES_MAX }, (rows) => {
      const ids = rows.map((row) => bytesToId(row.id));
      const isRun = rows.length > 0 && rows.every((row, index) => row.sequence === from + index);
      if (!isRun || from + rows.length > book.head.sequence + 1) return then(undefined);
      if (ids.length === to - from) return then(ids);
      this.#loadIds(book, from + ids.length, to, (more) => then(more === undefined ? undefined : [...ids, ...more]));
    });
  }

  #keep(book: Id, tree: EntryTree): void {
    const kept = this.#kept.get(book) ?? { trees: [], savedSize: 0 };
    this.#kept.set(book, kept);
    const { size, hashes } = tree.frontier;
    const others = kept.trees.filter(({ frontier }) => frontier.size !== size);
    const sorted = [...others, tree].sort((left, right) => left.frontier.size - right.frontier.size);
    kept.trees.splice(0, kept.trees.length, ...sorted.slice(-TREES_PER_BOOK_MAX));
    if (tree.head === undefined || Math.abs(size - kept.savedSize) < TREE_SAVED_ENTRIES) return;
    kept.savedSize = size;
    const row = { key: PREFIX + book, value: EntryTreeRow.encode({ size, head: tree.head, hashes }) };
    this.#world.writeRow(row.key, { type: 'putSetting', row });
  }
}
