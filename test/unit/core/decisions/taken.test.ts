import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { StateDraft } from '../../../../src/core/books/state.ts';
import { stepClosePage } from '../../../../src/core/decisions/close.ts';
import { proposalsTable } from '../../../../src/core/decisions/tables.ts';
import { stepBallotTaken, takenFor } from '../../../../src/core/decisions/taken.ts';
import {
  amendedKind,
  ballotTakenKind,
  proposalEndedKind,
  proposeKind,
} from '../../../../src/core/wire/kinds/decisions.ts';
import { ROWS_MAX } from '../../../../src/core/wire/messages/decisions.ts';
import { amountOf } from '../../../support/books.ts';
import { CouncilScene } from '../../../support/council.ts';
import { YES_OR_NO } from '../../../support/decisions.ts';
import { type RefusalCase, testRefusals } from '../../../support/refusal-case.ts';
import { idNamed } from '../../../support/world.ts';

const setUp = (): CouncilScene => new CouncilScene();

/** A budget of so many labor-seconds for one of two options. */
function budgetOf(seconds: number) {
  const budget = amountOf(seconds);
  return { ...YES_OR_NO, options: 2, costs: [budget, budget], budget };
}

const REFUSED: readonly RefusalCase<CouncilScene>[] = [
  {
    code: 'unknown_book',
    when: 'a ballot of a book that was not noted',
    attempt: (scene) => {
      const proposal = scene.open();
      const { bytes } = scene.ballot(proposal, scene.grant());
      const electorHead = scene.garden.memberHead;
      return scene.council.decisions.write(ballotTakenKind, { proposal: proposal.id, ballot: bytes, electorHead });
    },
  },
  {
    code: 'unknown_proposal',
    when: 'a ballot for nothing',
    attempt: (scene) => scene.take(scene.open(), scene.grant(), { proposal: idNamed('nothing') }),
  },
  {
    code: 'proposal_not_open',
    when: 'a ballot that comes late',
    attempt: (scene) => {
      const proposal = scene.open();
      scene.council.decisions.apply(proposalEndedKind, { proposal: proposal.id });
      return scene.take(proposal, scene.grant());
    },
  },
  {
    code: 'stale_version',
    when: 'a ballot for another version, at a head from before the last',
    attempt: (scene) => scene.take(scene.open(), scene.grant(), { version: idNamed('another') }),
  },
  {
    code: 'head_went_back',
    when: 'a member book looked at earlier than before, where the mandate still stood',
    attempt: (scene) => {
      const [proposal, mandate] = [scene.open(), scene.grant()];
      const electorHead = scene.garden.memberHead;
      scene.recall(mandate);
      const anew = scene.grant();
      assert.equal(scene.take(proposal, anew).type, 'applied');
      return scene.take(proposal, mandate, { electorHead, number: 2 });
    },
  },
  {
    code: 'wrong_head',
    when: 'the member book of another elector',
    attempt: (scene) => scene.take(scene.open(), scene.grant(), { electorHead: scene.forge.memberHead }),
  },
  {
    code: 'wrong_body',
    when: 'a ballot to another body, under no mandate',
    attempt: (scene) =>
      scene.take(scene.open(), scene.grant(), { body: scene.garden.identity, mandate: idNamed('nothing') }),
  },
  {
    code: 'unknown_mandate',
    when: 'a mandate that is none',
    attempt: (scene) => scene.take(scene.open(), scene.grant(), { mandate: idNamed('nothing') }),
  },
  {
    code: 'unknown_mandate',
    when: 'the mandate of somebody else',
    attempt: (scene) => scene.take(scene.open(), scene.grant(), {}, scene.bea),
  },
  {
    code: 'mandate_over',
    when: 'a ballot that was cast before the Recall, and taken after it',
    attempt: (scene) => {
      const [proposal, mandate] = [scene.open(), scene.grant()];
      scene.recall(mandate);
      return scene.take(proposal, mandate);
    },
  },
  {
    code: 'outside_mandate',
    when: 'a matter that the mandate does not name',
    attempt: (scene) => scene.take(scene.open({ matter: 'standard' }), scene.grant()),
  },
  {
    code: 'outside_mandate',
    when: 'a budget above the amount of the mandate',
    attempt: (scene) => {
      const proposal = scene.open({ matter: 'budget', question: budgetOf(3601) });
      return scene.take(proposal, scene.grant());
    },
  },
  {
    code: 'outside_mandate',
    when: 'a mandate for another body',
    attempt: (scene) => scene.take(scene.open(), scene.grant({ at: scene.forge.identity })),
  },
  {
    code: 'not_elector',
    when: 'a delegate of one that was no member when it was proposed, for a choice that was not offered',
    attempt: (scene) => {
      scene.council.part(scene.garden);
      return scene.take(scene.open(), scene.grant(), { choice: [9] });
    },
  },
  {
    code: 'choice_malformed',
    when: 'a choice that was not offered',
    attempt: (scene) => scene.take(scene.open(), scene.grant(), { choice: [9] }),
  },
  {
    code: 'ballot_superseded',
    when: 'the same ballot twice, or another of its number',
    attempt: (scene) => {
      const [proposal, mandate] = [scene.open(), scene.grant()];
      assert.equal(scene.take(proposal, mandate).type, 'applied');
      return scene.take(proposal, mandate, { choice: [2] });
    },
  },
];

