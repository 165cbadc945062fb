import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import { type OperationContext, peerOf } from '../context.ts';

/** Lists the books whose charter names this node. */
export async function listWitnessed(context: OperationContext): Promise<RouteOutput<'witness.list'>> {
  const { settings, witnessing } = peerOf(context);
  const books = witnessing.assigned().map(({ book: { id, opening }, isOffered, confirmed, largest }) => ({
    book: id,
    identity: opening.identity,
    name: context.names.of(opening.identity),
    channel: opening.channel,
    offered: isOffered,
    confirmed,
    largest,
    accused: witnessing.evidence.isAccused(id, opening.device),
  }));
  return { offer: settings.offer, confirms: witnessing.isOn, books };
}

/** Says whose books this node confirms; what it has signed stays signed. */
export async function offerWitness(
  context: OperationContext,
  { offer }: ParsedRouteInput<'witness.offer'>,
): Promise<RouteOutput<'witness.list'>> {
  await context.acts.tell({ type: 'offer', offer });
  return await listWitnessed(context);
}
