import type { Id } from '../../core/base/id.ts';
import { no, type Outcome, ok } from '../../core/base/outcome.ts';
import { type RefusalCode, refusalSentence } from '../../core/base/refusals.ts';
import { notedBooks, stepNoted } from '../../core/books/noted.ts';
import type { RuleContext, RuleSet } from '../../core/books/rules.ts';
import { BookState, StateDraft } from '../../core/books/state.ts';
import { stepBook } from '../../core/books/step.ts';
import type { CertificateFileFault } from '../../core/files/certificate-file.ts';
import type { Verify } from '../../core/identity/log.ts';
import { membersAt } from '../../core/members/view.ts';
import { type Entry, entryCheck, readEntry } from '../../core/wire/entry.ts';
import type { Head } from '../../core/wire/messages/book.ts';
import type { Close, StandaloneCertificate } from '../../core/wire/messages/decisions.ts';
import type { IdentityKind } from '../../core/wire/messages/identity.ts';
import type { Checkpoint } from '../../core/wire/messages/witness.ts';
import { readCertificate } from '../../core/witness/decision.ts';
import { type Quorum, quorumOf } from '../../core/witness/quorum.ts';

/** What a certificate is checked with beside itself. */
export interface CheckOptions {
  /** Ed25519 by the strict rules of protocol §1. */
  readonly verify: Verify;
  readonly ruleSets: readonly RuleSet[];
  /** Reads the charter in a file of items that was replayed; without it the Founding in the certificate says who witnesses. */
  readonly membersAt?: RuleContext['membersAt'];
}

/** A certificate that holds: which body decided what, and who says so. */
export interface CheckedCertificate {
  readonly body: Id;
  readonly kind: IdentityKind;
  /** The Close, as an entry and as what it says. */
  readonly entry: Entry;
  readonly close: Close;
  readonly checkpoint: Checkpoint;
  readonly quorum: Quorum;
  /** Who witnesses the body's books, in the order of the charter. */
  readonly witnesses: readonly Id[];
  /** Those of them that confirm the checkpoint. */
  readonly cosigners: readonly Id[];
}

/** Why a certificate proves nothing, with a sentence for people. */
export interface CertificateFault {
  readonly code: RefusalCode | CertificateFileFault['code'] | 'charter_missing' | 'not_recounted';
  readonly sentence: string;
}

/** What the codes of the rules mean of a certificate that stands alone. */
const SENTENCES: Readonly<Partial<Record<RefusalCode, string>>> = {
  opening_malformed:
    'An Opening in the certificate does not follow from the identity log of its body, or its signature does not hold.',
  identity_event_malformed: 'An identity event in the certificate follows from no log.',
  device_revoked: 'The body has revoked the device that wrote this decision: ask for a certificate of the book after.',
  carried_malformed: 'What the certificate holds as the result is no well-formed Close of its network.',
  unknown_book: 'The Close stands in another book than the decision book whose Opening is in the certificate.',
  bad_carried_signature: 'The Close is not signed by the device of the decision book: somebody changed it.',
  wrong_writer: 'The book that the Close stands in is no decision book of a body.',
  certificate_malformed:
    'The proof does not lead from the Close to a checkpoint that the device of the decision book signed: somebody changed one of them.',
  wrong_head: 'The charter in the certificate is that of another body than the one that decided.',
};

/**
 * Checks a certificate with nothing but itself, by the rule by which another body's book takes one: the Openings follow from the identity
 * logs, the founders signed the charter, the Close stands in a checkpoint of the decision book, and of four or more witnesses enough
 * cosigned that.
 * @returns what it shows, or the first thing wrong.
 */
export function checkCertificate(
  certificate: StandaloneCertificate,
  options: CheckOptions,
): Outcome<CheckedCertificate, CertificateFault> {
  const noted = noteAll(certificate, options.verify);
  if (!noted.ok) return no(faultOf(noted.reason));
  const readMembers = options.membersAt ?? membersIn(certificate, noted.value, options);
  if (typeof readMembers !== 'function') return no(readMembers);
  let quorum = quorumOf(0);
  const context = {
    network: certificate.network,
    verify: options.verify,
    membersAt: (head: Head) => {
      const members = readMembers(head);
      if (typeof members !== 'string') quorum = quorumOf(new Set(members.witnesses).size);
      return members;
    },
  };
  const reading = readCertificate(certificate.decision, noted.value, context);
  if (reading.type === 'waiting') return no(CHARTER_MISSING);
  if (reading.type === 'refused') return no(faultOf(reading.code, quorum));
  const { close, checkpoint, witnesses, cosigners } = reading;
  const { author: body, authorKind: kind, entry, content } = close;
  return ok({ body, kind, entry, close: content, checkpoint, quorum, witnesses, cosigners });
}

const CHARTER_MISSING: CertificateFault = {
  code: 'charter_missing',
  sentence:
    'The charter that says who witnesses is not in the certificate: ask for the full one, `certificate show --full`, which holds the member book.',
};

/** @returns what a book would know that had noted the logs and Openings of the certificate. */
function noteAll(certificate: StandaloneCertificate, verify: Verify): Outcome<BookState, RefusalCode> {
  const { network, events, decisionOpening, memberOpening } = certificate;
  const openings = [decisionOpening, memberOpening].filter((bytes) => bytes.length > 0);
  const state = new BookState();
  const draft = new StateDraft(state);
  const effect = stepNoted({ identityEvents: events, openings, forkProofs: [] }, draft, { network, verify });
  if (effect.type === 'refused') return no(effect.code);
  state.apply(draft);
  return ok(state);
}

/** @returns how to read the members at the Founding in the certificate, which its founders signed; or why that is none. */
function membersIn(
  { network, memberOpening, founding }: StandaloneCertificate,
  noted: BookState,
  { verify, ruleSets }: CheckOptions,
): RuleContext['membersAt'] | CertificateFault {
  const [opening, entry] = [readEntry(memberOpening, network), readEntry(founding, network)];
  const book = opening.ok ? noted.get(notedBooks, opening.value.id) : undefined;
  if (!opening.ok || !entry.ok || book?.channel !== 'people') return CHARTER_MISSING;
  const { header, id } = entry.value;
  const isNext = entry.value.book === opening.value.id && header.previous === opening.value.id;
  if (!isNext || !verify(entryCheck(entry.value, book.device))) return CHARTER_UNSIGNED;
  const { identity: body, kind, channel, device } = book;
  const state = new BookState();
  const context: RuleContext = { network, body, kind, channel, device, verify, membersAt: () => 'waiting' };
  for (const each of [opening.value, entry.value]) {
    const draft = new StateDraft(state);
    const effect = stepBook(ruleSets, each, draft, context);
    if (effect.type === 'refused') return faultOf(effect.code);
    state.apply(draft);
  }
  return (head) =>
    head.id === id && head.book === entry.value.book && head.sequence === header.sequence
      ? membersAt(state, body, kind, head.sequence)
      : 'waiting';
}

const CHARTER_UNSIGNED: CertificateFault = {
  code: 'bad_carried_signature',
  sentence: 'The Founding in the certificate is not the first entry of the member book, signed by its device.',
};

/** @returns a refusal by the rules as what is wrong with a certificate that stands alone. */
function faultOf(code: RefusalCode, { witnesses, needed }: Quorum = quorumOf(0)): CertificateFault {
  if (code !== 'too_few_cosignatures') return { code, sentence: SENTENCES[code] ?? refusalSentence(code) };
  const sentence = `Too few witnesses confirm the checkpoint: of the ${witnesses} in the charter it takes ${needed}.`;
  return { code, sentence };
}
