/**
 * Why an entry has no effect, or an order is refused: one closed list for all rule sets, with the number that goes on
 * the wire in `OrderRefused.code`. Numbers are never reused and say nothing of order: of several causes in one item the one
 * that comes first here is given; a batch is judged line by line.
 */
const REFUSAL_TABLE = {
  // What is carried.
  carried_malformed: [
    1,
    'An entry carried inside this one is not in canonical form, or is of the wrong kind or network.',
  ],
  unknown_book: [2, 'The book of a carried entry was not noted here: note its Opening first.'],
  bad_carried_signature: [3, 'The signature of a carried entry is not that of its book’s device.'],
  device_revoked: [
    4,
    'The device that signed was revoked, or its book was proven forked, before this book took the entry.',
  ],
  wrong_writer: [10, 'An entry of this kind cannot stand in this book, or this identity cannot write it.'],
  opening_malformed: [5, 'A noted Opening does not follow from the identity log that it carries or names.'],
  identity_event_malformed: [6, 'A noted identity event does not verify under the root keys of its identity.'],
  fork_proof_malformed: [7, 'The two headers do not prove a fork of that book.'],
  // What a ledger line is about.
  empty_batch: [80, 'The entry holds no line, or more than its kind allows.'],
  cooperative_not_accepted: [72, 'The bank has not accepted this cooperative, or has ended it.'],
  record_used: [71, 'Notes were issued on this labor record already.'],
  wrong_bank: [60, 'The order, request or claim names another bank.'],
  unknown_account: [61, 'There is no such account in this ledger.'],
  not_holder: [63, 'The account is not held by the one who wrote the order, or by the worker whom the claim names.'],
  // What an entry of a decision book is about.
  unknown_proposal: [100, 'There is no such proposal in this decision book.'],
  proposal_not_open: [101, 'The proposal is not open: it was closed or withdrawn, or its time for this is over.'],
  stale_version: [102, 'The proposal has a newer version than the one named.'],
  unknown_lot: [130, 'There is no such lot in this decision book.'],
  lot_not_open: [131, 'The lot is past this: its commitments are sealed, or it is drawn; or it is not sealed yet.'],
  // Heads of other books that are named, some of them in certificates.
  certificate_malformed: [
    120,
    'The certificate does not prove that the Close stands in a checkpoint of its body’s decision book.',
  ],
  head_went_back: [
    8,
    'A head named here is earlier than one that this book named before, or another one at the same sequence.',
  ],
  wrong_head: [9, 'The named head is not in the book that it should be in.'],
  // Membership.
  already_founded: [
    20,
    'The body is founded already, or its Founding does not stand at sequence 1 of its member book.',
  ],
  no_decision_rule: [
    31,
    'The charter has no decision rule for general matters, two for one matter, or a rule that cannot be followed.',
  ],
  not_founded: [21, 'The body has no Founding yet.'],
  founders_unsorted: [22, 'The founders are not sorted, or one is named twice.'],
  too_few_founders: [23, 'Fewer founders accepted than the body’s root keys ask for.'],
  bad_acceptance: [24, 'An acceptance is not signed by a device of that founder, or is for other terms.'],
  wrong_body: [25, 'The entry is addressed to another body.'],
  unknown_refusal: [34, 'This body refused no such application of the one who appeals.'],
  stale_charter: [26, 'Another charter is named than the one in force.'],
  already_member: [27, 'This identity is a member already.'],
  not_member: [28, 'This identity is not a member.'],
  wrong_member_kind: [29, 'A federation takes bodies as members, every other body persons; none takes itself.'],
  stale_consent: [
    30,
    'This application or leave was taken already, or was written before the newest change of the membership.',
  ],
  unknown_criterion: [32, 'The charter in force has no criterion with this number.'],
  already_refused: [33, 'The body refused this application already.'],
  already_appealed: [35, 'The body has recorded an appeal against this refusal already.'],
  // Mandates.
  own_mandate: [
    36,
    'Nobody gives a mandate to itself: the delegate is the body, or holds the device that writes this book.',
  ],
  unknown_delegate: [
    37,
    'The delegate is neither a member nor vouched for by the body, or its identity log was not noted here.',
  ],
  term_malformed: [38, 'The term ends before it begins, or is longer than four years.'],
  bounds_malformed: [
    39,
    'The mandate names no matter, one twice or out of order, budgets without an amount, or an amount without budgets.',
  ],
  already_mandated: [52, 'This delegate has a mandate for that body already: recall it first.'],
  unknown_mandate: [53, 'There is no such mandate in the member book, or it is not of this delegate.'],
  mandate_over: [54, 'The mandate was recalled, its term is over, or its delegate is a member no more.'],
  outside_mandate: [55, 'The mandate does not reach to this body, this matter or this amount.'],
  // Decisions.
  wrong_proposal: [113, 'What was proposed is a newer version of another proposal, or of none.'],
  lot_malformed: [
    132,
    'What a party is said to have sent is for another lot, of somebody who is no party of it, stands twice or not in order; or nobody is left to be drawn.',
  ],
  not_elector: [103, 'This identity was no member of the body at the head that says who decides.'],
  not_proposer: [104, 'Only who proposed it can amend or withdraw a proposal.'],
  already_proposed: [105, 'This was proposed already; write it anew to propose it again.'],
  wrong_rule: [106, 'The rule is not the one that the charter has for this matter.'],
  question_malformed: [
    107,
    'The question does not fit the method by which the body decides its matter: its options, seats, scores, costs or what is to follow.',
  ],
  rows_unsorted: [108, 'The ballot rows are not in order, or one stands twice.'],
  choice_malformed: [
    109,
    'The ballot chooses what was not offered, chooses something twice, or also names a delegate; or it is open where ballots are sealed, or sealed where they are open.',
  ],
  ballot_superseded: [114, 'A ballot with this or a later number was taken for this elector already.'],
  wrong_reveal: [
    115,
    'The ballot of this elector commits to something else, is void, or was revealed before; or it cast none.',
  ],
  wrong_rows: [110, 'The ballots are other rows than stand on the pages and were taken of delegates.'],
  too_early: [111, 'The time for ballots is not over, and ballots that are missing could change the result.'],
  wrong_result: [112, 'The result is not the one that the ballots give, or the secrets of the lot.'],
  // Certificates of decisions.
  too_few_cosignatures: [121, 'Fewer witnesses than the charter asks for confirm the checkpoint of the certificate.'],
  not_adopted: [122, 'The body did not adopt it.'],
  wrong_decision: [123, 'The decision is that of another body, or about something else.'],
  decision_used: [124, 'What this decision says was done already; decide again to do it again.'],
  act_impossible: [
    125,
    'What was decided cannot be done: who was to go is a member no more, or the last; or the charter takes the place of another than the one in force, or has rules that cannot be followed.',
  ],
  // Labor.
  wrong_cooperative: [40, 'The claim names another cooperative.'],
  worker_mismatch: [41, 'The claim was not written by the worker whom it names.'],
  interval_too_long: [42, 'An interval is empty or longer than 24 hours, or there are none or more than 31.'],
  intervals_overlap: [43, 'The intervals of the claim are not in order or overlap each other.'],
  seconds_exceed_intervals: [44, 'The seconds claimed are zero or more than the intervals hold.'],
  worker_not_member: [45, 'The worker is not a member at the named head.'],
  attestation_mismatch: [46, 'An attestation is for another claim.'],
  self_attestation: [47, 'The worker cannot attest its own work.'],
  duplicate_attestor: [48, 'One person attested twice.'],
  attestor_not_member: [49, 'An attestor is not a member at the named head.'],
  too_few_attestors: [50, 'Fewer co-workers attested than the charter asks for.'],
  overlap: [51, 'The worker was recorded for part of this time already.'],
  // Ledger.
  duplicate_account: [62, 'The account is open already.'],
  order_superseded: [64, 'The ledger has answered an order with this or a later number from that book already.'],
  zero_amount: [65, 'An amount is zero.'],
  amount_too_large: [66, 'An amount, sum or balance would be above the largest amount.'],
  payees_malformed: [67, 'There are no payees, more than 200, or not one amount for each.'],
  unknown_payee: [68, 'A payee’s account is not in this ledger.'],
  payer_is_payee: [69, 'An order cannot pay the account that it takes from.'],
  overdraft: [70, 'The balance is smaller than the sum.'],
  already_accepted: [73, 'The bank rests on this cooperative, body or decision already, on the same terms.'],
  ceiling_out_of_range: [74, 'The ceiling is zero or above 60 hours for each member and week.'],
  ceiling_exceeded: [75, 'The worker’s seconds in one week would be above the ceiling for this cooperative.'],
  interval_in_future: [76, 'An interval ends after the ledger’s newest tick.'],
  rate_not_accepted: [
    82,
    'The decision sets no rate, or none within the ratio and time that the bank has said it takes of that body.',
  ],
  rate_not_decided: [
    77,
    'The ratio is not 1 of 1, and no decision that the bank took earlier allows it for this class and time of work.',
  ],
  tick_not_rising: [78, 'The minute is not later than the one before.'],
  wrong_amount: [79, 'The amount or a balance in the line is not what the rules give.'],
  refusal_unfounded: [81, 'The ledger refuses an order that applies, or for another reason than the rules give.'],
} as const satisfies Record<string, readonly [number, string]>;

/** A refusal code. */
export type RefusalCode = keyof typeof REFUSAL_TABLE;

/** Every refusal code in order of precedence. */
export const REFUSAL_CODES = Object.keys(REFUSAL_TABLE) as readonly RefusalCode[];

/** @returns whether a code is one of the rules, and not one of a node. */
export function isRefusalCode(code: string): code is RefusalCode {
  return Object.hasOwn(REFUSAL_TABLE, code);
}

/** @returns the sentence for people. */
export function refusalSentence(code: RefusalCode): string {
  return REFUSAL_TABLE[code][1];
}

/** @returns the number of a code on the wire. */
export function refusalNumber(code: RefusalCode): number {
  return REFUSAL_TABLE[code][0];
}

/** @returns the code of a wire number, or undefined when no code has it. */
export function refusalOfNumber(number: number): RefusalCode | undefined {
  return REFUSAL_CODES.find((code) => REFUSAL_TABLE[code][0] === number);
}
