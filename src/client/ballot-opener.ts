import type { Logger } from '../ports/logger.ts';
import type { OperationContext } from './context.ts';
import { Looks } from './looks.ts';
import { proposalsIn } from './proposals.ts';
import { hasRevealed, openChoice, reveal } from './sealed-ballots.ts';

/** Shows what own sealed ballots commit to as soon as their body has fixed the ballots (protocol §8), without being asked. */
export function openBallots(context: OperationContext, logger: Logger): AsyncDisposable {
  return new Looks({
    driver: context.driver,
    calls: ['ballotsSealed'],
    look: async (isClosed) => {
      for (const found of proposalsIn(context, undefined)) {
        if (isClosed()) return;
        const { version, state } = found.row;
        if (state !== 'revealing' || (await hasRevealed(context, version))) continue;
        if ((await openChoice(context, version)) !== undefined) await reveal(context, found);
      }
    },
    failed: (error) => logger.warn('a sealed ballot could not be revealed yet', { error: String(error) }),
  });
}
