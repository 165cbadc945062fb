import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import { TOPICS_MAX } from '../../core/base/limits.ts';
import { CHANNELS } from '../../core/base/region.ts';
import type { Place } from '../../engine/followed-topics.ts';
import { type OperationContext, peerOf } from '../context.ts';
import { OperationFault } from '../fault.ts';

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
  await followRegions(context, [{ region: input.region, channels: input.channels ?? CHANNELS }], 'region');
  return await listRegions(context);
}

/** Follows all of these or none. @throws OperationFault `too_many_topics` at `field`. */
export async function followRegions(context: OperationContext, places: readonly Place[], field: string): Promise<void> {
  if (!peerOf(context).topics.hasRoomFor(places)) {
    const names = places.map(({ region }) => region).join(' and ');
    const sentence = `With ${names} this node would follow more than ${TOPICS_MAX} topics; stop following another region first, or follow fewer channels.`;
    throw new OperationFault('too_many_topics', sentence, { field });
  }
  for (const place of places) await context.acts.tell({ type: 'join', ...place });
}

/** Stops following a region. */
export async function partRegion(
  context: OperationContext,
  input: ParsedRouteInput<'region.part'>,
): Promise<RouteOutput<'region.part'>> {
  if (!peerOf(context).settings.joined.has(input.region))
    throw new OperationFault(
      'not_found',
      `This node does not follow ${input.region}; its status tells which regions it does.`,
      { field: 'region' },
    );
  await context.acts.tell({ type: 'part', region: input.region });
  return await listRegions(context);
}
