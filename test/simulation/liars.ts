import type { Id } from '../../src/core/base/id.ts';
import { present } from '../../src/core/base/outcome.ts';
import type { RefusalCode } from '../../src/core/base/refusals.ts';
import { openingOf } from '../../src/core/wire/entry.ts';
import type { TestBook } from '../support/world.ts';
import { BANK_LIES, ISSUE_LIES } from './lies-bank.ts';
import { LABOR_LIES } from './lies-labor.ts';
import { MEMBER_LIES } from './lies-members.ts';
import { ORDER_LIES } from './lies-orders.ts';
import { type Lie, LyingScene } from './lying-scene.ts';

/** Lies by the books in which they stand; each run hears one sort, which keeps runs short. */
const SORTS: readonly (readonly Lie[])[] = [MEMBER_LIES, LABOR_LIES, BANK_LIES, ISSUE_LIES, ORDER_LIES];
/** How many sorts of lies there are. */
export const LIE_SORTS: number = SORTS.length;

/** Books with lies in them, and what every node must make of those entries. */
export interface LyingBooks {
  readonly books: readonly TestBook[];
  readonly codes: ReadonlyMap<Id, RefusalCode>;
}

const told = new Map<number, LyingBooks>();

/** @returns the books of one sort of lies. @throws Error when the rules do not refuse a lie with its code. */
export function lyingBooks(sort: number): LyingBooks {
  const known = told.get(sort);
  if (known !== undefined) return known;
  const scene = new LyingScene();
  const bodies = [scene.garden, scene.forge, scene.assembly, scene.bank];
  const books = new Set(bodies.flatMap((body) => [body.memberBook.book, body.transfers.book]));
  const codes = new Map<Id, RefusalCode>();
  for (const { code, tell } of present(SORTS[sort], 'a sort of lies')) {
    const { book, effect } = tell(scene);
    if (effect.type !== 'refused' || effect.code !== code)
      throw new Error(`the lie ${code} is ${JSON.stringify(effect)}`);
    books.add(book.book);
    codes.set(scene.newest(book).id, code);
  }
  const lies = { books: [...books], codes };
  told.set(sort, lies);
  return lies;
}

/** @returns who lies in any run: known to everybody as roots. */
export function liars(): readonly Id[] {
  const books = SORTS.flatMap((_, sort) => lyingBooks(sort).books);
  const identities = books.map(({ opening }) => present(openingOf(opening), 'a book begins with an Opening').identity);
  return [...new Set(identities)];
}
