import type { RefusalCode } from '../core/base/refusals.ts';
import type { Head } from '../core/wire/messages/book.ts';

/** What a body answered to an entry that was sent to it. */
export interface Answer {
  readonly word: 'accepted' | 'refused' | 'pending';
  readonly code?: RefusalCode | undefined;
  readonly sentence: string;
  readonly carrier?: Head | undefined;
}
