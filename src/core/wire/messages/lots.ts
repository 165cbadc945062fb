import { TIME_MS_MAX } from '../../base/limits.ts';
import {
  boolField,
  bytesField,
  enumField,
  idField,
  integerField,
  listField,
  optionalField,
  sortedIdsField,
} from '../fields.ts';
import { mutua } from '../generated/mutua.js';
import { type Infer, shapeOf } from '../shape.ts';
import { carriedEntryField, Head } from './book.ts';

const { v1 } = mutua;
/** Parties of one lot, so that what they send fits one entry. */
export const LOT_PARTIES_MAX = 16;
/** How many are drawn at once: a large jury. */
export const LOT_DRAWN_MAX = 64;
/** Who is left out of one lot: parties to a conflict, and those who served before. */
export const LOT_EXCLUDED_MAX = 64;

const secretField = bytesField(32, 32);
const timeField = integerField(0, TIME_MS_MAX);
const partiesField = sortedIdsField(1, LOT_PARTIES_MAX);
const excludedField = sortedIdsField(0, LOT_EXCLUDED_MAX);
const drawnField = listField(idField, 0, LOT_DRAWN_MAX);
const withheldField = sortedIdsField(0, LOT_PARTIES_MAX);

/** A party binds itself to a secret. */
export const LotCommitment = shapeOf(v1.LotCommitment, { body: idField, lot: idField, commitment: secretField });
/** See the shape of the same name. */
export type LotCommitment = Infer<typeof LotCommitment>;

/** A party shows its secret. */
export const LotSecret = shapeOf(v1.LotSecret, { body: idField, lot: idField, secret: secretField });
/** See the shape of the same name. */
export type LotSecret = Infer<typeof LotSecret>;

/** A body calls a lot. */
export const Lot = shapeOf(v1.Lot, {
  memberHead: Head,
  parties: partiesField,
  excluded: excludedField,
  count: integerField(1, LOT_DRAWN_MAX),
  textDigest: idField,
  commitBy: timeField,
  revealBy: timeField,
});
/** See the shape of the same name. */
export type Lot = Infer<typeof Lot>;

/** The commitments, and from whom is drawn. */
export const LotSealed = shapeOf(v1.LotSealed, {
  lot: idField,
  commitments: listField(carriedEntryField, 1, LOT_PARTIES_MAX),
  pool: Head,
});
/** See the shape of the same name. */
export type LotSealed = Infer<typeof LotSealed>;

/** The secrets, and who was drawn. */
export const LotDrawn = shapeOf(v1.LotDrawn, {
  lot: idField,
  secrets: listField(carriedEntryField, 0, LOT_PARTIES_MAX),
  drawn: drawnField,
  withheld: withheldField,
  weak: boolField,
});
/** See the shape of the same name. */
export type LotDrawn = Infer<typeof LotDrawn>;

/** Where a lot stands; the order gives the proto numbers. */
export const LOT_STATES = ['called', 'sealed', 'drawn'] as const;
/** One of LOT_STATES. */
export type LotState = (typeof LOT_STATES)[number];

/** What one party committed to. */
export const LotCommitted = shapeOf(v1.LotCommitted, { party: idField, commitment: secretField });
/** See the shape of the same name. */
export type LotCommitted = Infer<typeof LotCommitted>;

/** Row of `lots/<lot>`. */
export const LotRow = shapeOf(v1.LotRow, {
  state: enumField(LOT_STATES),
  sequence: integerField(0, Number.MAX_SAFE_INTEGER),
  textDigest: idField,
  parties: partiesField,
  excluded: excludedField,
  count: integerField(1, LOT_DRAWN_MAX),
  commitBy: timeField,
  revealBy: timeField,
  committed: listField(LotCommitted, 0, LOT_PARTIES_MAX),
  pool: optionalField(Head),
  drawn: drawnField,
  withheld: withheldField,
  weak: boolField,
});
/** See the shape of the same name. */
export type LotRow = Infer<typeof LotRow>;
