import { DEFAULT_RULES } from '../../src/client/identity-setup.ts';
import { taggedHash } from '../../src/core/base/hash.ts';
import type { Id } from '../../src/core/base/id.ts';
import { idToBytes } from '../../src/core/base/id.ts';
import { present } from '../../src/core/base/outcome.ts';
import type { Effect } from '../../src/core/books/rules.ts';
import { composeSealed } from '../../src/core/decisions/compose.ts';
import { commitToChoice } from '../../src/core/decisions/sealed.ts';
import { proposalsTable } from '../../src/core/decisions/tables.ts';
import { ballotsSealedKind, revealPageKind } from '../../src/core/wire/kinds/decisions.ts';
import type {
  BallotRow,
  BallotsSealed,
  ProposalRow,
  Question,
  SealedChoice,
} from '../../src/core/wire/messages/decisions.ts';
import type { DecisionRule } from '../../src/core/wire/messages/rules.ts';
import { TAGS } from '../../src/core/wire/tags.ts';
import { DecisionScene, YES_OR_NO } from './decisions.ts';
import type { Actor } from './world.ts';

/** A yes or no whose ballots are sealed. */
export const SEALED: Question = { ...YES_OR_NO, sealed: true };
/** Elections by ranked choice, standards by consent, the rest by majority. */
const RULES: readonly DecisionRule[] = [...DEFAULT_RULES, ...DEFAULT_RULES.slice(0, 1)].map((rule, index) => {
  if (index === DEFAULT_RULES.length) return { ...rule, matter: 'standard' };
  return rule.matter === 'general' ? { ...rule, method: 'majority' } : rule;
});

/** What a voter's sealed ballot commits to. */
export function sealedChoice(voter: Actor, choice: readonly number[], delegate?: Id): SealedChoice {
  return { choice, delegate, secret: taggedHash(TAGS.sealedSecret, [idToBytes(voter.identity)]) };
}

/** An assembly of five that decides by majority, with sealed ballots. */
export class SealedScene extends DecisionScene {
  constructor() {
    super(RULES);
  }

  /** A sealed ballot, as a row. */
  sealedRow(voter: Actor, version: Id, sealed: SealedChoice, number = 1): BallotRow {
    const commitment = commitToChoice(version, voter.identity, sealed);
    return this.row(voter, version, [], { number, commitment });
  }

  /** A proposal on whose pages are sealed ballots of the first people, each for or against as listed. */
  voted(choices: readonly (readonly number[])[]): Id {
    const { id } = this.open({ question: SEALED });
    const rows = choices.map((choice, index) => {
      const voter = this.person(index);
      return this.sealedRow(voter, id, sealedChoice(voter, choice));
    });
    this.end(id);
    this.page(id, rows);
    return id;
  }

  seal(proposal: Id, changes: Partial<BallotsSealed> = {}): Effect {
    const { state } = this.hall.decisions;
    const content = composeSealed({ proposal, row: this.proposalRow(proposal) }, 1000, state);
    return this.hall.decisions.write(ballotsSealedKind, { ...content, ...changes });
  }

  /** Such a proposal whose ballots are fixed. */
  sealed(choices: readonly (readonly number[])[]): Id {
    const id = this.voted(choices);
    const effect = this.seal(id);
    if (effect.type !== 'applied') throw new Error(`The BallotsSealed was ${effect.type}.`);
    return id;
  }

  reveal(proposal: Id, shown: readonly (readonly [Actor, SealedChoice])[]): Effect {
    const rows = shown.map(([{ identity: voter }, sealed]) => ({ voter, sealed }));
    return this.hall.decisions.write(revealPageKind, { proposal, rows });
  }

  proposalRow(proposal: Id): ProposalRow {
    return present(this.hall.decisions.state.get(proposalsTable, proposal), 'the proposal is there');
  }
}
