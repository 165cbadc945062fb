import type { Id } from '../../core/base/id.ts';
import { bodyFigures, charterAt } from '../../core/members/view.ts';
import type { Head } from '../../core/wire/messages/book.ts';
import {
  readStatement,
  type Statement,
  type StatementKind,
  sealStatement,
  statementMessage,
} from '../../core/wire/statement.ts';
import type { WitnessedBook } from '../../core/witness/charter.ts';
import type { Book } from '../book.ts';
import type { BookTable } from '../book-table.ts';
import type { Identities } from '../identities.ts';
import type { Settings } from '../settings.ts';
import type { World } from '../world.ts';

/** What is known of books and identities here. */
export interface WitnessTables {
  readonly world: World;
  readonly books: BookTable;
  readonly identities: Identities;
  readonly settings: Settings;
}

/** Asks the signer of this node's device. */
export type Sign = (message: Uint8Array, then: (signature: Uint8Array) => void) => void;

/** @returns what is needed to judge what is signed about a book; undefined where it is no body's, or its member book is not here. */
export function witnessedBookOf({ world, books, identities }: WitnessTables, book: Book): WitnessedBook | undefined {
  const members = memberBookOf(books, book);
  if (members === undefined) return undefined;
  return {
    network: world.network,
    book: book.id,
    epoch: book.opening.continues?.epoch ?? 0,
    writer: book.opening.device,
    charterBooks: [members.id],
    witnessesAt: (head) => witnessesAt(members, head),
    holdsDevice: (identity, device) => {
      const known = identities.stateOf(identity)?.devices.get(device);
      return known !== undefined && known.revoked === undefined;
    },
    verify: world.verified.verify,
  };
}

/** The charter in force, as far as the member book is here. */
export interface CharterNow {
  /** The entry of the member book that holds it. */
  readonly head: Head;
  readonly witnesses: readonly Id[];
}

/** @returns who confirms a body's book by the charter in force; undefined where its member book is not here, or not founded. */
export function charterNow(books: BookTable, book: Book): CharterNow | undefined {
  const state = memberBookOf(books, book)?.state?.state;
  const head = state === undefined ? undefined : bodyFigures(state).charterHead;
  if (state === undefined || head === undefined) return undefined;
  return { head, witnesses: charterAt(state, head.sequence)?.witnesses ?? [] };
}

/**
 * Whether checkpoints are written of a body's book: where somebody witnesses it, and of a decision book always, since a certificate of
 * fewer than four witnesses rests on its writer's alone (protocol §8).
 */
export function hasCheckpoints({ opening }: Book, witnesses: number): boolean {
  return witnesses > 0 || opening.channel === 'proposals';
}

function memberBookOf(books: BookTable, book: Book): Book | undefined {
  if (book.kind === 'person' || book.state === undefined) return undefined;
  const members = books.bodyBook(book.opening.identity, 'people');
  return members?.state === undefined ? undefined : members;
}

function witnessesAt(members: Book, { book, sequence, id }: Head): readonly Id[] | undefined {
  const state = members.state?.state;
  if (state === undefined || book !== members.id || sequence >= members.judged) return undefined;
  return members.ids.get(sequence) === id ? charterAt(state, sequence)?.witnesses : undefined;
}

/** Signs a statement with this node's device. */
export function signStatement<Content>(
  { network, self }: World,
  sign: Sign,
  kind: StatementKind<Content>,
  content: Content,
  then: (statement: Statement) => void,
): void {
  const payload = kind.shape.encode(content);
  sign(statementMessage(kind.number, self.device, payload, network), (signature) => {
    const read = readStatement(sealStatement(kind, content, { author: self.device, signature }));
    if (read.ok) then(read.value);
  });
}
