import type { Id } from '../../base/id.ts';
import type { Channel } from '../../base/region.ts';
import type { Head } from '../messages/book.ts';
import type { IdentityKind } from '../messages/identity.ts';
import type { Shape } from '../shape.ts';

/** Everything the kernel must know of a kind of entry without knowing its rules. */
export interface EntryKind<Content> {
  /** Its number in `kinds.proto`. */
  readonly number: number;
  /** Its name in code, API and CLI. */
  readonly name: string;
  readonly shape: Shape<Content>;
  /** Whether the payload may be erased; no rule reads an erasable one. */
  readonly keeping: 'kept' | 'erasable';
  /** Largest entry in bytes: smaller for a kind that others carry. */
  readonly entryBytesMax: number;
  /** Which identities may write it; others' entries have no effect. */
  readonly writers: readonly IdentityKind[];
  /** In which books it may stand. */
  readonly channels: readonly Channel[];
  /** Whole entries inside, which their book's device has signed. */
  carries(content: Content): readonly Uint8Array[];
  /** Ids of entries of others that stand in it in another form, as a ballot does in its row: it is their receipt. */
  receipts(content: Content): readonly Id[];
  /** Heads of other books up to which the rule reads; the effect waits for them. */
  heads(content: Content): readonly Head[];
  /** Ids that are only mentioned: catch-up may fetch them, no effect waits. */
  mentions(content: Content): readonly Id[];
}

/** A kind whose content type is not known here: `never` in its functions' place, so that only its own reader can call them. */
export type AnyEntryKind = Omit<EntryKind<never>, 'shape'> & { readonly shape: Pick<Shape<unknown>, 'decode'> };

const NOTHING = (): readonly never[] => [];

type Written<Content> = Pick<
  EntryKind<Content>,
  'number' | 'name' | 'shape' | 'keeping' | 'entryBytesMax' | 'writers' | 'channels'
> &
  Partial<Pick<EntryKind<Content>, 'carries' | 'receipts' | 'heads' | 'mentions'>>;

/** @returns the kind with nothing carried, read or mentioned where it does not say so. */
export function defineKind<Content>(kind: Written<Content>): EntryKind<Content> {
  return { carries: NOTHING, receipts: NOTHING, heads: NOTHING, mentions: NOTHING, ...kind };
}
