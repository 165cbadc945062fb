import type { Id } from '../../src/core/base/id.ts';
import { present } from '../../src/core/base/outcome.ts';
import type { Effect } from '../../src/core/books/rules.ts';
import { compareRows } from '../../src/core/decisions/pages.ts';
import { ruleOf } from '../../src/core/members/decision-rules.ts';
import type { Entry } from '../../src/core/wire/entry.ts';
import {
  ballotKind,
  ballotTakenKind,
  closeKind,
  closePageKind,
  mandatedBallotKind,
  proposalKind,
  proposeKind,
} from '../../src/core/wire/kinds/decisions.ts';
import { mandateKind, recallKind } from '../../src/core/wire/kinds/people.ts';
import type { Head } from '../../src/core/wire/messages/book.ts';
import type { BallotRow, Close, MandatedBallot, Propose } from '../../src/core/wire/messages/decisions.ts';
import type { Mandate } from '../../src/core/wire/messages/people.ts';
import { amountOf } from './books.ts';
import { resultIn, YES_OR_NO } from './decisions.ts';
import { type Actor, type Body, charterWith, idNamed, TestWorld } from './world.ts';

/** What a delegate's ballot says beside its choice, and where its mandate is looked at. */
export type TakenChanges = Partial<MandatedBallot & { readonly electorHead: Head; readonly proposal: Id }>;

/** A council of three cooperatives, and Ana, whom the first of them mandates. Bea is a member beside her; Finn is a stranger. */
export class CouncilScene {
  readonly world: TestWorld;
  readonly ana: Actor;
  readonly bea: Actor;
  readonly finn: Actor;
  readonly garden: Body;
  readonly forge: Body;
  readonly mill: Body;
  readonly council: Body;

  constructor(world = new TestWorld()) {
    this.world = world;
    this.ana = this.world.person('Ana');
    this.bea = this.world.person('Bea');
    this.finn = this.world.person('Finn');
    const found = (name: string): Body => this.world.found(name, 'cooperative', [this.ana, this.bea]);
    [this.garden, this.forge, this.mill] = [found('Garden'), found('Forge'), found('Mill')];
    this.council = this.world.found('Council', 'federation', [this.garden, this.forge, this.mill]);
    this.garden.memberBook.note(this.ana.book('people'));
  }

  /** The garden mandates Ana at the council. */
  grant(changes: Partial<Mandate> = {}): Entry {
    const bounds = { matters: ['general', 'budget'], amount: amountOf(3600), from: 0, to: 1000 } as const;
    const terms = { delegate: this.ana.identity, at: this.council.identity, ...bounds };
    return this.garden.memberBook.apply(mandateKind, { ...terms, ...changes });
  }

  recall({ id }: Entry): Entry {
    return this.garden.memberBook.apply(recallKind, { mandate: id });
  }

  /** The forge proposes, and the council opens it. */
  open(changes: Partial<Propose> = {}): Entry {
    const book = this.forge.book('proposals');
    const content: Propose = {
      body: this.council.identity,
      matter: 'general',
      textDigest: idNamed('text'),
      question: YES_OR_NO,
      deadline: 0,
      amends: undefined,
      ...changes,
    };
    const { bytes } = book.write(proposeKind, content);
    this.council.decisions.note(book);
    const rule = present(ruleOf(charterWith(2).rules, content.matter), 'the charter has a rule');
    return this.council.decisions.apply(proposalKind, { propose: bytes, memberHead: this.council.memberHead, rule });
  }

  /** A ballot in a delegate's book. */
  ballot({ id }: { readonly id: Id }, mandate: Entry, changes: Partial<MandatedBallot> = {}, by = this.ana): Entry {
    const book = by.book('proposals');
    const base = { body: this.council.identity, elector: this.garden.identity, mandate: mandate.id };
    const choice = {
      version: id,
      number: 1,
      choice: [1],
      reasonDigest: undefined,
      commitment: undefined,
      sealedDigest: undefined,
    };
    return book.write(mandatedBallotKind, { ...base, ...choice, ...changes });
  }

  /** The council takes a delegate's ballot, naming the newest head of the garden's member book. */
  take(
    proposal: Entry,
    mandate: Entry,
    { electorHead, proposal: id, ...changes }: TakenChanges = {},
    by = this.ana,
  ): Effect {
    const { bytes } = this.ballot(proposal, mandate, changes, by);
    this.council.decisions.note(by.book('proposals'));
    const head = electorHead ?? this.garden.memberHead;
    return this.council.decisions.write(ballotTakenKind, {
      proposal: id ?? proposal.id,
      ballot: bytes,
      electorHead: head,
    });
  }

  /** A body's own ballot, as a row. */
  row(voter: Body, { id: version }: Entry, choice: readonly number[], number = 1): BallotRow {
    const content = {
      body: this.council.identity,
      version,
      number,
      choice,
      delegate: undefined,
      reasonDigest: undefined,
      commitment: undefined,
      sealedDigest: undefined,
    };
    const { id: ballot } = voter.book('proposals').write(ballotKind, content);
    return { voter: voter.identity, number, ballot, choice, delegate: undefined, commitment: undefined };
  }

  page({ id: proposal }: Entry, rows: readonly BallotRow[]): Effect {
    return this.council.decisions.write(closePageKind, { proposal, rows: rows.toSorted(compareRows) });
  }

  /** The Close that pages and taken ballots give. */
  result({ id: proposal }: Entry): Close {
    return resultIn(this.council.decisions, proposal);
  }

  close(proposal: Entry, changes: Partial<Close> = {}): Effect {
    return this.council.decisions.write(closeKind, { ...this.result(proposal), ...changes });
  }
}
