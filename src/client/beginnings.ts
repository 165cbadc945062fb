import { idToBytes } from '../core/base/id.ts';
import { profileKind } from '../core/wire/kinds/book.ts';
import { charterTextKind, foundingKind } from '../core/wire/kinds/people.ts';
import type { CharterText, Founding } from '../core/wire/messages/people.ts';
import type { OperationContext } from './context.ts';
import { NotWrittenError } from './driver.ts';
import { ownBook } from './noting.ts';

/** What a new identity says of itself before anything else. */
export interface Beginnings {
  readonly name: string;
  /** For a body: what its founders signed. */
  readonly founding?: Founding | undefined;
  readonly charterText?: CharterText | undefined;
}

/** Member books begin with Opening and Founding; what follows them at the first start is looked for up to here. */
const FIRST_ENTRIES = 16;

/**
 * Writes what the books of a new identity begin with, where it is missing: for a body its Founding and the words of its
 * charter, the name, and the ledger or labor book that others look for. May be called at every start; a crash between two of them is mended by the next.
 */
export async function writeBeginnings(context: OperationContext, beginnings: Beginnings): Promise<void> {
  const { founding, charterText, name } = beginnings;
  const kinds = new Set(await firstKinds(context));
  const { acts } = context;
  try {
    if (founding !== undefined && !kinds.has(foundingKind.number)) await acts.write('people', foundingKind, founding);
    if (charterText !== undefined && !kinds.has(charterTextKind.number)) {
      await acts.write('people', charterTextKind, charterText);
    }
    if (!kinds.has(profileKind.number)) {
      await acts.write('people', profileKind, { name, description: '', contact: '' });
    }
    if (context.self.kind === 'bank' || context.self.kind === 'cooperative') {
      await context.driver.openBook(context.self.region, 'transfers');
    }
  } catch (error) {
    if (!(error instanceof NotWrittenError) || error.code !== 'read_only') throw error;
  }
}

async function firstKinds(context: OperationContext): Promise<readonly number[]> {
  const book = ownBook(context, 'people');
  if (book === undefined) return [];
  const rows = await context.store.entriesOf(idToBytes(book.id), 0, FIRST_ENTRIES, 1024 * 1024);
  return rows.map(({ kind }) => kind);
}
