import { RATIO_TERM_MAX } from '../../base/amount.ts';
import { CHANNELS } from '../../base/region.ts';
import {
  amountField,
  boolField,
  enumField,
  idField,
  integerField,
  listField,
  optionalField,
  optionalIdField,
} from '../fields.ts';
import { mutua } from '../generated/mutua.js';
import { type Infer, shapeOf } from '../shape.ts';
import { Head } from './book.ts';
import { IDENTITY_KINDS } from './identity.ts';
import { Charter, CRITERIA_MAX, Mandate } from './people.ts';

const { v1 } = mutua;
const UINT32_MAX = 2 ** 32 - 1;
const DAY_MINUTES = 24 * 60;
const countField = integerField(0, UINT32_MAX);
const sequenceField = integerField(0, Number.MAX_SAFE_INTEGER);

/** Row of `books/<book>`. */
export const NotedBook = shapeOf(v1.NotedBook, {
  identity: idField,
  kind: enumField(IDENTITY_KINDS),
  device: idField,
  channel: enumField(CHANNELS),
  stopped: boolField,
});

/** Row of `logs/<identity>`. */
export const NotedLog = shapeOf(v1.NotedLog, { digest: idField, contestedAt: countField, events: countField });

/** Row of `devices/<identity>/<device>`. */
export const NotedRevoke = shapeOf(v1.NotedRevoke, { number: countField });

/** Row of `heads/<book>`. */
export const NamedHead = shapeOf(v1.NamedHead, { sequence: integerField(0, Number.MAX_SAFE_INTEGER), id: idField });

/** Row of `bodyBooks/<body>/<channel>`. */
export const BodyBook = shapeOf(v1.BodyBook, { book: idField });

/** Row of `recordHeads/<labor book>/<member book>`. */
export const RecordHead = shapeOf(v1.RecordHead, { record: sequenceField, sequence: sequenceField, id: idField });

/** Row of `body/current`. */
export const BodyRow = shapeOf(v1.BodyRow, {
  threshold: countField,
  charterHead: optionalField(Head),
  charters: countField,
  changes: countField,
});
/** See the shape of the same name. */
export type BodyRow = Infer<typeof BodyRow>;

/** Row of `charters/<number>`. */
export const CharterRow = shapeOf(v1.CharterRow, { sequence: sequenceField, charter: Charter });

/** What may happen to the members of a body; the order gives the proto numbers. */
export const MEMBER_CHANGE_TYPES = ['joined', 'gone', 'vouched'] as const;

/** Row of `changes/<number>`. */
export const MemberChange = shapeOf(v1.MemberChange, {
  sequence: sequenceField,
  identity: idField,
  type: enumField(MEMBER_CHANGE_TYPES),
  before: countField,
  members: countField,
});
/** See the shape of the same name. */
export type MemberChange = Infer<typeof MemberChange>;

/** Row of `members/<identity>`. */
export const MemberRow = shapeOf(v1.MemberRow, { change: countField });

/** Row of `decided/<close>`. */
export const DecidedRow = shapeOf(v1.DecidedRow, { sequence: sequenceField });
/** Row of `vouched/<identity>`. */
export const VouchedRow = shapeOf(v1.VouchedRow, { sequence: sequenceField });

/** Row of `refusals/<apply>`. */
export const RefusalRow = shapeOf(v1.RefusalRow, {
  refused: idField,
  identity: idField,
  criterion: integerField(1, CRITERIA_MAX),
  sequence: sequenceField,
  change: countField,
  reasonDigest: optionalIdField,
  appeal: optionalIdField,
});
/** See the shape of the same name. */
export type RefusalRow = Infer<typeof RefusalRow>;

/** Row of `mandates/<mandate>`. */
export const MandateRow = shapeOf(v1.MandateRow, {
  mandate: Mandate,
  sequence: sequenceField,
  over: sequenceField,
  recalled: boolField,
  change: countField,
});
/** See the shape of the same name. */
export type MandateRow = Infer<typeof MandateRow>;

/** Row of `mandated/<delegate>/<at>`. */
export const MandatedRow = shapeOf(v1.MandatedRow, { mandate: idField });

/** One interval of a WorkedDay. */
export const WorkedSpan = shapeOf(v1.WorkedSpan, {
  startMinute: integerField(0, DAY_MINUTES - 1),
  minutes: integerField(1, DAY_MINUTES),
});
/** See the shape of the same name. */
export type WorkedSpan = Infer<typeof WorkedSpan>;

/** Row of `worked/<worker>/<day>`. */
export const WorkedDay = shapeOf(v1.WorkedDay, { spans: listField(WorkedSpan, 1, DAY_MINUTES) });

/** Row of `recorded/current`. */
export const LaborTotals = shapeOf(v1.LaborTotals, {
  records: sequenceField,
  seconds: amountField,
  receiverSeconds: amountField,
});

/** Row of `accounts/<account>`. */
export const LedgerAccount = shapeOf(v1.LedgerAccount, { holder: idField, balance: amountField });
/** See the shape of the same name. */
export type LedgerAccount = Infer<typeof LedgerAccount>;

/** Row of `answers/<account>/<book>`. */
export const OrderAnswer = shapeOf(v1.OrderAnswer, {
  sequence: sequenceField,
  order: idField,
  code: countField,
  entry: idField,
});
/** See the shape of the same name. */
export type OrderAnswer = Infer<typeof OrderAnswer>;

/** Row of `cooperatives/<cooperative>`. */
export const AcceptedCooperative = shapeOf(v1.AcceptedCooperative, {
  secondsPerMemberPerWeek: countField,
  ended: boolField,
  records: sequenceField,
  seconds: amountField,
});
/** See the shape of the same name. */
export type AcceptedCooperative = Infer<typeof AcceptedCooperative>;

/** Row of `cooperativeAt/<number>`. */
export const CooperativeAt = shapeOf(v1.CooperativeAt, { cooperative: idField });

/** Row of `attestors/<body>`. */
export const AcceptedAttestors = shapeOf(v1.AcceptedAttestors, { sequence: sequenceField });

/** Row of `ratePolicies/<body>`. */
export const RatePolicyRow = shapeOf(v1.RatePolicyRow, {
  maxNumerator: integerField(1, RATIO_TERM_MAX),
  maxDenominator: integerField(1, RATIO_TERM_MAX),
  startMinute: sequenceField,
  minutes: countField,
});

/** Row of `rates/<close>`. */
export const RateRow = shapeOf(v1.RateRow, {
  body: idField,
  taskClass: countField,
  numerator: integerField(1, RATIO_TERM_MAX),
  denominator: integerField(1, RATIO_TERM_MAX),
  startMinute: sequenceField,
  minutes: countField,
});
/** See the shape of the same name. */
export type RateRow = Infer<typeof RateRow>;

/** Row of `records/<record>`. */
export const IssuedRecord = shapeOf(v1.IssuedRecord, { sequence: sequenceField });

/** Row of `weeks/<worker>/<cooperative>/<week>`. */
export const WorkedWeek = shapeOf(v1.WorkedWeek, { seconds: amountField });

/** Row of `tick/current`. */
export const TickRow = shapeOf(v1.TickRow, { minute: sequenceField });

/** Row of `totals/current`. */
export const LedgerTotals = shapeOf(v1.LedgerTotals, {
  issued: amountField,
  retired: amountField,
  accounts: sequenceField,
  backedSeconds: amountField,
  receiverSeconds: amountField,
  records: sequenceField,
  cooperatives: countField,
});
/** See the shape of the same name. */
export type LedgerTotals = Infer<typeof LedgerTotals>;
