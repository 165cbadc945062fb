/** How the closed list of writes is packed: the number of its type, then its fields. Between threads only, never stored. */
import { present } from '../../core/base/outcome.ts';
import type { StoreWrite } from '../../ports/store.ts';
import type { Packer, RowPacking, Unpacker } from './packing.ts';

/** Packs writes. What is unpacked looks into the packed bytes. */
export const WRITE_PACKING: RowPacking<StoreWrite> = { pack: packWrite, unpack: unpackWrite };

const TYPES: readonly StoreWrite['type'][] = [
  'putBook',
  'deleteBook',
  'putEntry',
  'deleteEntry',
  'putCarried',
  'putState',
  'deleteState',
  'putStatement',
  'deleteStatement',
  'putSetting',
  'deleteSetting',
];

function packWrite(packer: Packer, write: StoreWrite): void {
  packer.number(TYPES.indexOf(write.type));
  switch (write.type) {
    case 'putBook':
      packer.bytes(write.row.book);
      packer.bytes(write.row.meta);
      break;
    case 'deleteBook':
      packer.bytes(write.book);
      break;
    case 'putEntry':
      packer.bytes(write.row.id);
      packer.bytes(write.row.book);
      packer.number(write.row.sequence);
      packer.number(write.row.kind);
      packer.number(write.row.main ? 1 : 0);
      packer.bytes(write.row.bytes);
      break;
    case 'deleteEntry':
      packer.bytes(write.id);
      break;
    case 'putCarried':
      packer.bytes(write.row.id);
      packer.bytes(write.row.book);
      packer.number(write.row.sequence);
      break;
    case 'putState':
      packer.bytes(write.book);
      packer.text(write.row.key);
      packer.bytes(write.row.value);
      break;
    case 'deleteState':
      packer.bytes(write.book);
      packer.text(write.key);
      break;
    case 'putStatement':
      packer.bytes(write.row.digest);
      packer.text(write.row.topic);
      packer.number(write.row.kind);
      packer.bytes(write.row.bytes);
      break;
    case 'deleteStatement':
      packer.bytes(write.digest);
      break;
    case 'putSetting':
      packer.text(write.row.key);
      packer.bytes(write.row.value);
      break;
    case 'deleteSetting':
      packer.text(write.key);
      break;
  }
}

function unpackWrite(unpacker: Unpacker): StoreWrite {
  const type = present(TYPES[unpacker.number()], 'a packed write has a known type');
  switch (type) {
    case 'putBook':
      return { type, row: { book: unpacker.bytes(), meta: unpacker.bytes() } };
    case 'deleteBook':
      return { type, book: unpacker.bytes() };
    case 'putEntry':
      return { type, row: unpackEntry(unpacker) };
    case 'deleteEntry':
      return { type, id: unpacker.bytes() };
    case 'putCarried':
      return { type, row: { id: unpacker.bytes(), book: unpacker.bytes(), sequence: unpacker.number() } };
    case 'putState':
      return { type, book: unpacker.bytes(), row: { key: unpacker.text(), value: unpacker.bytes() } };
    case 'deleteState':
      return { type, book: unpacker.bytes(), key: unpacker.text() };
    case 'putStatement':
      return { type, row: unpackStatement(unpacker) };
    case 'deleteStatement':
      return { type, digest: unpacker.bytes() };
    case 'putSetting':
      return { type, row: { key: unpacker.text(), value: unpacker.bytes() } };
    case 'deleteSetting':
      return { type, key: unpacker.text() };
  }
}

function unpackEntry(unpacker: Unpacker): Extract<StoreWrite, { type: 'putEntry' }>['row'] {
  return {
    id: unpacker.bytes(),
    book: unpacker.bytes(),
    sequence: unpacker.number(),
    kind: unpacker.number(),
    main: unpacker.number() === 1,
    bytes: unpacker.bytes(),
  };
}

function unpackStatement(unpacker: Unpacker): Extract<StoreWrite, { type: 'putStatement' }>['row'] {
  return { digest: unpacker.bytes(), topic: unpacker.text(), kind: unpacker.number(), bytes: unpacker.bytes() };
}
