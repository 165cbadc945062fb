import { base64url } from 'multiformats/bases/base64';
import { concatBytes, equalBytes, textToBytes } from '../core/base/bytes.ts';
import { taggedHash } from '../core/base/hash.ts';
import { no, type Outcome } from '../core/base/outcome.ts';
import { SealedChoice } from '../core/wire/messages/decisions.ts';
import { AcceptanceText, FoundingText, Invite, KeyText } from '../core/wire/messages/texts.ts';
import type { Shape } from '../core/wire/shape.ts';
import { wireSentence } from '../core/wire/shape.ts';
import { TAGS } from '../core/wire/tags.ts';

/** One sort of text that people copy between nodes. */
export interface TextForm<Message> {
  /** What stands before the colon. */
  readonly word: string;
  /** For people: “an invite”. */
  readonly name: string;
  readonly shape: Shape<Message>;
}

/** An invite to a region. */
export const inviteForm: TextForm<Invite> = { word: 'mutua', name: 'an invite', shape: Invite };
/** A root key made for a new body. */
export const keyForm: TextForm<KeyText> = { word: 'mutua-key', name: 'a key text', shape: KeyText };
/** A founding to be signed. */
export const foundingForm: TextForm<FoundingText> = {
  word: 'mutua-founding',
  name: 'a founding text',
  shape: FoundingText,
};
/** A founder's signatures. */
export const acceptanceForm: TextForm<AcceptanceText> = {
  word: 'mutua-acceptance',
  name: 'an acceptance',
  shape: AcceptanceText,
};

/** What an own sealed ballot commits to, before it is encrypted. */
export const sealedChoiceForm: TextForm<SealedChoice> = {
  word: 'mutua-ballot',
  name: 'a sealed choice',
  shape: SealedChoice,
};

const FORMS = [inviteForm, keyForm, foundingForm, acceptanceForm].map(({ word, name }) => ({ word, name }));
/** Bytes of the checksum: one mistyped character in 4 billion passes, and then the signatures don't. */
const CHECKSUM_BYTES = 4;
/** A founding of 16 founders has 2 KiB and its words 15 KiB; an acceptance carries a log of up to 8 KiB. */
const MESSAGE_BYTES_MAX = 48 * 1024;

/** @returns a message as text: word, colon, base64url of message and checksum. */
export function messageToText<Message>(form: TextForm<Message>, message: Message): string {
  const bytes = form.shape.encode(message);
  return `${form.word}:${base64url.baseEncode(concatBytes([bytes, checksumOf(form.word, bytes)]))}`;
}

/** Reads a text as people paste it: white space and line breaks within it don't matter. @returns the message, or a sentence that says what is wrong. */
export function textToMessage<Message>(form: TextForm<Message>, text: string): Outcome<Message, string> {
  const whole = text.replaceAll(/\s/g, '');
  const colon = whole.indexOf(':');
  const word = whole.slice(0, colon);
  if (word !== form.word) {
    const other = FORMS.find((candidate) => candidate.word === word);
    const found = other === undefined ? 'another text' : other.name;
    return no(`This is ${found}, not ${form.name}; one begins with “${form.word}:”.`);
  }
  const bytes = decodeBase64(whole.slice(colon + 1));
  const message = bytes?.subarray(0, -CHECKSUM_BYTES);
  if (bytes === undefined || message === undefined || bytes.length <= CHECKSUM_BYTES) return damaged(form.name);
  if (!equalBytes(bytes.subarray(-CHECKSUM_BYTES), checksumOf(word, message))) return damaged(form.name);
  const decoded = form.shape.decode(message, MESSAGE_BYTES_MAX);
  if (decoded.ok) return decoded;
  return no(`The text is whole, but not ${form.name} of this version. ${wireSentence('message', decoded.reason)}`);
}

function damaged(name: string): Outcome<never, string> {
  return no(`A part of the text is missing or was changed; copy ${name} again from “mutua” to its last letter.`);
}

function decodeBase64(text: string): Uint8Array | undefined {
  try {
    return base64url.baseDecode(text);
  } catch {
    return undefined;
  }
}

function checksumOf(word: string, message: Uint8Array): Uint8Array {
  return taggedHash(TAGS.text, [textToBytes(word), new Uint8Array(1), message]).subarray(0, CHECKSUM_BYTES);
}
