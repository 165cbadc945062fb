import { ID_BYTES, MERKLE_PATH_MAX, SIGNATURE_BYTES } from '../../base/limits.ts';
import { boolField, bytesField, enumField, idField, integerField, listField, optionalField } from '../fields.ts';
import { mutua } from '../generated/mutua.js';
import { type Infer, shapeOf } from '../shape.ts';
import { carriedEntryField, carriedOpeningField, Head, itemBytesField } from './book.ts';
import { IDENTITY_KINDS, IdentityEvent } from './identity.ts';
import { Checkpoint } from './witness.ts';

const { v1 } = mutua;
const UINT32_MAX = 2 ** 32 - 1;
/** Items of one submit request. */
export const SUBMIT_ITEMS_MAX = 64;

const sequenceField = integerField(0, Number.MAX_SAFE_INTEGER);

/** Whose node the speaker is. */
export const SubmitHello = shapeOf(v1.SubmitHello, {
  identity: idField,
  device: idField,
  log: listField(IdentityEvent, 0, 64),
  logNumber: integerField(0, UINT32_MAX),
  logDigest: idField,
  signature: bytesField(SIGNATURE_BYTES, SIGNATURE_BYTES),
  answer: boolField,
});
/** See the shape of the same name. */
export type SubmitHello = Infer<typeof SubmitHello>;

/** Items for the body that answers. */
export const SubmitRequest = shapeOf(v1.SubmitRequest, {
  number: integerField(0, UINT32_MAX),
  items: listField(itemBytesField, 1, SUBMIT_ITEMS_MAX),
});

/** What became of one submitted item. The order gives the wire numbers. */
export const SUBMIT_WORDS = ['accepted', 'pending', 'refused', 'later'] as const;

/** See SUBMIT_WORDS; `code` is the number of a refusal code, `carrier` the entry that carries the item. */
export const SubmitOutcome = shapeOf(v1.SubmitOutcome, {
  word: enumField(SUBMIT_WORDS),
  code: integerField(0, UINT32_MAX),
  carrier: optionalField(Head),
});
/** See the shape of the same name. */
export type SubmitOutcome = Infer<typeof SubmitOutcome>;

/** One outcome for each item of a request. */
export const SubmitAnswer = shapeOf(v1.SubmitAnswer, {
  number: integerField(0, UINT32_MAX),
  outcomes: listField(SubmitOutcome, 0, SUBMIT_ITEMS_MAX),
});

/** A frame of /mutua/submit/1; exactly one member is there. */
export const SubmitFrame = shapeOf(v1.SubmitFrame, {
  hello: optionalField(SubmitHello),
  request: optionalField(SubmitRequest),
  answer: optionalField(SubmitAnswer),
});
/** See the shape of the same name. */
export type SubmitFrame = Infer<typeof SubmitFrame>;

/** What a peer knows of one book beside its entries. */
export const BookMeta = shapeOf(v1.BookMeta, {
  opening: carriedOpeningField,
  kind: enumField(IDENTITY_KINDS),
  sequence: sequenceField,
  head: idField,
  judged: sequenceField,
  forkSequence: sequenceField,
  bytes: sequenceField,
  arrival: sequenceField,
});
/** See the shape of the same name. */
export type BookMeta = Infer<typeof BookMeta>;

/** An entry that waits for this body to carry it. */
export const InboxItem = shapeOf(v1.InboxItem, { opening: carriedOpeningField, entry: carriedEntryField });

/** What a witness remembers of a body's book. */
export const WitnessRow = shapeOf(v1.WitnessRow, {
  last: optionalField(Checkpoint),
  sealedEpochs: integerField(0, UINT32_MAX),
});

/** The tree over the ids of a book's first entries. */
export const EntryTreeRow = shapeOf(v1.EntryTreeRow, {
  size: integerField(1, Number.MAX_SAFE_INTEGER),
  head: idField,
  hashes: listField(bytesField(ID_BYTES, ID_BYTES), 1, MERKLE_PATH_MAX),
});
