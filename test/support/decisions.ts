import { DEFAULT_RULES } from '../../src/client/identity-setup.ts';
import { ZERO } from '../../src/core/base/amount.ts';
import type { Id } from '../../src/core/base/id.ts';
import { present } from '../../src/core/base/outcome.ts';
import type { Effect } from '../../src/core/books/rules.ts';
import { compareRows, rowsOf, rowsRoot } from '../../src/core/decisions/pages.ts';
import { proposalsTable } from '../../src/core/decisions/tables.ts';
import { countProposal } from '../../src/core/decisions/tally.ts';
import { ruleOf } from '../../src/core/members/decision-rules.ts';
import type { Entry } from '../../src/core/wire/entry.ts';
import {
  amendedKind,
  ballotKind,
  closeKind,
  closePageKind,
  proposalEndedKind,
  proposalKind,
  proposeKind,
  withdrawKind,
  withdrawnKind,
} from '../../src/core/wire/kinds/decisions.ts';
import type { BallotRow, Close, Propose, Question } from '../../src/core/wire/messages/decisions.ts';
import type { DecisionRule, Matter } from '../../src/core/wire/messages/rules.ts';
import { type Actor, type Body, type GovernedBook, idNamed, TestWorld } from './world.ts';

/** A question without options. */
export const YES_OR_NO: Question = {
  options: 0,
  seats: 0,
  scoreMax: 0,
  costs: [],
  budget: ZERO,
  act: undefined,
  sealed: false,
};

/** The Close that a decision book's pages and taken ballots give. */
export function resultIn({ state, context }: GovernedBook, proposal: Id): Close {
  const row = present(state.get(proposalsTable, proposal), 'the proposal is there');
  const members = context.membersAt(row.memberHead);
  if (typeof members === 'string') throw new Error(`The members are ${members}.`);
  const rows = rowsOf(proposal, row, state);
  const { outcome } = countProposal(proposal, row, members, rows);
  const act = outcome.adopted ? row.question.act : undefined;
  return { proposal, version: row.version, rows: rows.length, rowsRoot: rowsRoot(rows), outcome, act };
}

/** An assembly of five people: Ana, Bea, Carla, Dora and Eve; and Finn, who is no member. */
export class DecisionScene {
  readonly world = new TestWorld();
  readonly people: readonly Actor[];
  readonly finn: Actor;
  readonly hall: Body;
  readonly rules: readonly DecisionRule[];

  constructor(rules: readonly DecisionRule[] = DEFAULT_RULES) {
    this.rules = rules;
    this.people = ['Ana', 'Bea', 'Carla', 'Dora', 'Eve'].map((name) => this.world.person(name));
    this.finn = this.world.person('Finn');
    this.hall = this.world.found('Hall', 'assembly', this.people, 2, rules);
  }

  get ana(): Actor {
    return this.person(0);
  }

  get bea(): Actor {
    return this.person(1);
  }

  person(index: number): Actor {
    return present(this.people[index], 'there are five');
  }

  rule(matter: Matter = 'general'): DecisionRule {
    return present(ruleOf(this.rules, matter), 'the charter has a rule');
  }

  /** A Propose in somebody's book, which the decision book notes. */
  propose(by: Actor, changes: Partial<Propose> = {}): Entry {
    const book = by.book('proposals');
    const content: Propose = {
      body: this.hall.identity,
      matter: 'general',
      textDigest: idNamed('text'),
      question: YES_OR_NO,
      deadline: 0,
      amends: undefined,
      ...changes,
    };
    const entry = book.write(proposeKind, content);
    this.hall.decisions.note(book);
    return entry;
  }

  /** What the body would write to open it. */
  opening(propose: Entry, rule = this.rule()) {
    return { propose: propose.bytes, memberHead: this.hall.memberHead, rule };
  }

  /** Proposes and opens. @returns the proposal. */
  open(changes: Partial<Propose> = {}): Entry {
    const propose = this.propose(this.ana, changes);
    return this.hall.decisions.apply(proposalKind, this.opening(propose, this.rule(changes.matter)));
  }

  /** A ballot in a voter's book, as a row. */
  row(voter: Actor, version: Id, choice: readonly number[], more: Partial<BallotRow> = {}): BallotRow {
    const { number = 1, delegate, commitment } = more;
    const { identity: body } = this.hall;
    const content = {
      body,
      version,
      number,
      choice: [...choice],
      delegate,
      reasonDigest: undefined,
      commitment,
      sealedDigest: undefined,
    };
    const { id } = voter.book('proposals').write(ballotKind, content);
    return { voter: voter.identity, number, ballot: id, choice, delegate, commitment, ...more };
  }

  /** A row of everybody, all with one choice. */
  rows(version: Id, choice: readonly number[]): readonly BallotRow[] {
    return this.people.map((voter) => this.row(voter, version, choice));
  }

  amend(proposal: Id, by: Actor, changes: Partial<Propose> = {}): Effect {
    return this.hall.decisions.write(amendedKind, {
      proposal,
      propose: this.propose(by, { amends: proposal, ...changes }).bytes,
    });
  }

  withdraw(proposal: Id, by: Actor, body = this.hall.identity): Effect {
    const book = by.book('proposals');
    const entry = book.write(withdrawKind, { body, proposal });
    this.hall.decisions.note(book);
    return this.hall.decisions.write(withdrawnKind, { withdraw: entry.bytes });
  }

  /** A proposal that everybody adopted. */
  adopted(): Id {
    const { id } = this.open();
    this.page(id, this.rows(id, [1]));
    const effect = this.close(id);
    if (effect.type !== 'applied') throw new Error(`The Close was ${effect.type}.`);
    return id;
  }

  page(proposal: Id, rows: readonly BallotRow[]): Effect {
    return this.hall.decisions.write(closePageKind, { proposal, rows: rows.toSorted(compareRows) });
  }

  end(proposal: Id): Effect {
    return this.hall.decisions.write(proposalEndedKind, { proposal });
  }

  /** The Close that the pages give. */
  result(proposal: Id): Close {
    return resultIn(this.hall.decisions, proposal);
  }

  close(proposal: Id, changes: Partial<Close> = {}): Effect {
    return this.hall.decisions.write(closeKind, { ...this.result(proposal), ...changes });
  }
}
