import { sha256 } from '@noble/hashes/sha2.js';
import { base64pad } from 'multiformats/bases/base64';
import { concatBytes, textToBytes } from '../base/bytes.ts';

/**
 * The envelope of C2SP signed-note (https://c2sp.org/signed-note): a text that ends in a newline, a blank line, and lines
 *
 *   — <key name> base64(key id, 4 bytes ‖ signature)
 */
export interface SignedNote {
  /** With its last newline, without the blank line. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** One line under a note. */
export interface NoteSignature {
  readonly name: string;
  /** 4 bytes; with the name it says which key and which algorithm. */
  readonly keyId: Uint8Array;
  /** As the algorithm has it: 64 bytes of Ed25519, before them 8 bytes of a time in a cosignature. */
  readonly signature: Uint8Array;
}

/** Bytes of a key id. */
const KEY_ID_BYTES = 4;
/** A note is read whole: its lines have to fit a statement's worth of text for each of twice as many witnesses as a charter has. */
const NOTE_CHARACTERS_MAX = 16 * 1024;
const LINE_START = '— ';

/** @returns the key id: the first 4 bytes of SHA-256(name ‖ 0x0A ‖ algorithm ‖ key). @param algorithm 0x01 Ed25519, 0x04 cosignature/v1. */
export function noteKeyId(name: string, algorithm: number, key: Uint8Array): Uint8Array {
  return sha256(concatBytes([textToBytes(`${name}\n`), Uint8Array.of(algorithm), key])).slice(0, KEY_ID_BYTES);
}

/** @returns the note as it is published. */
export function printNote({ text, signatures }: SignedNote): string {
  return `${text}\n${signatures.map(printLine).join('')}`;
}

function printLine({ name, keyId, signature }: NoteSignature): string {
  return `${LINE_START}${name} ${base64pad.baseEncode(concatBytes([keyId, signature]))}\n`;
}

/** @returns the note, or undefined where the text is none: too long, no blank line, or a line under it that is no signature. */
export function readNote(printed: string): SignedNote | undefined {
  const at = printed.lastIndexOf('\n\n');
  if (printed.length > NOTE_CHARACTERS_MAX || at < 0 || !printed.endsWith('\n') || hasControlCharacter(printed))
    return undefined;
  const lines = printed.slice(at + 2, -1).split('\n');
  const signatures = lines.flatMap((line) => readLine(line) ?? []);
  return signatures.length === lines.length ? { text: printed.slice(0, at + 1), signatures } : undefined;
}

function readLine(line: string): NoteSignature | undefined {
  const [dash, name, text, ...rest] = line.split(' ');
  if (`${dash} ` !== LINE_START || name === undefined || text === undefined || rest.length > 0) return undefined;
  const bytes = base64ToBytes(text);
  if (!isKeyName(name) || bytes === undefined || bytes.length <= KEY_ID_BYTES) return undefined;
  return { name, keyId: bytes.slice(0, KEY_ID_BYTES), signature: bytes.slice(KEY_ID_BYTES) };
}

/** Not empty, without spaces of any script and without a plus. */
function isKeyName(name: string): boolean {
  return name !== '' && !/[\s+]/u.test(name);
}

function hasControlCharacter(text: string): boolean {
  return Array.from(text).some((character) => character < ' ' && character !== '\n');
}

/** @returns the bytes of base64 with padding (RFC 4648 §4), or undefined where it is not written as this program writes it. */
export function base64ToBytes(text: string): Uint8Array | undefined {
  try {
    const bytes = base64pad.baseDecode(text);
    return base64pad.baseEncode(bytes) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}
