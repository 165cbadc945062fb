import type { Entry } from '../wire/entry.ts';
import type { Head } from '../wire/messages/book.ts';
import type { RuleContext, RuleSet } from './rules.ts';
import { BookState, StateDraft } from './state.ts';
import { stepBook } from './step.ts';

/** What is held of a book that has other chains beside the one that counts. */
export interface HeldChains {
  /** How far the chain that counts was judged, and the state there. */
  readonly judged: Head & { readonly state: BookState };
  /** @returns an entry of the book, the Opening too, undefined where it is not held. */
  entryOf(id: Entry['id']): Entry | undefined;
}

/**
 * Reads a book on the chain that a head fixes, as if it had no other (protocol §3): from where that leaves the chain that counts, if
 * this was judged no further, else from the Opening.
 * @returns the state after the head, or undefined where a part of its chain is not held, or the id does not stand at that sequence.
 */
export function stateAtHead(
  head: Head,
  { judged, entryOf }: HeldChains,
  ruleSets: readonly RuleSet[],
  context: RuleContext,
): BookState | undefined {
  const chain: Entry[] = [];
  let state = new BookState();
  let id: Head['id'] | undefined = head.id;
  for (let sequence = head.sequence; id !== undefined; sequence -= 1) {
    if (sequence === judged.sequence && id === judged.id) {
      state = judged.state.copy();
      break;
    }
    const entry = entryOf(id);
    if (entry?.book !== head.book || entry.header.sequence !== sequence) return undefined;
    chain.push(entry);
    id = entry.header.previous;
  }
  for (const entry of chain.reverse()) {
    const draft = new StateDraft(state);
    const effect = stepBook(ruleSets, entry, draft, context);
    if (effect.type === 'waiting') return undefined;
    if (effect.type === 'applied') state.apply(draft);
  }
  return state;
}
