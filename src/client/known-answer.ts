import { bytesToId, type Id, idToBytes } from '../core/base/id.ts';
import { refusalOfNumber, refusalSentence } from '../core/base/refusals.ts';
import { accountOf } from '../core/ledger/figures.ts';
import { isStanding, refusalOf } from '../core/members/refusing.ts';
import { carriedEntryId, contentOf, type Entry, readEntry } from '../core/wire/entry.ts';
import { accountRequestKind, orderRefusedKind } from '../core/wire/kinds/ledger.ts';
import { applyKind, refusedKind } from '../core/wire/kinds/people.ts';
import type { Head } from '../core/wire/messages/book.ts';
import type { RefusalRow } from '../core/wire/messages/state.ts';
import type { Peer } from '../engine/peer.ts';
import type { Store } from '../ports/store.ts';
import type { Answer } from './answer.ts';
import { refusalWords } from './criteria.ts';

/** @returns the answer to an own entry as far as the body's book, followed here, tells it; undefined where it does not. */
export async function knownAnswer(peer: Peer, store: Store, entry: Entry, to: Id): Promise<Answer | undefined> {
  const { kind } = entry.header;
  const ledger = peer.books.bodyBook(to, 'transfers')?.state?.state;
  if (kind === accountRequestKind.number && (ledger === undefined || accountOf(ledger, entry.id) === undefined)) {
    return undefined;
  }
  const refusal = kind === applyKind.number ? standingRefusal(peer, entry.id, to) : undefined;
  if (refusal !== undefined) {
    const { row, carrier } = refusal;
    return { word: 'refused', sentence: await refusalWords(peer, store, to, row), carrier };
  }
  const found = await carrierOf(peer, store, entry.id, to);
  if (found === undefined) return undefined;
  const { carrier, carrying } = found;
  const refused = contentOf(carrying, orderRefusedKind)?.orders.find(({ order }) => isEntry(order, entry));
  const code = refused === undefined ? undefined : refusalOfNumber(refused.code);
  if (code !== undefined) return { word: 'refused', code, sentence: refusalSentence(code), carrier };
  return { word: 'accepted', sentence: 'The body’s book carries it.', carrier };
}

function standingRefusal(
  peer: Peer,
  apply: Id,
  body: Id,
): { readonly row: RefusalRow; readonly carrier: Head } | undefined {
  const book = peer.books.bodyBook(body, 'people');
  const row = book?.state === undefined ? undefined : refusalOf(book.state.state, apply);
  if (book?.state === undefined || row === undefined || !isStanding(row, book.state.state)) return undefined;
  return { row, carrier: { book: book.id, sequence: row.sequence, id: row.refused } };
}

/** @returns the entry of a body's book that carries an entry whole. */
async function carrierOf(
  peer: Peer,
  store: Store,
  entry: Id,
  body: Id,
): Promise<{ readonly carrier: Head; readonly carrying: Entry } | undefined> {
  for (const place of await store.carriersOf(idToBytes(entry))) {
    const book = bytesToId(place.book);
    if (peer.books.get(book)?.opening.identity !== body) continue;
    const [row] = await store.entriesOf(place.book, place.sequence, 1, 1);
    const carrying = row === undefined ? undefined : readEntry(row.bytes, peer.world.network);
    // A refusal that stands was told before this; another one answers nothing.
    if (carrying?.ok !== true || contentOf(carrying.value, refusedKind) !== undefined) continue;
    return { carrier: { book, sequence: place.sequence, id: carrying.value.id }, carrying: carrying.value };
  }
  return undefined;
}

function isEntry(carried: Uint8Array, entry: Entry): boolean {
  const id = carriedEntryId(carried);
  return id !== undefined && bytesToId(id) === entry.id;
}
