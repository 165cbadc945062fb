import type { PeerNotice } from '../engine/events.ts';
import type { Logger } from '../ports/logger.ts';
import type { OperationContext } from './context.ts';
import { Looks } from './looks.ts';
import { proposalsIn } from './proposals.ts';
import { hasRevealed, openChoice, reveal } from './sealed-ballots.ts';

/** Shows what own sealed ballots commit to as soon as their body has fixed the ballots (protocol §8), without being asked. */
export class BallotOpener implements AsyncDisposable {
  readonly #context: OperationContext;
  readonly #looks: Looks;
  readonly #stopListening: () => void;

  constructor(context: OperationContext, logger: Logger) {
    this.#context = context;
    this.#looks = new Looks((isClosed) =>
      this.#open(isClosed).catch((error: unknown) => {
        logger.warn('a sealed ballot could not be revealed yet', { error: String(error) });
      }),
    );
    this.#stopListening = context.driver.listen((notice) => {
      if (isCall(notice)) this.#looks.ask();
    });
    this.#looks.ask();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopListening();
    await this.#looks[Symbol.asyncDispose]();
  }

  async #open(isClosed: () => boolean): Promise<void> {
    for (const found of proposalsIn(this.#context, undefined)) {
      if (isClosed()) return;
      const { version, state } = found.row;
      if (state !== 'revealing' || (await hasRevealed(this.#context, version))) continue;
      if ((await openChoice(this.#context, version)) !== undefined) await reveal(this.#context, found);
    }
  }
}

function isCall(notice: PeerNotice): boolean {
  return (
    notice.type === 'effect' && notice.effect === 'applied' && notice.facts.some(({ type }) => type === 'ballotsSealed')
  );
}
