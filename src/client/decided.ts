import { type Id, parseId } from '../core/base/id.ts';
import { isRefusalCode } from '../core/base/refusals.ts';
import type { StateView } from '../core/books/state.ts';
import { ratePoliciesTable, ratesTable } from '../core/ledger/tables.ts';
import { areRulesSound } from '../core/members/decision-rules.ts';
import { decidedTable } from '../core/members/tables.ts';
import { isMember } from '../core/members/view.ts';
import { charterAmendedKind, expelledKind } from '../core/wire/kinds/acts.ts';
import { rateTakenKind } from '../core/wire/kinds/ledger.ts';
import { charterTextKind } from '../core/wire/kinds/people.ts';
import type { Act } from '../core/wire/messages/decisions.ts';
import type { PeerNotice } from '../engine/events.ts';
import type { Logger } from '../ports/logger.ts';
import { type ComposedCertificate, composeCertificate } from './certificates/compose.ts';
import { type OperationContext, peerOf } from './context.ts';
import { charterTextIn } from './criteria.ts';
import { NotWrittenError } from './driver.ts';
import { OperationFault } from './fault.ts';
import { noteOpenings, ownBook } from './noting.ts';
import { type FoundProposal, proposalsIn } from './proposals.ts';

/** Facts after which there may be something to be done. */
const CALLS: ReadonlySet<string> = new Set(['proposalClosed', 'ratesAccepted', 'memberAdmitted']);
/** Time until a decision is looked at again whose book nobody has confirmed so far; twice as long each time, up to the longest. */
const AGAIN_MS = 2000;
const AGAIN_MS_MAX = 60_000;

/**
 * Does in own books what decisions say, as soon as a certificate can be made of them: a body's node amends its charter and expels whom
 * the body decided to expel; a bank's node takes the rates of bodies whose rates it accepts.
 */
export class DecisionFollower implements AsyncDisposable {
  readonly #context: OperationContext;
  readonly #logger: Logger;
  readonly #stopListening: () => void;
  /** Proposals that were carried out, or that the own rules refuse for good. */
  readonly #settled = new Set<Id>();
  #work: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;
  /** Until the next look, where a decision waits to be confirmed; 0 where none does. */
  #againMs = 0;

  constructor(context: OperationContext, logger: Logger) {
    this.#context = context;
    this.#logger = logger;
    this.#stopListening = context.driver.listen((notice) => {
      const isConfirming = notice.type === 'checkpoint' && this.#againMs > 0;
      if (!isConfirming && !isCall(notice)) return;
      if (isNewPolicy(notice)) this.#settled.clear();
      this.#look();
    });
    this.#look();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#stopListening();
    clearTimeout(this.#timer);
    await this.#work;
  }

  #look(): void {
    if (this.#isClosed) return;
    this.#work = this.#work
      .then(() => this.#follow())
      .catch((error: unknown) => {
        this.#logger.warn('a decision could not be carried out yet', { error: String(error) });
        this.#lookAgain(true);
      });
  }

  async #follow(): Promise<void> {
    let isWaiting = false;
    for (const found of this.#toDo()) {
      if (this.#isClosed) return;
      if (this.#settled.has(found.proposal)) continue;
      const composed = await composeCertificate(this.#context, found).catch((error: unknown) => {
        if (error instanceof OperationFault) return undefined;
        throw error;
      });
      isWaiting ||= composed === undefined;
      if (composed !== undefined)
        await this.#carryOut(found, composed).catch((error: unknown) => this.#refused(found, error));
    }
    this.#lookAgain(isWaiting);
  }

  /** A member that is gone, a rate above what the bank accepts: no later try would be answered otherwise. */
  #refused({ proposal }: FoundProposal, error: unknown): void {
    if (!(error instanceof NotWrittenError) || !isRefusalCode(error.code)) throw error;
    this.#settled.add(proposal);
    this.#logger.warn('a decision is not carried out', { proposal, code: error.code });
  }

  /** The book is confirmed by and by; nothing says so of one without witnesses. */
  #lookAgain(isWaiting: boolean): void {
    clearTimeout(this.#timer);
    this.#againMs = isWaiting ? Math.min(AGAIN_MS_MAX, Math.max(AGAIN_MS, this.#againMs * 2)) : 0;
    if (isWaiting && !this.#isClosed) this.#timer = setTimeout(() => this.#look(), this.#againMs);
  }

  #toDo(): readonly FoundProposal[] {
    const { kind, identity } = this.#context.self;
    if (kind === 'person') return [];
    const own = proposalsIn(this.#context, identity).filter((found) => this.#isOwnToDo(found));
    if (kind !== 'bank') return oldestFirst(own);
    const ledger = ownBook(this.#context, 'transfers')?.state?.state;
    const bodies = [...(ledger?.rows(ratePoliciesTable) ?? [])].flatMap(({ key }) => parseId(key.join('/')) ?? []);
    const rates = bodies.flatMap((body) => proposalsIn(this.#context, body));
    return oldestFirst([
      ...own,
      ...rates.filter(({ row }) => row.state === 'adopted' && row.question.act?.rate !== undefined),
    ]);
  }

  #isOwnToDo({ row }: FoundProposal): boolean {
    const state = ownBook(this.#context, 'people')?.state?.state;
    return row.state === 'adopted' && state !== undefined && canBeDone(row.question.act, state);
  }

  async #carryOut(found: FoundProposal, composed: ComposedCertificate): Promise<void> {
    const { acts } = this.#context;
    const { act } = found.row.question;
    const { decision } = composed.standalone;
    const channel = act?.rate === undefined ? 'people' : 'transfers';
    const state = ownBook(this.#context, channel)?.state?.state;
    if (state === undefined) return;
    if (isDone(composed.close.id, act, state)) {
      this.#settled.add(found.proposal);
      return;
    }
    await noteOpenings(this.#context, channel, this.#openingsFor(found, composed.cosigners));
    if (act?.rate !== undefined) await acts.write('transfers', rateTakenKind, { certificate: decision });
    else if (act?.expulsion !== undefined) await acts.write('people', expelledKind, { certificate: decision });
    else if (act?.charter !== undefined) {
      await this.#publishText(act.charter.textDigest);
      await acts.write('people', charterAmendedKind, { certificate: decision });
    }
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

function canBeDone(act: Act | undefined, state: StateView): boolean {
  if (act?.charter !== undefined) return areRulesSound(act.charter.rules);
  return act?.expulsion !== undefined && isMember(state, act.expulsion.member);
}

function isDone(close: Id, act: Act | undefined, state: StateView): boolean {
  if (act?.rate !== undefined) return state.get(ratesTable, close) !== undefined;
  return state.get(decidedTable, close) !== undefined;
}

function oldestFirst(found: readonly FoundProposal[]): readonly FoundProposal[] {
  return found.toSorted((left, right) => left.row.sequence - right.row.sequence);
}

function isCall(notice: PeerNotice): boolean {
  return notice.type === 'effect' && notice.effect === 'applied' && notice.facts.some(({ type }) => CALLS.has(type));
}

function isNewPolicy(notice: PeerNotice): boolean {
  return notice.type === 'effect' && notice.facts.some(({ type }) => type === 'ratesAccepted');
}
