import { ZERO } from '../../src/core/base/amount.ts';
import type { Id } from '../../src/core/base/id.ts';
import { present } from '../../src/core/base/outcome.ts';
import { ruleOf } from '../../src/core/members/decision-rules.ts';
import { contentOf } from '../../src/core/wire/entry.ts';
import { ballotTakenKind, mandatedBallotKind, proposalKind, proposeKind } from '../../src/core/wire/kinds/decisions.ts';
import { mandateEndedKind, mandateKind, recallKind, vouchKind } from '../../src/core/wire/kinds/people.ts';
import type { MandatedBallot } from '../../src/core/wire/messages/decisions.ts';
import type { Mandate } from '../../src/core/wire/messages/people.ts';
import { YES_OR_NO } from '../support/decisions.ts';
import { type Actor, charterWith, idNamed } from '../support/world.ts';
import { type Lie, type LyingScene, type Told, write } from './lying-scene.ts';

const RULE = present(ruleOf(charterWith(2).rules, 'general'), 'a charter has a rule for general matters');

/** Somebody whom the garden vouched for and no other lie has used. */
function someDelegate(scene: LyingScene): Actor {
  const delegate = scene.stranger();
  scene.garden.memberBook.apply(vouchKind, { identity: delegate.identity });
  scene.garden.memberBook.note(delegate.book('people'));
  return delegate;
}

function mandate({ garden, council }: LyingScene, delegate: Id, changes: Partial<Mandate> = {}): Told {
  const bounds = { matters: ['general'], amount: ZERO, from: 0, to: 1 } as const;
  return write(garden.memberBook, mandateKind, { delegate, at: council.identity, ...bounds, ...changes });
}

/** A Mandate to somebody, in which something is wrong. */
function tellMandate(scene: LyingScene, changes: Partial<Mandate>): Told {
  return mandate(scene, someDelegate(scene).identity, changes);
}

/** The council takes a ballot of somebody whom the garden mandated. */
function take(scene: LyingScene, changes: Partial<MandatedBallot> = {}, terms: Partial<Mandate> = {}): Told {
  const { garden, forge, council } = scene;
  const delegate = someDelegate(scene);
  mandate(scene, delegate.identity, terms);
  const { id } = scene.newest(garden.memberBook);
  const version = open(scene);
  const content = { body: council.identity, version, number: 1, choice: [1], reasonDigest: undefined };
  const own = { ...content, elector: garden.identity, mandate: id, ...changes };
  const { bytes: ballot } = delegate.book('proposals').write(mandatedBallotKind, own);
  council.decisions.note(delegate.book('proposals'), forge.book('proposals'));
  const electorHead = garden.memberHead;
  return write(council.decisions, ballotTakenKind, { proposal: version, ballot, electorHead });
}

/** The forge proposes to the council. */
function open({ forge, council }: LyingScene): Id {
  const content = {
    body: council.identity,
    matter: 'general',
    textDigest: idNamed('text'),
    question: YES_OR_NO,
  } as const;
  const { bytes } = forge.book('proposals').write(proposeKind, { ...content, deadline: 0, amends: undefined });
  council.decisions.note(forge.book('proposals'));
  const proposal = { propose: bytes, memberHead: council.memberHead, rule: RULE };
  return council.decisions.apply(proposalKind, proposal).id;
}

/** Bodies that lie about mandates, and councils about who may act under them. */
export const MANDATE_LIES: readonly Lie[] = [
  { code: 'own_mandate', tell: (scene) => mandate(scene, scene.garden.identity) },
  { code: 'unknown_delegate', tell: (scene) => mandate(scene, scene.stranger().identity) },
  { code: 'term_malformed', tell: (scene) => tellMandate(scene, { to: 0 }) },
  { code: 'bounds_malformed', tell: (scene) => tellMandate(scene, { matters: [] }) },
  {
    code: 'already_mandated',
    tell: (scene) => {
      const { identity } = someDelegate(scene);
      mandate(scene, identity);
      return mandate(scene, identity);
    },
  },
  {
    code: 'mandate_over',
    tell: (scene) => {
      const { garden } = scene;
      tellMandate(scene, {});
      const { id } = scene.newest(garden.memberBook);
      garden.memberBook.apply(recallKind, { mandate: id });
      return write(garden.memberBook, mandateEndedKind, { mandate: id });
    },
  },
  { code: 'unknown_mandate', tell: (scene) => take(scene, { mandate: idNamed('nothing') }) },
  { code: 'outside_mandate', tell: (scene) => take(scene, {}, { matters: ['standard'] }) },
  { code: 'choice_malformed', tell: (scene) => take(scene, { choice: [9] }) },
  {
    code: 'ballot_superseded',
    tell: (scene) => {
      const { decisions } = take(scene).effect.type === 'applied' ? scene.council : scene.garden;
      const taken = present(contentOf(scene.newest(decisions), ballotTakenKind), 'the first was taken');
      return write(decisions, ballotTakenKind, taken);
    },
  },
];
