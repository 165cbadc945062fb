import type { Id } from '../../src/core/base/id.ts';
import { present } from '../../src/core/base/outcome.ts';
import type { RefusalCode } from '../../src/core/base/refusals.ts';
import { openingOf } from '../../src/core/wire/entry.ts';
import type { TestBook } from '../support/world.ts';
import { ACT_LIES } from './lies-acts.ts';
import { BANK_LIES, ISSUE_LIES, RATE_LIES } from './lies-bank.ts';
import { DECISION_LIES } from './lies-decisions.ts';
import { LABOR_LIES } from './lies-labor.ts';
import { LOT_LIES } from './lies-lots.ts';
import { MANDATE_LIES } from './lies-mandates.ts';
import { MEMBER_LIES } from './lies-members.ts';
import { ORDER_LIES } from './lies-orders.ts';
import { type Lie, LyingScene, type Told } from './lying-scene.ts';

/** Lies by the books in which they stand; each run hears one sort, which keeps runs short. */
const SORTS: readonly (readonly Lie[])[] = [
  MEMBER_LIES,
  LABOR_LIES,
  BANK_LIES,
  ISSUE_LIES,
  RATE_LIES,
  ORDER_LIES,
  DECISION_LIES,
  MANDATE_LIES,
  ACT_LIES,
  LOT_LIES,
];
/** How many sorts of lies there are. */
export const LIE_SORTS: number = SORTS.length;

/** Books with lies in them, and what every node must make of those entries. */
export interface LyingBooks {
  readonly books: readonly TestBook[];
  readonly codes: ReadonlyMap<Id, RefusalCode>;
  /** Lies that the rules themselves took otherwise. */
  readonly wrong: readonly string[];
}

const told = new Map<number, LyingBooks>();

/** @returns the books of one sort of lies. */
export function lyingBooks(sort: number): LyingBooks {
  const known = told.get(sort);
  if (known !== undefined) return known;
  const scene = new LyingScene();
  const bodies = [scene.garden, scene.forge, scene.assembly, scene.bank, scene.council];
  const books = new Set(bodies.flatMap((body) => [body.memberBook.book, body.transfers.book, body.decisions.book]));
  const codes = new Map<Id, RefusalCode>();
  const wrong: string[] = [];
  for (const { code, tell } of present(SORTS[sort], 'a sort of lies')) {
    const said = tellOne(scene, tell);
    if (typeof said !== 'string') {
      for (const book of [said.book.book, ...(said.also ?? [])]) books.add(book);
      codes.set(scene.newest(said.book).id, code);
    }
    const effect = typeof said === 'string' ? said : wordOf(said);
    if (effect !== code) wrong.push(`the lie ${code} is ${effect}`);
  }
  const lies = { books: [...books], codes, wrong };
  told.set(sort, lies);
  return lies;
}

function tellOne(scene: LyingScene, tell: Lie['tell']): Told | string {
  try {
    return tell(scene);
  } catch (error) {
    return String(error);
  }
}

function wordOf({ effect }: Told): string {
  return effect.type === 'refused' ? effect.code : effect.type;
}

/** @returns who lies in any run: known to everybody as roots. */
export function liars(): readonly Id[] {
  const books = SORTS.flatMap((_, sort) => lyingBooks(sort).books);
  const identities = books.map(({ opening }) => present(openingOf(opening), 'a book begins with an Opening').identity);
  return [...new Set(identities)];
}
