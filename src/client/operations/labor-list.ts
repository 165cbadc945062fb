import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import { type Id, idToBytes } from '../../core/base/id.ts';
import { contentOf, type Entry, openingOf, readEntry } from '../../core/wire/entry.ts';
import { attestationKind, laborClaimKind, laborRecordKind } from '../../core/wire/kinds/labor.ts';
import { type OperationContext, peerOf } from '../context.ts';
import { claimToJson } from './labor.ts';

type List = RouteOutput<'labor.list'>;

/** Lists claims that wait, and the newest labor records. */
export async function listLabor(
  context: OperationContext,
  input: ParsedRouteInput<'labor.list'>,
): Promise<RouteOutput<'labor.list'>> {
  const own = context.self.kind === 'cooperative' ? context.self.identity : undefined;
  const cooperative = input.cooperative ?? own;
  return { pending: pendingOf(context, cooperative), records: await recordsOf(context, cooperative, input.limit) };
}

/** What cooperatives show, and of this cooperative also what its desk holds. */
function pendingOf(context: OperationContext, cooperative: Id | undefined): List['pending'] {
  const { pending, desk } = peerOf(context);
  const claims = new Map(pending.all().map(({ claim, content }) => [claim.id, content]));
  const attestors = new Map<Id, Id[]>();
  for (const { entry, author } of desk.inbox.all()) {
    const claim = contentOf(entry, laborClaimKind);
    if (claim !== undefined) claims.set(entry.id, claim);
    const attested = contentOf(entry, attestationKind)?.claim;
    if (attested !== undefined) attestors.set(attested, [...(attestors.get(attested) ?? []), author]);
  }
  return [...claims]
    .filter(([, content]) => cooperative === undefined || content.cooperative === cooperative)
    .map(([id, content]) => ({ ...claimToJson(context, id, content), attestors: attestors.get(id) ?? [] }));
}

async function recordsOf(
  context: OperationContext,
  cooperative: Id | undefined,
  limit: number,
): Promise<List['records']> {
  const { books, world } = peerOf(context);
  const book = cooperative === undefined ? undefined : books.bodyBook(cooperative, 'transfers');
  if (cooperative !== undefined && book === undefined) return [];
  const narrowed = book === undefined ? undefined : idToBytes(book.id);
  const rows = await context.store.entriesOfKind(laborRecordKind.number, limit, narrowed);
  const records: List['records'] = [];
  for (const row of rows) {
    const entry = readEntry(row.bytes, world.network);
    const record = entry.ok ? recordToJson(context, entry.value) : undefined;
    if (record !== undefined) records.push(record);
  }
  return records;
}

function recordToJson(context: OperationContext, entry: Entry): List['records'][number] | undefined {
  const { network } = peerOf(context).world;
  const record = contentOf(entry, laborRecordKind);
  const claim = record === undefined ? undefined : readEntry(record.claim, network);
  const content = claim?.ok === true ? contentOf(claim.value, laborClaimKind) : undefined;
  if (record === undefined || claim?.ok !== true || content === undefined) return undefined;
  const attestors = record.attestations.flatMap((bytes) => {
    const attestation = readEntry(bytes, network);
    const author = attestation.ok ? authorOf(context, attestation.value.book) : undefined;
    return author === undefined ? [] : [author];
  });
  return { ...claimToJson(context, claim.value.id, content), record: entry.id, attestors };
}

function authorOf(context: OperationContext, book: Id): Id | undefined {
  const opening = peerOf(context).desk.openingOf(book);
  return opening === undefined ? undefined : openingOf(opening)?.identity;
}
