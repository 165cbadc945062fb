import type { Outcome } from '../../core/base/outcome.ts';
import { CERTIFICATE_READ_BYTES, decodeCertificate } from '../../core/files/certificate-file.ts';
import type { CharterAct } from '../../core/wire/messages/decisions.ts';
import { type CertificateFault, type CheckedCertificate, type CheckOptions, checkCertificate } from './check.ts';
import { recountCertificate } from './recount.ts';
import { certificateSentence } from './words.ts';

/** A file that can be read from any place. */
export interface CertificateSource {
  /** @returns the first bytes, or all of a smaller file. */
  start(bytes: number): Promise<Uint8Array>;
  /** Reads on from a byte. */
  from(offset: number): AsyncIterable<Uint8Array>;
}

/** What a certificate file is checked with and against. */
export interface FileCheck extends Omit<CheckOptions, 'membersAt'> {
  readonly expected?: { readonly body?: string | undefined; readonly proposal?: string | undefined };
}

/** What a certificate says of a charter that was decided; its words are in the member book, under their digest. */
export interface CertifiedCharter {
  /** The entry that holds the charter whose place it takes. */
  readonly amends: string;
  readonly textDigest: string;
  readonly attestationCount: number;
  readonly witnesses: readonly string[];
}

/** What a certificate file shows; ids are printed, so that programs read it as JSON. */
export type CertificateReport =
  | { readonly valid: false; readonly code: string; readonly sentence: string }
  | {
      readonly valid: true;
      /** What was decided, and who says so. */
      readonly sentence: string;
      /** `full`: the result was counted anew from the ballots. */
      readonly form: 'compact' | 'full';
      readonly body: string;
      readonly kind: string;
      readonly proposal: string;
      readonly version: string;
      readonly result: 'adopted' | 'rejected';
      readonly electors: number;
      readonly voters: number;
      /** Of a full certificate: ballots that were counted anew. */
      readonly recounted: number | undefined;
      /** Options, in the order in which they were chosen. */
      readonly chosen: readonly string[];
      readonly counts: readonly string[];
      /** A rate that was decided. */
      readonly rate: string | undefined;
      /** Who was expelled by it. */
      readonly expels: string | undefined;
      /** The body's next charter. */
      readonly charter: CertifiedCharter | undefined;
      readonly close: string;
      readonly sequence: number;
      readonly checkpoint: {
        readonly book: string;
        readonly size: number;
        readonly root: string;
        readonly head: string;
      };
      readonly witnessing: string;
      readonly needed: number;
      readonly cosigned: number;
      readonly witnesses: readonly { readonly identity: string; readonly cosigned: boolean }[];
    };

/** Checks a certificate file with nothing but the file. @returns what it shows, or the first thing wrong. */
export async function checkCertificateFile(source: CertificateSource, check: FileCheck): Promise<CertificateReport> {
  const file = decodeCertificate(await source.start(CERTIFICATE_READ_BYTES));
  if (!file.ok) return { valid: false, ...file.reason };
  const { certificate, itemsAt } = file.value;
  const checked: Outcome<CheckedCertificate & { readonly rows?: number }, CertificateFault> =
    itemsAt === undefined
      ? checkCertificate(certificate, check)
      : await recountCertificate(certificate, () => source.from(itemsAt), check);
  if (!checked.ok) return { valid: false, ...checked.reason };
  const other = strangeness(checked.value, check.expected ?? {});
  if (other !== undefined) return { valid: false, ...other };
  return reportOf(checked.value, checked.value.rows);
}

function strangeness(
  { body, close }: CheckedCertificate,
  expected: NonNullable<FileCheck['expected']>,
): (Pick<CertificateFault, 'sentence'> & { readonly code: string }) | undefined {
  if (expected.body !== undefined && expected.body !== body)
    return { code: 'wrong_body', sentence: `It is a decision of ${body}, another body than the one asked for.` };
  if (expected.proposal !== undefined && expected.proposal !== close.proposal && expected.proposal !== close.version)
    return {
      code: 'wrong_proposal',
      sentence: `It is about proposal ${close.proposal}, another than the one asked for.`,
    };
  return undefined;
}

function charterOf({ charterHead, charter }: CharterAct): CertifiedCharter {
  const { textDigest, attestationCount, witnesses } = charter;
  return { amends: charterHead.id, textDigest, attestationCount, witnesses };
}

function reportOf(checked: CheckedCertificate, recounted: number | undefined): CertificateReport {
  const { body, kind, entry, close, checkpoint, quorum, witnesses, cosigners } = checked;
  const { adopted, electors, voters, chosen, counts } = close.outcome;
  const result = adopted ? 'adopted' : 'rejected';
  const { book, size, root, head } = checkpoint;
  const rate = close.act?.rate;
  return {
    valid: true,
    sentence: `The ${kind} ${body} ${result} proposal ${close.proposal}. ${certificateSentence(checked)}`,
    form: recounted === undefined ? 'compact' : 'full',
    body,
    kind,
    proposal: close.proposal,
    version: close.version,
    result,
    electors,
    voters,
    recounted,
    chosen: chosen.map(String),
    counts: counts.map(String),
    rate: rate === undefined ? undefined : `${rate.numerator}/${rate.denominator} of task class ${rate.taskClass}`,
    expels: close.act?.expulsion?.member,
    charter: close.act?.charter && charterOf(close.act.charter),
    close: entry.id,
    sequence: entry.header.sequence,
    checkpoint: { book, size, root, head },
    witnessing: quorum.words,
    needed: quorum.needed,
    cosigned: cosigners.length,
    witnesses: witnesses.map((identity) => ({ identity, cosigned: cosigners.includes(identity) })),
  };
}
