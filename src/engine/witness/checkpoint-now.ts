import { bytesToId } from '../../core/base/id.ts';
import { totalsOf } from '../../core/ledger/tables.ts';
import type { Checkpoint } from '../../core/wire/messages/witness.ts';
import { NO_TOTALS } from '../../core/witness/checkpoint.ts';
import type { Book } from '../book.ts';
import { charterNow, type WitnessTables } from './known-book.ts';

/** What a checkpoint says of a book beside its tree. */
export type CheckpointFigures = Omit<Checkpoint, 'root'>;

/** @returns what this node finds of a body's book as far as it has taken its effects; undefined while some wait, or nobody witnesses it. */
export function checkpointNow({ books }: WitnessTables, book: Book): CheckpointFigures | undefined {
  const charter = charterNow(books, book);
  if (charter === undefined || book.state === undefined || book.judged !== book.head.sequence + 1) return undefined;
  const isLedger = book.kind === 'bank' && book.opening.channel === 'transfers';
  const totals = isLedger ? totalsOf(book.state.state) : undefined;
  return {
    book: book.id,
    epoch: book.opening.continues?.epoch ?? 0,
    charterHead: charter.head,
    size: book.judged,
    head: book.head.id,
    stateRoot: bytesToId(book.state.root()),
    totals: totals === undefined ? NO_TOTALS : { issued: totals.issued, retired: totals.retired },
  };
}
