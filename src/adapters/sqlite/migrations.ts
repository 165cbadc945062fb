/**
 * The schema, step by step: `PRAGMA user_version` counts the steps taken. Steps are only ever added at the end.
 *
 * An entry names its book by a small number, so that neither table nor index repeats 32 bytes; a number is given on first
 * mention, and its `meta` stays NULL until the book's row is put. An index by id holds the first 8 bytes of it; who looks
 * there compares the whole id in the table. Every table that names a book can be searched by it, since under a flood of
 * strangers' books many are deleted.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE books (number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, meta BLOB) STRICT;

  CREATE TABLE entries (
    arrival INTEGER PRIMARY KEY,
    book INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    main INTEGER NOT NULL,
    id BLOB NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE INDEX entries_by_id ON entries (substr(id, 1, 8));
  CREATE INDEX entries_by_book ON entries (book, sequence);
  CREATE INDEX entries_by_kind ON entries (kind);

  CREATE TABLE carried (
    id BLOB NOT NULL,
    book INTEGER NOT NULL,
    sequence INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX carried_by_id ON carried (substr(id, 1, 8));
  CREATE INDEX carried_by_book ON carried (book);

  CREATE TABLE state (
    book INTEGER NOT NULL,
    key TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (book, key)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE statements (
    digest BLOB PRIMARY KEY,
    topic TEXT NOT NULL,
    kind INTEGER NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE settings (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
  `,
  // Rows of the rules changed their shape. A book whose rows are gone takes its effects again, from its entries.
  `
  DELETE FROM state;
  `,
  // Member books keep every charter.
  `
  DELETE FROM state;
  `,
  // Proposals keep their deadline, and member books what they refused: entries of these kinds took no effect before.
  `
  DELETE FROM state;
  `,
  // Proposals name their Close, mandates the membership of whom was vouched for, and decisions the charter that they amend.
  `
  DELETE FROM state;
  `,
];
