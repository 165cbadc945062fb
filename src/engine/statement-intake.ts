import { present } from '../core/base/outcome.ts';
import type { IdentityEvent } from '../core/wire/messages/identity.ts';
import {
  claimPendingKind,
  forkProofKind,
  identityEventKind,
  readStatement,
  type Statement,
  statementCheck,
  statementContentOf,
} from '../core/wire/statement.ts';
import type { StatementRow } from '../ports/store.ts';
import type { Endings } from './endings.ts';
import type { ItemOutcome } from './events.ts';
import type { IdentityKeeper } from './identity-keeper.ts';
import type { PendingClaims } from './pending-claims.ts';
import type { Witnessing } from './witness/witnessing.ts';
import type { World } from './world.ts';

/** Takes statements in by their kind. Every check states its verdict. */
export class StatementIntake {
  readonly #world: World;
  readonly #keeper: IdentityKeeper;
  readonly #endings: Endings;
  readonly #pending: PendingClaims;
  readonly #witnessing: Witnessing;

  constructor(parts: {
    world: World;
    keeper: IdentityKeeper;
    endings: Endings;
    pending: PendingClaims;
    witnessing: Witnessing;
  }) {
    this.#world = parts.world;
    this.#keeper = parts.keeper;
    this.#endings = parts.endings;
    this.#pending = parts.pending;
    this.#witnessing = parts.witnessing;
  }

  /** Takes one statement. A kind that this version does not know is ignored: nobody here could tell when to let go of it. */
  take(statement: Statement): ItemOutcome {
    const check = statementCheck(statement, this.#world.network);
    if (check !== undefined && !this.#world.verified.verify(check)) return outcome(statement, 'bad');
    const event = statementContentOf(statement, identityEventKind);
    if (event !== undefined) return outcome(statement, this.#keeper.learn(event.identity, [event]));
    const proof = statementContentOf(statement, forkProofKind);
    if (proof !== undefined) return outcome(statement, this.#endings.take(statement, proof));
    const shown = statementContentOf(statement, claimPendingKind);
    if (shown !== undefined) return outcome(statement, this.#pending.take(statement, shown));
    return outcome(statement, this.#witnessing.take(statement) ?? 'later');
  }

  /** Takes back what was stored, telling nobody. Rows come in no order, so the events of one identity are taken back together. */
  restore(rows: readonly StatementRow[]): void {
    const events: IdentityEvent[] = [];
    for (const row of rows) {
      const read = readStatement(row.bytes);
      const statement = present(read.ok ? read.value : undefined, 'a stored statement is canonical');
      const event = statementContentOf(statement, identityEventKind);
      if (event !== undefined) events.push(event);
      const proof = statementContentOf(statement, forkProofKind);
      if (proof !== undefined) this.#endings.restore(statement, proof);
      const shown = statementContentOf(statement, claimPendingKind);
      if (shown !== undefined) this.#pending.take(statement, shown);
      this.#witnessing.restoreStatement(statement);
    }
    for (const [identity, own] of Map.groupBy(events, (event) => event.identity)) this.#keeper.restore(identity, own);
  }
}

function outcome(statement: Statement, word: 'stored' | 'known' | 'later' | 'bad'): ItemOutcome {
  const verdict = word === 'stored' ? 'accept' : word === 'bad' ? 'reject' : 'ignore';
  return { verdict, word, id: statement.digest };
}
