import { applied, type Effect, type RuleContext, type RuleSet } from '../books/rules.ts';
import type { StateDraft } from '../books/state.ts';
import { contentOf, type Entry } from '../wire/entry.ts';
import {
  amendedKind,
  ballotsSealedKind,
  ballotTakenKind,
  closeKind,
  closePageKind,
  proposalEndedKind,
  proposalKind,
  revealPageKind,
  withdrawnKind,
} from '../wire/kinds/decisions.ts';
import { lotDrawnKind, lotKind, lotSealedKind } from '../wire/kinds/lots.ts';
import { stepClose, stepClosePage, stepProposalEnded } from './close.ts';
import { stepLot, stepLotDrawn, stepLotSealed } from './lots.ts';
import { stepAmended, stepProposal, stepWithdrawn } from './open.ts';
import { stepBallotsSealed, stepRevealPage } from './sealed.ts';
import { stepBallotTaken } from './taken.ts';

/** Rules of decision books: the books that bodies keep on `proposals` (protocol §8). */
export const decisionRules: RuleSet = {
  name: 'decisions',
  governs: (kind, channel) => kind !== 'person' && channel === 'proposals',
  step(entry: Entry, state: StateDraft, context: RuleContext): Effect {
    const proposal = contentOf(entry, proposalKind);
    if (proposal !== undefined) return stepProposal(proposal, entry, state, context);
    const amended = contentOf(entry, amendedKind);
    if (amended !== undefined) return stepAmended(amended, entry, state, context);
    const withdrawn = contentOf(entry, withdrawnKind);
    if (withdrawn !== undefined) return stepWithdrawn(withdrawn.withdraw, state, context);
    const ended = contentOf(entry, proposalEndedKind);
    if (ended !== undefined) return stepProposalEnded(ended.proposal, state, context);
    const page = contentOf(entry, closePageKind);
    if (page !== undefined) return stepClosePage(page, state);
    const taken = contentOf(entry, ballotTakenKind);
    if (taken !== undefined) return stepBallotTaken(taken, state, context);
    const sealed = contentOf(entry, ballotsSealedKind);
    if (sealed !== undefined) return stepBallotsSealed(sealed, state, context);
    const revealed = contentOf(entry, revealPageKind);
    if (revealed !== undefined) return stepRevealPage(revealed, state, context);
    const close = contentOf(entry, closeKind);
    return close === undefined ? stepLots(entry, state, context) : stepClose(close, entry, state, context);
  },
};

function stepLots(entry: Entry, state: StateDraft, context: RuleContext): Effect {
  const lot = contentOf(entry, lotKind);
  if (lot !== undefined) return stepLot(lot, entry, state, context);
  const sealed = contentOf(entry, lotSealedKind);
  if (sealed !== undefined) return stepLotSealed(sealed, state, context);
  const drawn = contentOf(entry, lotDrawnKind);
  return drawn === undefined ? applied() : stepLotDrawn(drawn, state, context);
}
