import { type Id, parseId } from '../core/base/id.ts';
import { isRefusalCode, type RefusalCode } from '../core/base/refusals.ts';
import { ratePoliciesTable, ratesTable } from '../core/ledger/tables.ts';
import { isPossible } from '../core/members/acts.ts';
import { decidedTable } from '../core/members/tables.ts';
import { charterAmendedKind, expelledKind } from '../core/wire/kinds/acts.ts';
import { rateTakenKind } from '../core/wire/kinds/ledger.ts';
import { charterTextKind } from '../core/wire/kinds/people.ts';
import type { ProposalRow } from '../core/wire/messages/decisions.ts';
import type { Logger } from '../ports/logger.ts';
import { composeCertificate } from './certificates/compose.ts';
import { type OperationContext, peerOf } from './context.ts';
import { charterTextIn } from './criteria.ts';
import { NotWrittenError } from './driver.ts';
import { OperationFault } from './fault.ts';
import { hasFact, Looks } from './looks.ts';
import { noteOpenings, ownBook } from './noting.ts';
import { type FoundProposal, proposalsIn } from './proposals.ts';

/** Facts after which there may be something to be done. */
const CALLS = ['proposalClosed', 'ratesAccepted', 'memberAdmitted'];
/** Of these, what may make possible what was refused: a new policy, or that the last member is no more alone. */
const CHANGES_OF_MIND = ['ratesAccepted', 'memberAdmitted'];
/** Time until a decision is looked at again whose book nobody has confirmed so far; twice as long each time, up to the longest. */
const AGAIN_MS = 2000;
const AGAIN_MS_MAX = 60_000;
/** What a certificate is refused for that a newer one may not be: the charter was amended, or more witnesses confirm it by then. */
const PASSING: ReadonlySet<RefusalCode> = new Set(['stale_charter', 'too_few_cosignatures']);

/**
 * Does in own books what decisions say, as soon as a certificate can be made of them: a body's node amends its charter and expels whom
 * the body decided to expel; a bank's node takes the rates of bodies whose rates it accepts.
 */
export class DecisionFollower implements AsyncDisposable {
  readonly #context: OperationContext;
  readonly #logger: Logger;
  readonly #looks: Looks;
  readonly #stopListening: () => void;
  /** Proposals that were carried out, or that the own rules refuse for good. */
  readonly #settled = new Set<Id>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Until the next look, where a decision waits to be confirmed; 0 where none does. */
  #againMs = 0;

  constructor(context: OperationContext, logger: Logger) {
    this.#context = context;
    this.#logger = logger;
    this.#stopListening = context.driver.listen((notice) => {
      if (hasFact(notice, CHANGES_OF_MIND)) this.#settled.clear();
      if (notice.type === 'checkpoint' && this.#againMs > 0) this.#looks.ask();
    });
    this.#looks = new Looks({
      driver: context.driver,
      calls: CALLS,
      look: (isClosed) => this.#follow(isClosed),
      failed: (error) => logger.warn('decisions could not be looked at', { error: String(error) }),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopListening();
    await this.#looks[Symbol.asyncDispose]();
    clearTimeout(this.#timer);
  }

  /** Takes decisions in the order in which their bodies closed them; one that cannot be carried out holds none up. */
  async #follow(isClosed: () => boolean): Promise<void> {
    let isWaiting = false;
    for (const found of this.#due()) {
      if (isClosed()) return;
      const result = await this.#carryOut(found).catch((error: unknown) => this.#failed(found, error));
      if (result === 'waiting') isWaiting = true;
      else this.#settled.add(found.proposal);
    }
    clearTimeout(this.#timer);
    this.#againMs = isWaiting ? Math.min(AGAIN_MS_MAX, Math.max(AGAIN_MS, this.#againMs * 2)) : 0;
    // The book is confirmed by and by; nothing says so of one without witnesses.
    if (isWaiting && !isClosed()) this.#timer = setTimeout(() => this.#looks.ask(), this.#againMs);
  }

