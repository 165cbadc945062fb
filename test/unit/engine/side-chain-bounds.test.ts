import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Id } from '../../../src/core/base/id.ts';
import type { RuleContext } from '../../../src/core/books/rules.ts';
import { BookState } from '../../../src/core/books/state.ts';
import type { Entry } from '../../../src/core/wire/entry.ts';
import type { Book } from '../../../src/engine/book.ts';
import { SideChains } from '../../../src/engine/side-chains.ts';
import { idNamed } from '../../support/world.ts';

const MIB = 1024 * 1024;
const END = idNamed('the end');
/** A book that was judged up to its end at 4. */
const BOOK = {
  id: idNamed('book'),
  judged: 5,
  head: { sequence: 4 },
  ids: new Map([[4, END]]),
  state: { state: new BookState() },
} as unknown as Book;

function nameOf(chain: string, sequence: number): Id {
  return sequence === 4 ? END : idNamed(`${chain} ${sequence}`);
}

function entryOf(chain: string, sequence: number): Entry {
  return {
    id: nameOf(chain, sequence),
    book: BOOK.id,
    bytes: new Uint8Array(MIB),
    header: { sequence, previous: nameOf(chain, sequence - 1) },
  } as unknown as Entry;
}

function isRead(chains: SideChains, chain: string, sequence: number): boolean {
  const head = { book: BOOK.id, sequence, id: nameOf(chain, sequence) };
  return chains.stateAt(BOOK, head, [], {} as RuleContext, idNamed(chain)) !== undefined;
}

/** Hands over what is missing as long as anything is. @returns how many entries were taken, and whether the chain was read. */
function fetchAll(
  chains: SideChains,
  chain: string,
  length: number,
): { readonly taken: number; readonly read: boolean } {
  let taken = 0;
  let read = isRead(chains, chain, 4 + length);
  for (let sequence = 4 + length; !read && sequence > 4; sequence -= 1) {
    if (!chains.take(entryOf(chain, sequence))) break;
    taken += 1;
    read = isRead(chains, chain, 4 + length);
  }
  return { taken, read };
}

test('a chain that is too long to hold is let go, is not asked for again, and holds up nobody else’s', () => {
  const chains = new SideChains();
  assert.equal(isRead(chains, 'honest', 8), false);
  assert.ok(chains.take(entryOf('honest', 8)));
  assert.deepEqual(fetchAll(chains, 'liar', 1000), { taken: 17, read: false });
  assert.equal(isRead(chains, 'liar', 1004), false);
  assert.deepEqual(chains.wanted(), []);
  assert.equal(isRead(chains, 'honest', 8), false);
  for (const sequence of [7, 6, 5]) {
    assert.ok(chains.take(entryOf('honest', sequence)));
    assert.equal(isRead(chains, 'honest', 8), sequence === 5);
  }
});

test('what was read makes room for the next chain of the same body', () => {
  const chains = new SideChains();
  for (const length of [15, 16]) assert.deepEqual(fetchAll(chains, 'busy', length), { taken: length, read: true });
});
