/** How each kind of row of the port is packed. What is read is copied out, so that one kept row keeps no whole answer alive. */
import type { BookRow, CarriedRow, EntryRow, StatementRow, StateRow } from '../../ports/store.ts';
import type { RowPacking, Unpacker } from './packing.ts';

/** Packs raw ids. */
export const ID_PACKING: RowPacking<Uint8Array> = {
  pack: (packer, id) => packer.bytes(id),
  unpack: ownBytes,
};

/** Packs book rows. */
export const BOOK_PACKING: RowPacking<BookRow> = {
  pack(packer, { book, meta }) {
    packer.bytes(book);
    packer.bytes(meta);
  },
  unpack: (unpacker) => ({ book: ownBytes(unpacker), meta: ownBytes(unpacker) }),
};

/** Packs entry rows. */
export const ENTRY_PACKING: RowPacking<EntryRow> = {
  pack(packer, { id, book, sequence, kind, main, bytes, arrival }) {
    packer.bytes(id);
    packer.bytes(book);
    packer.number(sequence);
    packer.number(kind);
    packer.number(main ? 1 : 0);
    packer.bytes(bytes);
    packer.number(arrival);
  },
  unpack: (unpacker) => ({
    id: ownBytes(unpacker),
    book: ownBytes(unpacker),
    sequence: unpacker.number(),
    kind: unpacker.number(),
    main: unpacker.number() === 1,
    bytes: ownBytes(unpacker),
    arrival: unpacker.number(),
  }),
};

/** Packs carried rows. */
export const CARRIED_PACKING: RowPacking<CarriedRow> = {
  pack(packer, { id, book, sequence }) {
    packer.bytes(id);
    packer.bytes(book);
    packer.number(sequence);
  },
  unpack: (unpacker) => ({ id: ownBytes(unpacker), book: ownBytes(unpacker), sequence: unpacker.number() }),
};

/** Packs state rows and setting rows, which look the same. */
export const KEYED_PACKING: RowPacking<StateRow> = {
  pack(packer, { key, value }) {
    packer.text(key);
    packer.bytes(value);
  },
  unpack: (unpacker) => ({ key: unpacker.text(), value: ownBytes(unpacker) }),
};

/** Packs statement rows. */
export const STATEMENT_PACKING: RowPacking<StatementRow> = {
  pack(packer, { digest, topic, kind, bytes }) {
    packer.bytes(digest);
    packer.text(topic);
    packer.number(kind);
    packer.bytes(bytes);
  },
  unpack: (unpacker) => ({
    digest: ownBytes(unpacker),
    topic: unpacker.text(),
    kind: unpacker.number(),
    bytes: ownBytes(unpacker),
  }),
};

function ownBytes(unpacker: Unpacker): Uint8Array {
  return unpacker.bytes().slice();
}
