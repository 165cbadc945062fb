import {
  ID_BYTES,
  MERKLE_PATH_MAX,
  OPENING_BYTES_MAX,
  WITNESS_STATEMENT_BYTES_MAX,
  WITNESSES_MAX,
} from '../../base/limits.ts';
import {
  amountField,
  boolField,
  bytesField,
  enumField,
  idField,
  integerField,
  listField,
  optionalField,
} from '../fields.ts';
import { mutua } from '../generated/mutua.js';
import { type Infer, shapeOf } from '../shape.ts';
import { Head } from './book.ts';

const { v1 } = mutua;
const epochField = integerField(0, 2 ** 32 - 1);
/** A book has its Opening at least. */
const sizeField = integerField(1, Number.MAX_SAFE_INTEGER);
const statementField = bytesField(1, WITNESS_STATEMENT_BYTES_MAX);

/** What a ledger has issued and retired, in labor-seconds; zero in any other book. */
export const Totals = shapeOf(v1.Totals, { issued: amountField, retired: amountField });
/** See the shape of the same name. */
export type Totals = Infer<typeof Totals>;

/** What a writer says of its book at one size. */
export const Checkpoint = shapeOf(v1.Checkpoint, {
  book: idField,
  epoch: epochField,
  charterHead: Head,
  size: sizeField,
  root: idField,
  head: idField,
  stateRoot: idField,
  totals: Totals,
});
/** See the shape of the same name. */
export type Checkpoint = Infer<typeof Checkpoint>;

/** A witness confirms a checkpoint. */
export const Cosignature = shapeOf(v1.Cosignature, {
  book: idField,
  witness: idField,
  checkpoint: idField,
  previousSize: integerField(0, Number.MAX_SAFE_INTEGER),
  auditing: boolField,
});
/** See the shape of the same name. */
export type Cosignature = Infer<typeof Cosignature>;

/** A checkpoint and cosignatures under it. */
export const Certificate = shapeOf(v1.Certificate, {
  checkpoint: statementField,
  cosignatures: listField(statementField, 0, WITNESSES_MAX * 2),
});
/** See the shape of the same name. */
export type Certificate = Infer<typeof Certificate>;

/** A witness says that it holds a certificate. */
export const HeldNotice = shapeOf(v1.HeldNotice, { book: idField, witness: idField, checkpoint: idField });
/** See the shape of the same name. */
export type HeldNotice = Infer<typeof HeldNotice>;

/** The certificate that a seal hands over. */
export const Certified = shapeOf(v1.Certified, { epoch: epochField, size: sizeField, checkpoint: idField });
/** See the shape of the same name. */
export type Certified = Infer<typeof Certified>;

/** A witness ends an epoch for one successor. */
export const EpochSeal = shapeOf(v1.EpochSeal, {
  book: idField,
  epoch: epochField,
  witness: idField,
  successor: idField,
  certificate: optionalField(Certified),
});
/** See the shape of the same name. */
export type EpochSeal = Infer<typeof EpochSeal>;

/** What evidence shows, in the order of the enumeration. */
export const EVIDENCE_TYPES = ['sameSize', 'otherLeaf', 'rollback', 'sealedTwice', 'sealedBelow'] as const;
/** One of them. */
export type EvidenceType = (typeof EVIDENCE_TYPES)[number];

/** An entry's place in the tree of a checkpoint. */
export const Leaf = shapeOf(v1.Leaf, {
  id: idField,
  path: listField(bytesField(ID_BYTES, ID_BYTES), 0, MERKLE_PATH_MAX),
});
/** See the shape of the same name. */
export type Leaf = Infer<typeof Leaf>;

/** Signed words that exclude each other. */
export const Evidence = shapeOf(v1.Evidence, {
  type: enumField(EVIDENCE_TYPES),
  opening: bytesField(0, OPENING_BYTES_MAX),
  statements: listField(statementField, 2, 4),
  index: integerField(0, Number.MAX_SAFE_INTEGER),
  leaves: listField(Leaf, 0, 2),
});
/** See the shape of the same name. */
export type Evidence = Infer<typeof Evidence>;
