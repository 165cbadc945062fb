import { base64url } from 'multiformats/bases/base64';
import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import type { OperationContext } from '../context.ts';
import { OperationFault } from '../fault.ts';

/** Takes in entries and statements that were signed elsewhere. */
export async function takeItems(
  context: OperationContext,
  input: ParsedRouteInput<'items'>,
): Promise<RouteOutput<'items'>> {
  const items = input.items.map((text, index) => {
    try {
      return base64url.baseDecode(text.replace(/=+$/, ''));
    } catch (cause) {
      throw new OperationFault('malformed', 'This item is not in base64url.', { field: `items[${index}]`, cause });
    }
  });
  const outcomes = await context.acts.take(items, 'api');
  return {
    outcomes: outcomes.map(({ word, id, code, sentence, carrier }) => ({ word, id, code, sentence, carrier })),
  };
}