suite('decision books do not take', () => {
  testRefusals(setUp, ({ council }) => council.decisions, REFUSED);

  test('empty_batch: more ballots than a Close can count, of delegates and on pages', () => {
    const scene = setUp();
    const [proposal, mandate] = [scene.open(), scene.grant()];
    const { bytes } = scene.ballot(proposal, mandate);
    const { state, context } = scene.council.decisions;
    scene.council.decisions.note(scene.ana.book('proposals'));
    const row = state.get(proposalsTable, proposal.id) ?? assert.fail('it is open');
    const full = new StateDraft(state);
    full.set(proposalsTable, [proposal.id], { ...row, rows: ROWS_MAX - 1, taken: 1 });
    const taken = { proposal: proposal.id, ballot: bytes, electorHead: scene.garden.memberHead };
    assert.deepEqual(stepBallotTaken(taken, full, context), { type: 'refused', code: 'empty_batch' });
    const page = { proposal: proposal.id, rows: [scene.row(scene.forge, proposal, [1])] };
    assert.deepEqual(stepClosePage(page, full), { type: 'refused', code: 'empty_batch' });
  });
});

suite('a ballot of a delegate', () => {
  test('counts as that of the elector, with the ballots of the others', () => {
    const scene = setUp();
    const [proposal, mandate] = [scene.open(), scene.grant()];
    assert.equal(scene.take(proposal, mandate).type, 'applied');
    scene.page(proposal, [scene.row(scene.forge, proposal, [1]), scene.row(scene.mill, proposal, [2])]);
    const close = scene.result(proposal);
    assert.deepEqual([close.rows, close.outcome.voters, close.outcome.counts], [3, 3, [2, 1, 0, 0]]);
    assert.equal(scene.close(proposal).type, 'applied');
    const { state } = scene.council.decisions;
    assert.equal(takenFor(proposal.id, scene.garden.identity, state), undefined);
    assert.deepEqual(
      state.keys().filter((key) => key.startsWith('taken')),
      [],
    );
    assert.equal(scene.council.decisions.replayed(), scene.council.decisions.snapshot());
  });

  test('that was taken before the Recall stands', () => {
    const scene = setUp();
    const [proposal, mandate] = [scene.open(), scene.grant()];
    scene.take(proposal, mandate);
    scene.recall(mandate);
    assert.deepEqual(scene.take(proposal, mandate, { number: 2, choice: [2] }), {
      type: 'refused',
      code: 'mandate_over',
    });
    assert.deepEqual(scene.result(proposal).outcome.counts, [1, 0, 0, 0]);
  });

  test('gives way to a later one of the delegate, and to one of the elector itself', () => {
    const scene = setUp();
    const [proposal, mandate] = [scene.open(), scene.grant()];
    scene.take(proposal, mandate);
    assert.equal(scene.take(proposal, mandate, { number: 5, choice: [2] }).type, 'applied');
    assert.deepEqual(scene.result(proposal).outcome.counts, [0, 1, 0, 0]);
    scene.page(proposal, [scene.row(scene.garden, proposal, [3])]);
    const { rows, outcome } = scene.result(proposal);
    assert.deepEqual([rows, outcome.counts], [1, [0, 0, 1, 0]]);
  });

  test('for the version before counts no more', () => {
    const scene = setUp();
    const [proposal, mandate] = [scene.open(), scene.grant()];
    scene.take(proposal, mandate);
    const book = scene.forge.book('proposals');
    const content = { body: scene.council.identity, matter: 'general', textDigest: idNamed('new') } as const;
    const propose = book.write(proposeKind, { ...content, question: YES_OR_NO, deadline: 0, amends: proposal.id });
    scene.council.decisions.apply(amendedKind, { proposal: proposal.id, propose: propose.bytes });
    assert.equal(scene.result(proposal).rows, 0);
    assert.deepEqual(scene.take(proposal, mandate, { number: 2 }), { type: 'refused', code: 'stale_version' });
  });

  test('on a budget within the amount of the mandate counts', () => {
    const scene = setUp();
    const proposal = scene.open({ matter: 'budget', question: budgetOf(3600) });
    assert.equal(scene.take(proposal, scene.grant()).type, 'applied');
  });

  test('waits for the member book that it names', () => {
    const scene = setUp();
    const [proposal, mandate] = [scene.open(), scene.grant()];
    scene.world.missing.add(scene.garden.memberBook.book.id);
    assert.deepEqual(scene.take(proposal, mandate), { type: 'waiting', heads: [scene.garden.memberHead] });
  });
});
