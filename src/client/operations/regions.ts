import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import { CHANNELS } from '../../core/base/region.ts';
import { type OperationContext, peerOf } from '../context.ts';

/** Lists the regions that this node follows. */
export async function listRegions(context: OperationContext): Promise<RouteOutput<'region.list'>> {
  const { joined } = peerOf(context).settings;
  return { regions: [...joined].map(([region, channels]) => ({ region, channels: [...channels] })) };
}

/** Follows a region, and people and emergency of the wider regions around it. */
export async function joinRegion(
  context: OperationContext,
  input: ParsedRouteInput<'region.join'>,
): Promise<RouteOutput<'region.join'>> {
  await context.acts.tell({ type: 'join', region: input.region, channels: input.channels ?? CHANNELS });
  return await listRegions(context);
}

/** Stops following a region. */
export async function partRegion(
  context: OperationContext,
  input: ParsedRouteInput<'region.part'>,
): Promise<RouteOutput<'region.part'>> {
  await context.acts.tell({ type: 'part', region: input.region });
  return await listRegions(context);
}
