import { FileEncoder, type FileHeaderDraft } from '../../src/core/files/encode.ts';
import type { Entry } from '../../src/core/wire/entry.ts';
import { Item } from '../../src/core/wire/messages/book.ts';
import type { IdentityEvent } from '../../src/core/wire/messages/identity.ts';
import { identityEventKind, sealStatement } from '../../src/core/wire/statement.ts';
import { CLAIMED_AT, NETWORK } from './books.ts';

const NO_BYTES = new Uint8Array();

/** The header of test files. */
export const FILE_HEADER: FileHeaderDraft = { network: NETWORK, claimedAt: CLAIMED_AT, topics: [], books: [] };

/** @returns an entry as an Item. */
export function entryItem(entry: Pick<Entry, 'bytes'>): Uint8Array {
  return Item.encode({ entry: entry.bytes, statement: NO_BYTES });
}

/** @returns a statement as an Item. */
export function statementItem(statement: Uint8Array): Uint8Array {
  return Item.encode({ entry: NO_BYTES, statement });
}

/** @returns an identity event as an Item. */
export function eventItem(event: IdentityEvent): Uint8Array {
  return statementItem(sealStatement(identityEventKind, event));
}

/** @returns the bytes of a file. */
export function fileOf(items: readonly Uint8Array[], header = FILE_HEADER): Uint8Array {
  const encoder = new FileEncoder();
  return Buffer.concat([encoder.start(header), ...items.map((item) => encoder.item(item)), encoder.end()]);
}
