import { bytesToId, compareIds, type Id } from '../../src/core/base/id.ts';
import { present } from '../../src/core/base/outcome.ts';
import type { Effect } from '../../src/core/books/rules.ts';
import { resultOf } from '../../src/core/decisions/lots.ts';
import { commitToLot } from '../../src/core/decisions/methods/lot.ts';
import { lotsTable } from '../../src/core/decisions/tables.ts';
import { contentOf, type Entry } from '../../src/core/wire/entry.ts';
import {
  lotCommitmentKind,
  lotDrawnKind,
  lotKind,
  lotSealedKind,
  lotSecretKind,
} from '../../src/core/wire/kinds/lots.ts';
import type { Lot, LotCommitment, LotDrawn, LotRow, LotSealed, LotSecret } from '../../src/core/wire/messages/lots.ts';
import { DecisionScene } from './decisions.ts';
import { type Actor, type Body, idNamed } from './world.ts';

/** @returns a secret that belongs to a word. */
export function secretOf(word: string): Uint8Array {
  return Buffer.from(idNamed(word).slice(0, 32));
}

/** What a Lot of this body says, with these parties. */
export function lotOf(body: Body, parties: readonly Actor[], changes: Partial<Lot> = {}): Lot {
  return {
    memberHead: body.memberHead,
    parties: parties.map(({ identity }) => identity).sort(compareIds),
    excluded: [],
    count: 2,
    textDigest: idNamed('text'),
    commitBy: 0,
    revealBy: 0,
    ...changes,
  };
}

/** A commitment in the party's book, which the decision book notes. */
export function commit(body: Body, lot: Id, party: Actor, changes: Partial<LotCommitment> = {}): Entry {
  const book = party.book('proposals');
  const commitment = commitToLot(party.identity, secretOf(party.identity));
  const entry = book.write(lotCommitmentKind, { body: body.identity, lot, commitment, ...changes });
  body.decisions.note(book);
  return entry;
}

/** A secret in the party's book, which the decision book notes. */
export function reveal(body: Body, lot: Id, party: Actor, changes: Partial<LotSecret> = {}): Entry {
  const book = party.book('proposals');
  const entry = book.write(lotSecretKind, { body: body.identity, lot, secret: secretOf(party.identity), ...changes });
  body.decisions.note(book);
  return entry;
}

/** Parties rising by identity: in this order the body carries what they send. */
export function rising(parties: readonly Actor[]): readonly Actor[] {
  return parties.toSorted((left, right) => compareIds(left.identity, right.identity));
}

/** What seals these commitments now. */
export function sealing(
  body: Body,
  lot: Id,
  commitments: readonly Entry[],
  changes: Partial<LotSealed> = {},
): LotSealed {
  return { lot, commitments: commitments.map(({ bytes }) => bytes), pool: body.memberHead, ...changes };
}

/** What these secrets draw. */
export function drawing(body: Body, lot: Id, secrets: readonly Entry[], changes: Partial<LotDrawn> = {}): LotDrawn {
  const row = rowOf(body, lot);
  const shown = new Map<Id, Uint8Array>();
  for (const entry of secrets) {
    const secret = contentOf(entry, lotSecretKind)?.secret;
    const party = row.parties.find((one) => secret !== undefined && bytesToId(secretOf(one)) === bytesToId(secret));
    if (party !== undefined && secret !== undefined) shown.set(party, secret);
  }
  const result = resultOf(row, shown, body.decisions.context);
  if ('type' in result) throw new Error('The pool is not here.');
  const { drawn, withheld, isWeak } = result;
  return { lot, secrets: secrets.map(({ bytes }) => bytes), drawn, withheld, weak: isWeak, ...changes };
}

/** @returns what a decision book says of a lot. */
export function rowOf(body: Body, lot: Id): LotRow {
  return present(body.decisions.state.get(lotsTable, lot), 'the lot was called');
}

/** An assembly of five people that draws lots. */
export class LotScene extends DecisionScene {
  /** Calls a lot with these parties. @returns its id. */
  call(parties: readonly Actor[] = this.people, changes: Partial<Lot> = {}): Id {
    return this.hall.decisions.apply(lotKind, lotOf(this.hall, parties, changes)).id;
  }

  seal(lot: Id, parties: readonly Actor[] = this.people, changes: Partial<LotSealed> = {}): Effect {
    const commitments = rising(parties).map((party) => commit(this.hall, lot, party));
    return this.hall.decisions.write(lotSealedKind, sealing(this.hall, lot, commitments, changes));
  }

  draw(lot: Id, parties: readonly Actor[] = this.people, changes: Partial<LotDrawn> = {}): Effect {
    const secrets = rising(parties).map((party) => reveal(this.hall, lot, party));
    return this.hall.decisions.write(lotDrawnKind, drawing(this.hall, lot, secrets, changes));
  }

  /** A lot that is sealed with everybody's commitment. */
  sealed(changes: Partial<Lot> = {}): Id {
    const lot = this.call(this.people, changes);
    const effect = this.seal(lot);
    if (effect.type !== 'applied') throw new Error(`The LotSealed was ${effect.type}.`);
    return lot;
  }
}
