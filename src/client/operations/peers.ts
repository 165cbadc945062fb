import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import { type OperationContext, peerOf } from '../context.ts';
import { OperationFault } from '../fault.ts';

/** Lists the connected peers, whose nodes they are, and the roots. */
export async function listPeers(context: OperationContext): Promise<RouteOutput<'peer.list'>> {
  const peer = peerOf(context);
  const { names } = context;
  return {
    peers: context.network.peers().map((info) => {
      const identity = peer.submit.identityOf(info.peer);
      return {
        peer: info.peer,
        identity,
        name: identity === undefined ? undefined : names.of(identity),
        addresses: [...info.addresses],
        direction: info.direction,
        connectedAt: Math.round(info.connectedAtMs),
        score: info.score,
      };
    }),
    roots: [...peer.settings.roots].map((identity) => ({ identity, name: names.of(identity) })),
  };
}

/** Dials an address, adds a root, or both. */
export async function addPeer(
  context: OperationContext,
  input: ParsedRouteInput<'peer.add'>,
): Promise<RouteOutput<'peer.add'>> {
  // The address first: where nobody answers, nothing was changed.
  const peer = input.address === undefined ? undefined : await dial(context, input.address);
  if (input.root !== undefined) await context.acts.tell({ type: 'addRoots', roots: [input.root] });
  const identity = peer === undefined ? undefined : peerOf(context).submit.identityOf(peer);
  return { peer, identity, roots: [...peerOf(context).settings.roots] };
}

async function dial(context: OperationContext, address: string): Promise<string> {
  try {
    return await context.acts.dial(address);
  } catch (cause) {
    if (!(cause instanceof Error) || cause.name !== 'NetworkFailedError') throw cause;
    throw new OperationFault('unreachable', `Could not connect: ${cause.message}`, { field: 'address', cause });
  }
}
