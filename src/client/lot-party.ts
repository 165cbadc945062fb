import { equalBytes } from '../core/base/bytes.ts';
import { tagged, taggedHash } from '../core/base/hash.ts';
import { type Id, idToBytes } from '../core/base/id.ts';
import { commitToLot } from '../core/decisions/methods/lot.ts';
import type { EntryKind } from '../core/wire/kinds/kind.ts';
import { lotCommitmentKind, lotSecretKind } from '../core/wire/kinds/lots.ts';
import { TAGS } from '../core/wire/tags.ts';
import type { Logger } from '../ports/logger.ts';
import { ownRows } from './ballots.ts';
import type { OperationContext } from './context.ts';
import { Looks } from './looks.ts';
import { type FoundLot, lotsIn } from './lots.ts';

/**
 * Takes part in lots in which this identity is a party: commits to a secret when the lot is called, and shows it when the commitments
 * are sealed, without being asked. The secret is made of this device's own signature, which nobody else can make and which is the same
 * after a restart; so nothing has to be kept.
 */
export function takePartInLots(context: OperationContext, logger: Logger): AsyncDisposable {
  return new Looks({
    driver: context.driver,
    calls: ['lotCalled', 'lotSealed'],
    look: (isClosed) => takePart(context, isClosed),
    failed: (error) => logger.warn('a lot could not be taken part in', { error: String(error) }),
  });
}

async function takePart(context: OperationContext, isClosed: () => boolean): Promise<void> {
  const { identity } = context.self;
  const lots = lotsIn(context, undefined).filter(({ row }) => row.state !== 'drawn' && row.parties.includes(identity));
  if (lots.length === 0 || isClosed()) return;
  const committed = await lotsOf(context, lotCommitmentKind);
  const shown = await lotsOf(context, lotSecretKind);
  for (const found of lots) {
    if (isClosed()) return;
    if (found.row.state === 'called' && !committed.has(found.lot)) await commit(context, found);
    if (found.row.state === 'sealed' && !shown.has(found.lot)) await show(context, found);
  }
}

async function commit(context: OperationContext, { lot, body }: FoundLot): Promise<void> {
  const { self, acts } = context;
  const commitment = commitToLot(self.identity, await secretFor(context, lot));
  await acts.send(body, await acts.write('proposals', lotCommitmentKind, { body, lot, commitment }));
}

/** Another device of this identity may have committed, to a secret that only it can show. */
async function show(context: OperationContext, { lot, body, row }: FoundLot): Promise<void> {
  const { self, acts } = context;
  const committed = row.committed.find(({ party }) => party === self.identity)?.commitment;
  const secret = await secretFor(context, lot);
  if (committed === undefined || !equalBytes(committed, commitToLot(self.identity, secret))) return;
  await acts.send(body, await acts.write('proposals', lotSecretKind, { body, lot, secret }));
}

async function secretFor({ signer }: OperationContext, lot: Id): Promise<Uint8Array> {
  return taggedHash(TAGS.lotSecret, [await signer.sign(tagged(TAGS.lotSecret, [idToBytes(lot)]))]);
}

/** The lots for which own entries of this kind stand. */
async function lotsOf<Content extends { readonly lot: Id }>(
  context: OperationContext,
  kind: EntryKind<Content>,
): Promise<ReadonlySet<Id>> {
  const lots = new Set<Id>();
  for await (const { content } of ownRows(context, kind)) lots.add(content.lot);
  return lots;
}
