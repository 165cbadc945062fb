import { no, type Outcome, ok } from '../../core/base/outcome.ts';
import { refusalSentence } from '../../core/base/refusals.ts';
import { proposalsTable } from '../../core/decisions/tables.ts';
import { verifyFile } from '../../core/files/verify.ts';
import { readEntry } from '../../core/wire/entry.ts';
import type { StandaloneCertificate } from '../../core/wire/messages/decisions.ts';
import { checkpointKind, readStatement, statementContentOf } from '../../core/wire/statement.ts';
import { type Replay, type ReplayOptions, replayFile } from '../replay.ts';
import { type CertificateFault, type CheckedCertificate, type CheckOptions, checkCertificate } from './check.ts';

/** A certificate whose result was counted anew from the books that came with it. */
export interface RecountedCertificate extends CheckedCertificate {
  /** Ballots in the decision book that were counted. */
  readonly rows: number;
}

/**
 * Checks a full certificate: the file of items after it is sound; by its member book the charter names the witnesses; by its decision book
 * the proposal was opened, voted on and closed by the rules, and the checkpoint is that of this book.
 * @param open begins to read the file of items anew.
 * @returns what it shows, or the first thing wrong.
 */
export async function recountCertificate(
  certificate: StandaloneCertificate,
  open: () => AsyncIterable<Uint8Array>,
  { verify, ruleSets }: Omit<CheckOptions, 'membersAt'>,
): Promise<Outcome<RecountedCertificate, CertificateFault>> {
  const report = await verifyFile(open(), { verify, network: certificate.network });
  if (!report.valid) return no(fault(`They do not hold: ${report.faults[0]?.sentence ?? 'they end early.'}`));
  const replay = await replayFile(open, report, { verify, ruleSets, ...askedOf(certificate) });
  const checked = checkCertificate(certificate, { verify, ruleSets, membersAt: replay.membersAt });
  if (!checked.ok) return checked;
  const sentence = differenceOf(replay, checked.value);
  if (sentence !== undefined) return no(fault(sentence));
  const { checkpoint, close } = checked.value;
  const row = replay.stateOf(checkpoint.book)?.get(proposalsTable, close.proposal);
  return ok({ ...checked.value, rows: row?.rows ?? 0 });
}

/** What a replay has to look at: the Close, and the last entry under the checkpoint. */
function askedOf({ network, decision }: StandaloneCertificate): Pick<ReplayOptions, 'at' | 'effectOf'> {
  const [close, statement] = [readEntry(decision.close, network), readStatement(decision.checkpoint.checkpoint)];
  const checkpoint = statement.ok ? statementContentOf(statement.value, checkpointKind) : undefined;
  return {
    ...(close.ok ? { effectOf: close.value.id } : {}),
    ...(checkpoint === undefined ? {} : { at: { book: checkpoint.book, id: checkpoint.head } }),
  };
}

/** @returns what the books say otherwise than the certificate, undefined where they agree. */
function differenceOf(
  { effect, rootAt, entriesRootAt }: Replay,
  { checkpoint }: CheckedCertificate,
): string | undefined {
  if (effect === undefined) return 'The decision book among them does not hold the Close.';
  if (effect.type === 'refused')
    return `Counted anew, the Close has no effect: ${refusalSentence(effect.code)} This is evidence against the body.`;
  if (effect.type === 'waiting') return 'The member book among them does not reach as far as the electors were named.';
  if (entriesRootAt === undefined) return 'The decision book among them does not reach as far as the checkpoint.';
  if (entriesRootAt !== checkpoint.root) return 'The decision book among them is not the one under the checkpoint.';
  return rootAt === checkpoint.stateRoot
    ? undefined
    : 'Replayed, the decision book gives another state than the checkpoint.';
}

function fault(sentence: string): CertificateFault {
  return { code: 'not_recounted', sentence: `The books that came with the certificate do not support it. ${sentence}` };
}
