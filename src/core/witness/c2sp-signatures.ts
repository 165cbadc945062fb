import type { SignatureCheck } from '../../ports/signatures.ts';
import { concatBytes, equalBytes, textToBytes } from '../base/bytes.ts';
import { SIGNATURE_BYTES } from '../base/limits.ts';
import { type NoteSignature, noteKeyId } from './signed-note.ts';

/** Ed25519 over the text of the note, and the timestamped Ed25519 of cosignature/v1. */
const ED25519 = 0x01;
const COSIGNATURE_V1 = 0x04;
const TIME_BYTES = 8;
const UINT32 = 2 ** 32;

/** @returns what a writer signs. */
export function noteMessage(text: string): Uint8Array {
  return textToBytes(text);
}

/** @returns what a witness signs (https://c2sp.org/tlog-cosignature). @param timeSeconds Unix time by its clock, a whole number. */
export function cosignatureMessage(text: string, timeSeconds: number): Uint8Array {
  return textToBytes(`cosignature/v1\ntime ${timeSeconds}\n${text}`);
}

/** Who signs a note: a key under a name; of a writer `noteOrigin`, of a witness what its operator publishes. */
export interface NoteKey {
  readonly name: string;
  /** 32 bytes, Ed25519. */
  readonly publicKey: Uint8Array;
}

/** @returns the line of a writer's signature over `noteMessage`. */
export function noteSignature({ name, publicKey }: NoteKey, signature: Uint8Array): NoteSignature {
  return { name, keyId: noteKeyId(name, ED25519, publicKey), signature };
}

/** @returns the line of a witness's signature over `cosignatureMessage`. */
export function noteCosignature(
  { name, publicKey }: NoteKey,
  timeSeconds: number,
  signature: Uint8Array,
): NoteSignature {
  const keyId = noteKeyId(name, COSIGNATURE_V1, publicKey);
  return { name, keyId, signature: concatBytes([uint64ToBytes(timeSeconds), signature]) };
}

/** @returns what to verify of a writer's line under a note with this text, or undefined where the line is not of this key. */
export function noteCheck(text: string, line: NoteSignature, { name, publicKey }: NoteKey): SignatureCheck | undefined {
  const { signature } = line;
  if (!isOfKey(line, name, noteKeyId(name, ED25519, publicKey)) || signature.length !== SIGNATURE_BYTES)
    return undefined;
  return { publicKey, message: noteMessage(text), signature };
}

/** A cosignature to be verified, and the time in it. */
export interface CosignatureCheck {
  readonly check: SignatureCheck;
  readonly timeSeconds: number;
}

/** @returns what to verify of a witness's line, or undefined where it is not of this key, or its time is above 2^53 − 1. */
export function noteCosignatureCheck(
  text: string,
  line: NoteSignature,
  { name, publicKey }: NoteKey,
): CosignatureCheck | undefined {
  const { signature } = line;
  if (!isOfKey(line, name, noteKeyId(name, COSIGNATURE_V1, publicKey))) return undefined;
  if (signature.length !== TIME_BYTES + SIGNATURE_BYTES) return undefined;
  const timeSeconds = bytesToUint64(signature);
  if (!Number.isSafeInteger(timeSeconds)) return undefined;
  const message = cosignatureMessage(text, timeSeconds);
  return { check: { publicKey, message, signature: signature.slice(TIME_BYTES) }, timeSeconds };
}

function isOfKey(line: NoteSignature, name: string, keyId: Uint8Array): boolean {
  return line.name === name && equalBytes(line.keyId, keyId);
}

function uint64ToBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(TIME_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(value / UINT32));
  view.setUint32(4, value % UINT32);
  return bytes;
}

function bytesToUint64(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, TIME_BYTES);
  return view.getUint32(0) * UINT32 + view.getUint32(4);
}
