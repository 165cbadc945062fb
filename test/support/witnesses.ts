import { createHash } from 'node:crypto';
import { bytesToId, type Id, idToBytes } from '../../src/core/base/id.ts';
import { merkleLeaf } from '../../src/core/base/merkle.ts';
import { consistencyPath } from '../../src/core/base/merkle-growth.ts';
import type { Entry } from '../../src/core/wire/entry.ts';
import type { Head } from '../../src/core/wire/messages/book.ts';
import type { Checkpoint, Cosignature } from '../../src/core/wire/messages/witness.ts';
import {
  checkpointKind,
  cosignatureKind,
  readStatement,
  type Statement,
  type StatementKind,
  sealStatement,
  statementMessage,
} from '../../src/core/wire/statement.ts';
import type { WitnessedBook } from '../../src/core/witness/charter.ts';
import { EMPTY_ENTRY_TREE, growEntryTree, makeCheckpoint } from '../../src/core/witness/checkpoint.ts';
import { amountOf, NETWORK, openBook } from './books.ts';
import { identityNamed } from './identities.ts';
import { keyOf, verifySignature } from './signing.ts';

const bank = identityNamed('bank', 'bank');
/** The Opening of a bank's ledger. */
export const OPENING: Entry = openBook({ log: bank.log, device: bank.device, channel: 'transfers' });
/** The device that writes it. */
export const WRITER = bank.device;
/** The body's member book. */
export const MEMBER_BOOK = idOf('member book');

/** @returns an id, the same for the same text. */
export function idOf(text: string): Id {
  return bytesToId(createHash('sha256').update(text).digest());
}

/** @returns the identity of the witness with this number. */
export function witnessOf(number: number): Id {
  return idOf(`witness ${number}`);
}

/** @returns the name of the witness's device; the second is for auditing. */
export function deviceOf(number: number, auditing = false): string {
  return `witness-${number}${auditing ? '-audit' : ''}`;
}

/** @returns a head of the member book. */
export function charterAt(sequence: number): Head {
  return { book: MEMBER_BOOK, sequence, id: idOf(`charter ${sequence}`) };
}

/** @returns ids of the first `size` entries of the book; from `fork` on those of another branch. */
export function entryIds(size: number, branch = 'main', fork = 0): readonly Id[] {
  return Array.from({ length: size }, (_, index) => {
    if (index === 0) return OPENING.id;
    return idOf(`entry ${index} ${index < fork ? 'main' : branch}`);
  });
}

/** @returns the leaves of these entries. */
export function leavesOf(ids: readonly Id[]): readonly Uint8Array[] {
  return ids.map((id) => merkleLeaf(idToBytes(id)));
}

/** @returns what the writer says of the book with these entries. */
export function checkpointOf(ids: readonly Id[], change: Partial<Checkpoint> = {}): Checkpoint {
  const figures = {
    book: OPENING.id,
    epoch: 0,
    charterHead: charterAt(1),
    stateRoot: idOf(`state ${ids.at(-1)}`),
    totals: { issued: amountOf(ids.length * 3600), retired: amountOf(0) },
  };
  return { ...makeCheckpoint(growEntryTree(EMPTY_ENTRY_TREE, ids), figures), ...change };
}

/** @returns the proof that the first `before` of these entries begin them. */
export function consistencyOf(ids: readonly Id[], before: number): readonly Uint8Array[] {
  return consistencyPath(leavesOf(ids), before);
}

/** @returns a statement signed by the device with this name. */
export function signStatement<Content>(kind: StatementKind<Content>, content: Content, device: string): Statement {
  const key = keyOf(device);
  const payload = kind.shape.encode(content);
  const signature = key.sign(statementMessage(kind.number, key.id, payload, NETWORK));
  const read = readStatement(sealStatement(kind, content, { author: key.id, signature }));
  if (!read.ok) throw new Error(read.reason.sentence);
  return read.value;
}

/** @returns the checkpoint, signed by the writer. */
export function signCheckpoint(checkpoint: Checkpoint, device = WRITER): Statement {
  return signStatement(checkpointKind, checkpoint, device);
}

/** @returns the cosignature, signed by the device of the witness with this number. */
export function signCosignature(cosignature: Cosignature, number: number): Statement {
  return signStatement(cosignatureKind, cosignature, deviceOf(number, cosignature.auditing));
}

/** @returns what is known of the book where the charter at each sequence of the member book has these witnesses. */
export function witnessedBook(charters: Readonly<Record<number, readonly number[]>>): WitnessedBook {
  return {
    network: NETWORK,
    book: OPENING.id,
    epoch: 0,
    writer: keyOf(WRITER).id,
    charterBooks: [MEMBER_BOOK],
    witnessesAt: ({ sequence }) => charters[sequence]?.map(witnessOf),
    holdsDevice: (identity, device) =>
      [...new Set(Object.values(charters).flat())].some(
        (number) =>
          witnessOf(number) === identity &&
          [false, true].some((auditing) => keyOf(deviceOf(number, auditing)).id === device),
      ),
    verify: verifySignature,
  };
}