  /** A member that is gone, a rate above what the bank accepts: no later try would be answered otherwise. */
  #failed({ proposal }: FoundProposal, error: unknown): 'settled' | 'waiting' {
    if (error instanceof NotWrittenError && isRefusalCode(error.code) && !PASSING.has(error.code)) {
      this.#logger.warn('a decision is not carried out', { proposal, code: error.code });
      return 'settled';
    }
    if (!(error instanceof OperationFault))
      this.#logger.warn('a decision could not be carried out yet', { proposal, error: String(error) });
    return 'waiting';
  }

  #due(): readonly FoundProposal[] {
    const { kind, identity } = this.#context.self;
    if (kind === 'person') return [];
    const own = proposalsIn(this.#context, identity).filter(({ row }) => row.question.act?.rate === undefined);
    return [...own, ...(kind === 'bank' ? this.#rates() : [])]
      .filter(({ proposal, row }) => isToBeDone(row) && !this.#settled.has(proposal))
      .sort((left, right) => left.row.closed - right.row.closed);
  }

  #rates(): readonly FoundProposal[] {
    const ledger = this.#stateOf('transfers');
    const bodies = [...(ledger?.rows(ratePoliciesTable) ?? [])].flatMap(({ key }) => parseId(key.join('/')) ?? []);
    return bodies
      .flatMap((body) => proposalsIn(this.#context, body))
      .filter(({ row }) => row.question.act?.rate !== undefined);
  }

  #stateOf(channel: 'people' | 'transfers') {
    return ownBook(this.#context, channel)?.state?.state;
  }

  async #carryOut(found: FoundProposal): Promise<'settled' | 'waiting'> {
    const { acts } = this.#context;
    const { close, question } = found.row;
    const { act } = question;
    const channel = act?.rate === undefined ? 'people' : 'transfers';
    const state = this.#stateOf(channel);
    if (state === undefined || close === undefined || act === undefined) return 'waiting';
    const done = act.rate === undefined ? state.get(decidedTable, close) : state.get(ratesTable, close);
    if (done !== undefined) return 'settled';
    if (act.rate === undefined && !isPossible(state, act)) {
      this.#logger.warn('a decision is not carried out', { proposal: found.proposal, code: 'act_impossible' });
      return 'settled';
    }
    const { standalone, cosigners } = await composeCertificate(this.#context, found);
    const { decision: certificate } = standalone;
    await noteOpenings(this.#context, channel, this.#openingsFor(found, cosigners));
    if (act.rate !== undefined) await acts.write('transfers', rateTakenKind, { certificate });
    else if (act.expulsion !== undefined) await acts.write('people', expelledKind, { certificate });
    else if (act.charter !== undefined) {
      await this.#publishText(act.charter.charter.textDigest);
      await acts.write('people', charterAmendedKind, { certificate });
    }
    return 'settled';
  }

  /** The words of a charter stand in its proposer's book; the body's own is to hold them too from now on. */
  async #publishText(textDigest: Id): Promise<void> {
    const { store, acts } = this.#context;
    const people = ownBook(this.#context, 'people');
    if (people === undefined || (await charterTextIn(peerOf(this.#context), store, textDigest, people.id))) return;
    const text = await charterTextIn(peerOf(this.#context), store, textDigest);
    if (text !== undefined) await acts.write('people', charterTextKind, text);
  }

  /** The Opening of the decision book, and one of each witness that confirmed it, whose logs are noted with it. */
  #openingsFor({ book }: FoundProposal, cosigners: readonly Id[]) {
    const { books } = peerOf(this.#context);
    return [book, ...cosigners.flatMap((witness) => books.of(witness).slice(0, 1))].map(
      ({ openingEntry }) => openingEntry,
    );
  }
}

function isToBeDone({ state, question }: ProposalRow): boolean {
  return state === 'adopted' && question.act !== undefined;
}
