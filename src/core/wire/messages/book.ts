import {
  AFTER_IDS_MAX,
  BUNDLE_ITEMS_MAX,
  CARRIED_ENTRY_BYTES_MAX,
  ENTRY_BYTES_MAX,
  HEADER_BYTES_MAX,
  NETWORK_BYTES,
  OPENING_BYTES_MAX,
  PAYLOAD_BYTES_MAX,
  SALT_BYTES,
  SIGNATURE_BYTES,
  STATEMENT_BYTES_MAX,
  TIME_MS_MAX,
} from '../../base/limits.ts';
import { CHANNELS } from '../../base/region.ts';
import {
  bytesField,
  enumField,
  idField,
  integerField,
  listField,
  optionalField,
  optionalIdField,
  regionField,
  sortedIdsField,
  textField,
} from '../fields.ts';
import { mutua } from '../generated/mutua.js';
import { type Infer, shapeOf } from '../shape.ts';
import { IdentityEvent } from './identity.ts';

const { v1 } = mutua;
const UINT32_MAX = 2 ** 32 - 1;
/** Sequences are safe integers; a book of 2^53 entries will not be written. */
const sequenceField = integerField(0, Number.MAX_SAFE_INTEGER);
/** Entries that one Erase may name. */
export const ERASED_PER_ENTRY_MAX = 256;

/** A whole Entry carried inside another. */
export const carriedEntryField = bytesField(1, CARRIED_ENTRY_BYTES_MAX);
/** A whole Opening carried inside another entry or a statement. */
export const carriedOpeningField = bytesField(1, OPENING_BYTES_MAX);

/** One entry as it travels; payload and salt are both empty when erased. */
export const EntryMessage = shapeOf(v1.Entry, {
  header: bytesField(1, HEADER_BYTES_MAX),
  payload: bytesField(0, PAYLOAD_BYTES_MAX),
  salt: bytesField(0, SALT_BYTES),
  signature: bytesField(SIGNATURE_BYTES, SIGNATURE_BYTES),
});

/** What the signature of an entry covers. */
export const Header = shapeOf(v1.Header, {
  version: integerField(1, UINT32_MAX),
  network: bytesField(NETWORK_BYTES, NETWORK_BYTES),
  book: optionalIdField,
  sequence: sequenceField,
  previous: optionalIdField,
  kind: integerField(1, UINT32_MAX),
  payloadDigest: idField,
  payloadLength: integerField(0, PAYLOAD_BYTES_MAX),
  after: sortedIdsField(0, AFTER_IDS_MAX),
  claimedAt: integerField(0, TIME_MS_MAX),
});
/** See the shape of the same name. */
export type Header = Infer<typeof Header>;

/** A fact whose order does not matter. */
export const StatementMessage = shapeOf(v1.Statement, {
  kind: integerField(1, UINT32_MAX),
  author: optionalIdField,
  payload: bytesField(0, STATEMENT_BYTES_MAX),
  signature: bytesField(0, SIGNATURE_BYTES),
});

/** An entry or a statement, exactly one of them not empty. */
export const Item = shapeOf(v1.Item, {
  entry: bytesField(0, ENTRY_BYTES_MAX),
  statement: bytesField(0, STATEMENT_BYTES_MAX),
});
/** See the shape of the same name. */
export type Item = Infer<typeof Item>;

/** Sets apart a bundle that is told again. */
const NONCE_BYTES_MAX = 8;

/** An item is an entry or a statement with four bytes around it. */
export const ITEM_BYTES_MAX = ENTRY_BYTES_MAX + 8;
/** The bytes of an Item in a message that carries several; read each by `Item.decode`. */
export const itemBytesField = bytesField(1, ITEM_BYTES_MAX);

/** A gossip message. */
export const Bundle = shapeOf(v1.Bundle, {
  items: listField(itemBytesField, 1, BUNDLE_ITEMS_MAX),
  nonce: bytesField(0, NONCE_BYTES_MAX),
});

/** A place in a book. */
export const Head = shapeOf(v1.Head, { book: idField, sequence: sequenceField, id: idField });
/** See the shape of the same name. */
export type Head = Infer<typeof Head>;

/** The book that an Opening continues. */
export const Continues = shapeOf(v1.Continues, {
  book: idField,
  sequence: sequenceField,
  id: idField,
  epoch: integerField(0, UINT32_MAX),
});
/** See the shape of the same name. */
export type Continues = Infer<typeof Continues>;

/** The first entry of a book. */
export const Opening = shapeOf(v1.Opening, {
  identity: idField,
  device: idField,
  region: regionField,
  channel: enumField(CHANNELS),
  logNumber: integerField(0, UINT32_MAX),
  logDigest: idField,
  log: listField(IdentityEvent, 0, 64),
  continues: optionalField(Continues),
});
/** See the shape of the same name. */
export type Opening = Infer<typeof Opening>;

/** A request to delete payloads of the author's own entries. */
export const Erase = shapeOf(v1.Erase, { entries: sortedIdsField(1, ERASED_PER_ENTRY_MAX) });
/** See the shape of the same name. */
export type Erase = Infer<typeof Erase>;

const headerField = bytesField(1, HEADER_BYTES_MAX);
const signatureField = bytesField(SIGNATURE_BYTES, SIGNATURE_BYTES);

/** Two signed headers of one book with one sequence. */
export const ForkProof = shapeOf(v1.ForkProof, {
  opening: carriedOpeningField,
  first: headerField,
  firstSignature: signatureField,
  second: headerField,
  secondSignature: signatureField,
});
/** See the shape of the same name. */
export type ForkProof = Infer<typeof ForkProof>;

/** Outer facts that bind the book from this entry on. */
export const Noted = shapeOf(v1.Noted, {
  openings: listField(carriedOpeningField, 0, 64),
  identityEvents: listField(IdentityEvent, 0, 64),
  forkProofs: listField(ForkProof, 0, 16),
});
/** See the shape of the same name. */
export type Noted = Infer<typeof Noted>;

/** Name, description and contact of an identity; erasable. */
export const Profile = shapeOf(v1.Profile, {
  name: textField(120, 1),
  description: textField(2000),
  contact: textField(400),
});
/** See the shape of the same name. */
export type Profile = Infer<typeof Profile>;
