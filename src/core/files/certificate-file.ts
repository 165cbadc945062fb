import { concatBytes, equalBytes } from '../base/bytes.ts';
import { CERTIFICATE_BYTES_MAX } from '../base/limits.ts';
import { no, type Outcome, ok } from '../base/outcome.ts';
import { StandaloneCertificate } from '../wire/messages/decisions.ts';
import { bytesToLength, FILE_MAGIC, LENGTH_BYTES, lengthToBytes } from './layout.ts';

/**
 * The bytes of a certificate file (`proto/README.md`, "The certificate file"; lengths are unsigned, 4 bytes, big-endian):
 *
 *   0      8  magic 4d 55 43 45 52 01 0d 0a: "MUCER", the version of this layout, CR LF (a transfer as text breaks it)
 *   8      4  n, length of the certificate
 *   12     n  canonical StandaloneCertificate; 12 + n is at most CERTIFICATE_BYTES_MAX
 *
 * A compact certificate ends here. In a full one a file of items follows.
 */
export const CERTIFICATE_MAGIC: Uint8Array = new Uint8Array([0x4d, 0x55, 0x43, 0x45, 0x52, 0x01, 0x0d, 0x0a]);

const HEAD_BYTES = CERTIFICATE_MAGIC.length + LENGTH_BYTES;
/** What has to be read of a file to tell what it is: a whole compact certificate, and how the file of items after it begins. */
export const CERTIFICATE_READ_BYTES = CERTIFICATE_BYTES_MAX + FILE_MAGIC.length;

/** Why a file is no certificate. */
export interface CertificateFileFault {
  readonly code: 'not_a_certificate' | 'too_large' | 'truncated' | 'malformed' | 'trailing_bytes';
  /** What is wrong, for people. */
  readonly sentence: string;
}

/** A certificate as it stands in a file. */
export interface CertificateFile {
  readonly certificate: StandaloneCertificate;
  /** Byte at which the file of items begins; undefined where there is none. */
  readonly itemsAt: number | undefined;
}

/** @returns the bytes of a compact certificate, or how many they would be where these are more than CERTIFICATE_BYTES_MAX. */
export function encodeCertificate(certificate: StandaloneCertificate): Outcome<Uint8Array, number> {
  const bytes = StandaloneCertificate.encode(certificate);
  const length = HEAD_BYTES + bytes.length;
  if (length > CERTIFICATE_BYTES_MAX) return no(length);
  return ok(concatBytes([CERTIFICATE_MAGIC, lengthToBytes(bytes.length), bytes]));
}

/** Reads the first CERTIFICATE_READ_BYTES of a file, or all of one that is smaller. */
export function decodeCertificate(start: Uint8Array): Outcome<CertificateFile, CertificateFileFault> {
  const isMagic = equalBytes(start.subarray(0, CERTIFICATE_MAGIC.length), CERTIFICATE_MAGIC);
  if (start.length >= CERTIFICATE_MAGIC.length && !isMagic) return no(strange(start));
  if (start.length < HEAD_BYTES) return no(truncated(start.length));
  const length = bytesToLength(start.subarray(CERTIFICATE_MAGIC.length, HEAD_BYTES));
  const end = HEAD_BYTES + length;
  if (end > CERTIFICATE_BYTES_MAX) {
    const sentence = `The certificate would have ${end} bytes; none has more than ${CERTIFICATE_BYTES_MAX}.`;
    return no({ code: 'too_large', sentence });
  }
  if (start.length < end) return no(truncated(start.length));
  const read = StandaloneCertificate.decode(start.subarray(HEAD_BYTES, end), length);
  if (!read.ok) {
    const { at, sentence } = read.reason;
    return no({ code: 'malformed', sentence: `The certificate${at === '' ? '' : `’s ${at}`} ${sentence}.` });
  }
  if (start.length === end) return ok({ certificate: read.value, itemsAt: undefined });
  if (equalBytes(start.subarray(end, end + FILE_MAGIC.length), FILE_MAGIC))
    return ok({ certificate: read.value, itemsAt: end });
  const sentence = 'Bytes follow the certificate that are no file of entries: it was damaged, or something was added.';
  return no({ code: 'trailing_bytes', sentence });
}

function truncated(bytes: number): CertificateFileFault {
  return { code: 'truncated', sentence: `The file ends after ${bytes} bytes, before the certificate is complete.` };
}

function strange(start: Uint8Array): CertificateFileFault {
  const isItems = equalBytes(start.subarray(0, FILE_MAGIC.length), FILE_MAGIC);
  const sentence = isItems
    ? 'This is a file of entries and no certificate: check it with mutua verify.'
    : 'This is no certificate of Mutua, or it was damaged as it was copied: it does not begin with MUCER.';
  return { code: 'not_a_certificate', sentence };
}
