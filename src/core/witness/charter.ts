import type { SignatureCheck } from '../../ports/signatures.ts';
import type { Id } from '../base/id.ts';
import type { Head } from '../wire/messages/book.ts';
import { type Statement, type StatementKind, statementCheck, statementContentOf } from '../wire/statement.ts';

/** What a reader has to know of a book and its body to judge what is signed about the book. */
export interface WitnessedBook {
  readonly network: Uint8Array;
  readonly book: Id;
  /** 0 for a book that continues none, else as its Opening says. */
  readonly epoch: number;
  /** The device that the book's Opening names. */
  readonly writer: Id;
  /** The body's member books, each with those that continue it after it. */
  readonly charterBooks: readonly Id[];
  /** Identities that witness by the charter at this head; undefined where the head is not held, or is in none of these books. */
  witnessesAt(charterHead: Head): readonly Id[] | undefined;
  /** Whether the identity's log grants the device and has not revoked it. */
  holdsDevice(identity: Id, device: Id): boolean;
  /** Whether a signature holds. */
  verify(check: SignatureCheck): boolean;
}

/** @returns how two heads of a body's member book follow each other: below, equal or above 0; undefined where that is not known. */
export function compareCharterHeads(books: readonly Id[], left: Head, right: Head): number | undefined {
  const [leftBook, rightBook] = [books.indexOf(left.book), books.indexOf(right.book)];
  if (leftBook < 0 || rightBook < 0) return undefined;
  const order = leftBook - rightBook || left.sequence - right.sequence;
  return order === 0 && left.id !== right.id ? undefined : order;
}

/** @returns what the statement says, where it is of this kind, about this book, and signed by its author. */
export function signedContent<Content extends { readonly book: Id }>(
  statement: Statement,
  kind: StatementKind<Content>,
  { network, book, verify }: Pick<WitnessedBook, 'network' | 'book' | 'verify'>,
): Content | undefined {
  const content = statementContentOf(statement, kind);
  const check = statementCheck(statement, network);
  return content?.book === book && check !== undefined && verify(check) ? content : undefined;
}

/** @returns what a witness says, where its statement is of this kind, about this book, and signed by a device of the witness. */
export function witnessContent<Content extends { readonly book: Id; readonly witness: Id }>(
  statement: Statement,
  kind: StatementKind<Content>,
  book: Pick<WitnessedBook, 'network' | 'book' | 'holdsDevice' | 'verify'>,
): Content | undefined {
  const content = statementContentOf(statement, kind);
  if (content === undefined || statement.author === undefined) return undefined;
  return book.holdsDevice(content.witness, statement.author) ? signedContent(statement, kind, book) : undefined;
}
