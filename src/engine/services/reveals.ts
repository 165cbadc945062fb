import type { Id } from '../../core/base/id.ts';
import { present } from '../../core/base/outcome.ts';
import { composeReveals } from '../../core/decisions/compose.ts';
import { rowsOf } from '../../core/decisions/pages.ts';
import { revealedRow, unrevealed } from '../../core/decisions/sealed.ts';
import { contentOf } from '../../core/wire/entry.ts';
import { revealKind } from '../../core/wire/kinds/decisions.ts';
import type { BallotRow, ProposalRow, Reveal, RevealPage } from '../../core/wire/messages/decisions.ts';
import { REVEALS_HELD_MAX } from '../constants.ts';
import type { ItemOutcome } from '../events.ts';
import type { Inbox } from '../inbox.ts';
import type { DecisionState, DecisionView } from './decision-view.ts';
import { kept, later, type Mail, refusedOutcome } from './service.ts';

/** A proposal whose ballots are sealed. */
export interface Revealing {
  readonly proposal: Id;
  readonly row: ProposalRow;
}

/**
 * What electors have shown of their sealed ballots, until it stands on a RevealPage (protocol §8): durable in the inbox, and of each
 * elector what its ballot commits to and nothing else.
 */
export class Reveals {
  readonly #inbox: Inbox;
  readonly #view: DecisionView;
  /** By version and elector. */
  readonly #held = new Map<Id, Map<Id, Mail>>();

  constructor(inbox: Inbox, view: DecisionView) {
    this.#inbox = inbox;
    this.#view = view;
  }

  /** Takes up what the inbox kept over a restart. @returns whether the mail is a Reveal. */
  restore(mail: Mail): boolean {
    const reveal = contentOf(mail.entry, revealKind);
    if (reveal !== undefined) this.#put(mail, reveal);
    return reveal !== undefined;
  }

  /** Versions for which something is held. */
  versions(): readonly Id[] {
    return [...this.#held.keys()];
  }

  /** Keeps what an elector shows. @returns why it is not kept, or that it is. */
  take(mail: Mail, reveal: Reveal, found: Revealing | undefined): ItemOutcome {
    const { entry, author } = mail;
    if (found === undefined) return refusedOutcome(entry, this.#view.whyNotLive(reveal.version));
    const { proposal, row } = found;
    if (row.state !== 'revealing') return refusedOutcome(entry, 'proposal_not_open');
    if (this.#held.get(row.version)?.has(author) === true) return kept(entry);
    const state = this.#view.state();
    const members = this.#view.electorsOf(row);
    if (state === undefined || members === undefined)
      return later(entry, 'The body cannot read its member book now; send it again.');
    const rows = rowsOf(proposal, row, state);
    const shown = revealedRow({ voter: author, sealed: reveal.sealed }, row, unrevealed(rows).get(author), members);
    if (!shown.ok) return this.#isOnPage(rows, author) ? carried(entry.id) : refusedOutcome(entry, shown.reason);
    if (!this.#inbox.keep(mail)) return later(entry, 'The inbox of this body is full.');
    this.#put(mail, reveal);
    return kept(entry);
  }

  /** @returns the next RevealPage; undefined while it is worth waiting for more, or nothing is held. */
  page({ proposal, row }: Revealing, state: DecisionState): RevealPage | undefined {
    const held = this.#held.get(row.version) ?? new Map<Id, Mail>();
    const left = unrevealed(rowsOf(proposal, row, state));
    const ready = [...held].filter(([voter]) => left.has(voter));
    const isWorth = row.state === 'counting' || ready.length === left.size || ready.length >= REVEALS_HELD_MAX;
    if (ready.length === 0 || !isWorth) return undefined;
    const shown = ready.map(([voter, { entry }]) => {
      const { sealed } = present(contentOf(entry, revealKind), 'only Reveals are held');
      return { voter, sealed };
    });
    return composeReveals(proposal, shown);
  }

  /** Lets go of what stands on pages, or of all where a version is over. */
  settle({ row, proposal }: Revealing, isOver: boolean): void {
    const state = this.#view.state();
    const held = this.#held.get(row.version);
    if (held === undefined || state === undefined) return;
    const left = isOver ? new Map<Id, BallotRow>() : unrevealed(rowsOf(proposal, row, state));
    for (const [voter, { entry }] of held) {
      if (left.has(voter)) continue;
      held.delete(voter);
      this.#inbox.drop(entry.id);
    }
    if (held.size === 0) this.#held.delete(row.version);
  }

  /** Lets go of what is held for a version that is no more. */
  drop(version: Id): void {
    for (const { entry } of this.#held.get(version)?.values() ?? []) this.#inbox.drop(entry.id);
    this.#held.delete(version);
  }

  #put(mail: Mail, { version }: Reveal): void {
    const held = this.#held.get(version) ?? new Map<Id, Mail>();
    this.#held.set(version, held);
    held.set(mail.author, mail);
  }

  #isOnPage(rows: readonly BallotRow[], voter: Id): boolean {
    return rows.some((row) => row.voter === voter && row.commitment === undefined);
  }
}

function carried(id: Id): ItemOutcome {
  return { verdict: 'accept', word: 'carried', id };
}
