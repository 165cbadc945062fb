import type { SignatureCheck } from '../../ports/signatures.ts';
import { NO_BYTES } from '../base/bytes.ts';
import { tagged, taggedHash } from '../base/hash.ts';
import { bytesToId, type Id, idToBytes } from '../base/id.ts';
import {
  IDENTITY_EVENT_BYTES_MAX,
  SIGNATURE_BYTES,
  STATEMENT_BYTES_MAX,
  WITNESS_PAYLOAD_BYTES_MAX,
} from '../base/limits.ts';
import { no, type Outcome, ok } from '../base/outcome.ts';
import { ForkProof, StatementMessage } from './messages/book.ts';
import { IdentityEvent } from './messages/identity.ts';
import { ClaimPending } from './messages/labor.ts';
import { Checkpoint, Cosignature, EpochSeal, Evidence, HeldNotice } from './messages/witness.ts';
import type { Shape, WireFault } from './shape.ts';
import { TAGS } from './tags.ts';

/** One kind of statement; `signed` says whether it needs an author, or proves itself by what it holds. */
export interface StatementKind<Content> {
  readonly number: number;
  readonly name: string;
  readonly shape: Shape<Content>;
  readonly signed: boolean;
  readonly payloadBytesMax: number;
}

/** An event of an identity log, signed by root keys inside. */
export const identityEventKind: StatementKind<IdentityEvent> = {
  number: 50,
  name: 'identityEvent',
  shape: IdentityEvent,
  signed: false,
  payloadBytesMax: IDENTITY_EVENT_BYTES_MAX,
};
/** Two headers that prove a fork. */
export const forkProofKind: StatementKind<ForkProof> = {
  number: 51,
  name: 'forkProof',
  shape: ForkProof,
  signed: false,
  payloadBytesMax: STATEMENT_BYTES_MAX,
};
/** Signed words that exclude each other. */
export const evidenceKind: StatementKind<Evidence> = {
  number: 52,
  name: 'evidence',
  shape: Evidence,
  signed: false,
  payloadBytesMax: STATEMENT_BYTES_MAX,
};
/** What a writer says of its book at one size. */
export const checkpointKind: StatementKind<Checkpoint> = {
  number: 53,
  name: 'checkpoint',
  shape: Checkpoint,
  signed: true,
  payloadBytesMax: WITNESS_PAYLOAD_BYTES_MAX,
};
/** A witness confirms a checkpoint. */
export const cosignatureKind: StatementKind<Cosignature> = {
  number: 54,
  name: 'cosignature',
  shape: Cosignature,
  signed: true,
  payloadBytesMax: WITNESS_PAYLOAD_BYTES_MAX,
};
/** A witness holds a certificate. */
export const heldNoticeKind: StatementKind<HeldNotice> = {
  number: 55,
  name: 'heldNotice',
  shape: HeldNotice,
  signed: true,
  payloadBytesMax: WITNESS_PAYLOAD_BYTES_MAX,
};
/** A witness ends an epoch for one successor. */
export const epochSealKind: StatementKind<EpochSeal> = {
  number: 56,
  name: 'epochSeal',
  shape: EpochSeal,
  signed: true,
  payloadBytesMax: WITNESS_PAYLOAD_BYTES_MAX,
};
/** A claim that waits for attestors. */
export const claimPendingKind: StatementKind<ClaimPending> = {
  number: 103,
  name: 'claimPending',
  shape: ClaimPending,
  signed: true,
  payloadBytesMax: STATEMENT_BYTES_MAX,
};

/** Every kind of statement that this version knows. */
export const STATEMENT_KINDS: readonly StatementKind<unknown>[] = [
  identityEventKind,
  forkProofKind,
  evidenceKind,
  checkpointKind,
  cosignatureKind,
  heldNoticeKind,
  epochSealKind,
  claimPendingKind,
].map((kind): StatementKind<unknown> => kind as StatementKind<unknown>);

/** A statement, parsed and in canonical form, its signatures not yet checked. */
export interface Statement {
  /** SHA-256 over the wire form; two statements with one digest are the same. */
  readonly digest: Id;
  readonly kind: number;
  /** Device key of the author, undefined where the payload proves itself. */
  readonly author: Id | undefined;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  readonly bytes: Uint8Array;
  /** The decoded payload where the kind is known; read it with `statementContentOf`. */
  readonly content: unknown;
}

/** Reads a statement's form: size, canonical form, author and signature where its kind needs them. @returns it, or the first fault. */
export function readStatement(bytes: Uint8Array): Outcome<Statement, WireFault> {
  const message = StatementMessage.decode(bytes, STATEMENT_BYTES_MAX);
  if (!message.ok) return message;
  const { kind: number, author, payload, signature } = message.value;
  const kind = STATEMENT_KINDS.find((candidate) => candidate.number === number);
  const content = kind === undefined ? ok(undefined) : kind.shape.decode(payload, kind.payloadBytesMax);
  if (!content.ok) return content;
  const signed = author !== undefined && signature.length === SIGNATURE_BYTES;
  const unsigned = author === undefined && signature.length === 0;
  if (kind === undefined ? !signed && !unsigned : kind.signed ? !signed : !unsigned) {
    return no({ code: 'bad_field', at: 'signature', sentence: 'does not fit the kind of statement' });
  }
  const digest = bytesToId(taggedHash(TAGS.statementDigest, [bytes]));
  return ok({ digest, kind: number, author, payload, signature, bytes, content: content.value });
}

/** @returns the decoded payload when the statement is of this kind. */
export function statementContentOf<Content>(statement: Statement, kind: StatementKind<Content>): Content | undefined {
  return statement.kind === kind.number ? (statement.content as Content) : undefined;
}

/** @returns the check of the author's signature, undefined for a statement that proves itself. */
export function statementCheck(statement: Statement, network: Uint8Array): SignatureCheck | undefined {
  if (statement.author === undefined) return undefined;
  const message = statementMessage(statement.kind, statement.author, statement.payload, network);
  return { publicKey: idToBytes(statement.author), message, signature: statement.signature };
}

/** @returns what an author signs. */
export function statementMessage(kind: number, author: Id, payload: Uint8Array, network: Uint8Array): Uint8Array {
  return tagged(TAGS.statement, [network, StatementMessage.encode({ kind, author, payload, signature: NO_BYTES })]);
}

/** @returns the wire form; `author` and `signature` are left out for a kind that proves itself. */
export function sealStatement<Content>(
  kind: StatementKind<Content>,
  content: Content,
  signed?: { readonly author: Id; readonly signature: Uint8Array },
): Uint8Array {
  const payload = kind.shape.encode(content);
  return StatementMessage.encode({
    kind: kind.number,
    author: signed?.author,
    payload,
    signature: signed?.signature ?? NO_BYTES,
  });
}
