import { ATTESTORS_MAX, FOUNDERS_MAX, SIGNATURE_BYTES, TIME_MS_MAX, WITNESSES_MAX } from '../../base/limits.ts';
import {
  amountField,
  bytesField,
  enumField,
  idField,
  integerField,
  listField,
  optionalIdField,
  sortedIdsField,
  textField,
} from '../fields.ts';
import { mutua } from '../generated/mutua.js';
import { type Infer, shapeOf } from '../shape.ts';
import { carriedEntryField, Head } from './book.ts';
import { IdentityEvent } from './identity.ts';
import { DecisionRule, MATTERS } from './rules.ts';

const { v1 } = mutua;
/** Number of a change of the membership, from 1; 0 for none. */
const changeField = integerField(0, 2 ** 32 - 1);

/** Published criteria of one charter. */
export const CRITERIA_MAX = 32;

/** The numbers of a charter; its words stand in a CharterText. */
export const Charter = shapeOf(v1.Charter, {
  textDigest: idField,
  criteria: integerField(0, CRITERIA_MAX),
  attestationCount: integerField(1, ATTESTORS_MAX),
  rules: listField(DecisionRule, 0, MATTERS.length),
  witnesses: sortedIdsField(0, WITNESSES_MAX),
});
/** See the shape of the same name. */
export type Charter = Infer<typeof Charter>;

/** Purpose and criteria of admission in words; erasable. */
export const CharterText = shapeOf(v1.CharterText, {
  purpose: textField(2000, 1),
  criteria: listField(textField(400, 1), 0, CRITERIA_MAX),
});
/** See the shape of the same name. */
export type CharterText = Infer<typeof CharterText>;

/** What a founder signs. */
export const FoundingTerms = shapeOf(v1.FoundingTerms, {
  body: idField,
  charterDigest: idField,
  founders: sortedIdsField(1, FOUNDERS_MAX),
});
/** See the shape of the same name. */
export type FoundingTerms = Infer<typeof FoundingTerms>;

/** One founder's signature under the terms, by a device that its carried log grants. */
export const Acceptance = shapeOf(v1.Acceptance, {
  founder: idField,
  device: idField,
  log: listField(IdentityEvent, 1, 64),
  signature: bytesField(SIGNATURE_BYTES, SIGNATURE_BYTES),
});
/** See the shape of the same name. */
export type Acceptance = Infer<typeof Acceptance>;

/** The first entry of a member book after its Opening. */
export const Founding = shapeOf(v1.Founding, { charter: Charter, acceptances: listField(Acceptance, 1, FOUNDERS_MAX) });
/** See the shape of the same name. */
export type Founding = Infer<typeof Founding>;

/** A person asks to be admitted under the charter that it has read. */
export const Apply = shapeOf(v1.Apply, { body: idField, charterHead: Head, afterChange: changeField });
/** See the shape of the same name. */
export type Apply = Infer<typeof Apply>;

/** The body's half of an admission. */
export const Admit = shapeOf(v1.Admit, { apply: carriedEntryField });
/** A member goes; nobody can refuse it. */
export const Leave = shapeOf(v1.Leave, { body: idField, afterChange: changeField });
/** The body's record of a Leave. */
export const Left = shapeOf(v1.Left, { leave: carriedEntryField });
/** The body counts an identity's books among the known ones. */
export const Vouch = shapeOf(v1.Vouch, { identity: idField });

/** The body answers an application by a criterion of its charter. */
export const Refused = shapeOf(v1.Refused, {
  apply: carriedEntryField,
  criterion: integerField(1, CRITERIA_MAX),
  reasonDigest: optionalIdField,
});
/** See the shape of the same name. */
export type Refused = Infer<typeof Refused>;

/** Why the criterion is not met, in words; erasable. */
export const RefusedReason = shapeOf(v1.RefusedReason, { text: textField(2000, 1) });
/** Whose application was refused asks the body to look at it again. */
export const Appeal = shapeOf(v1.Appeal, { body: idField, refused: idField, apply: idField });
/** See the shape of the same name. */
export type Appeal = Infer<typeof Appeal>;

/** The body's record of an Appeal. */
export const Appealed = shapeOf(v1.Appealed, { appeal: carriedEntryField });

/** The body lets a delegate act for it. */
export const Mandate = shapeOf(v1.Mandate, {
  delegate: idField,
  at: idField,
  matters: listField(enumField(MATTERS), 0, MATTERS.length),
  amount: amountField,
  from: integerField(0, TIME_MS_MAX),
  to: integerField(0, TIME_MS_MAX),
});
/** See the shape of the same name. */
export type Mandate = Infer<typeof Mandate>;

/** The body takes a mandate back. */
export const Recall = shapeOf(v1.Recall, { mandate: idField });
/** The term of a mandate is over. */
export const MandateEnded = shapeOf(v1.MandateEnded, { mandate: idField });
