import type { RouteOutput } from '../../api/routes.ts';
import { kindOfNumber } from '../../core/wire/kinds/table.ts';
import { kindName } from '../../engine/events.ts';
import type { OperationContext } from '../context.ts';

/** Lists entries that were sent to bodies and not answered yet. */
export async function listOutbox(context: OperationContext): Promise<RouteOutput<'outbox'>> {
  return {
    entries: context.outbox.letters().map(({ entry, to, answer }) => {
      const { kind } = entry.header;
      const name = kindName(kindOfNumber(kind), kind);
      return { entry: entry.id, kind: name, to, toName: context.names.of(to), answer };
    }),
  };
}
