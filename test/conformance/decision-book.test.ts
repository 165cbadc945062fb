/** Decision books, entry by entry: a second reader that knows the page alone gives the same codes and leaves the same rows. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Id, idToBytes } from '../../src/core/base/id.ts';
import { BookState, StateDraft } from '../../src/core/books/state.ts';
import { stepBook } from '../../src/core/books/step.ts';
import { compareRows } from '../../src/core/decisions/pages.ts';
import { proposalsTable } from '../../src/core/decisions/tables.ts';
import { contentOf } from '../../src/core/wire/entry.ts';
import { closePageKind, proposalKind } from '../../src/core/wire/kinds/decisions.ts';
import { NO_ACT } from '../../src/core/wire/messages/decisions.ts';
import { IDENTITY_KINDS } from '../../src/core/wire/messages/identity.ts';
import { DecisionRule, MATTERS } from '../../src/core/wire/messages/rules.ts';
import { amountOf, NETWORK } from '../support/books.ts';
import { DecisionScene, YES_OR_NO } from '../support/decisions.ts';
import { RULE_SETS } from '../support/world.ts';
import { step } from './second-reader/decision-book.ts';
import type { Rows } from './second-reader/rows.ts';

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Reads the decision book of a scene twice. @returns the codes of its entries. */
function readTwice(scene: DecisionScene): readonly string[] {
  const { hall } = scene;
  const { book, context } = hall.decisions;
  const around = {
    network: Buffer.from(NETWORK),
    body: hexOf(idToBytes(hall.identity)),
    identityKind: IDENTITY_KINDS.indexOf('assembly') + 1,
    membersAt: () => ({
      electors: scene.people.map(({ identity }) => hexOf(idToBytes(identity))),
      rules: scene.rules.map((rule) => Buffer.from(DecisionRule.encode(rule))),
    }),
    mandatesAt: () => undefined,
  };
  const state = new BookState();
  let rows: Rows = new Map();
  return book.entries.map((entry, place) => {
    const draft = new StateDraft(state);
    const effect = stepBook(RULE_SETS, entry, draft, context);
    if (effect.type === 'applied') state.apply(draft);
    const code = effect.type === 'refused' ? effect.code : effect.type;
    const after = step(Buffer.from(entry.bytes), rows, around);
    assert.equal(typeof after === 'string' ? after : 'applied', code, `entry ${place}`);
    if (typeof after !== 'string') rows = after;
    const found = state.keys().map((key) => [key, hexOf(state.bytesOf(key) ?? new Uint8Array())]);
    const read = [...rows].map(([key, row]) => [key, hexOf(row)]);
    assert.deepEqual(Object.fromEntries(read), Object.fromEntries(found), `entry ${place}`);
    return code;
  });
}

const QUESTIONS = {
  general: YES_OR_NO,
  election: { ...YES_OR_NO, options: 3, seats: 1 },
  budget: { ...YES_OR_NO, options: 2, costs: [amountOf(3600), amountOf(7200)], budget: amountOf(7200) },
  rate: {
    ...YES_OR_NO,
    act: { ...NO_ACT, rate: { taskClass: 7, numerator: 3, denominator: 2, startMinute: 29_000_000, minutes: 43_200 } },
  },
};
const ASKED = Object.keys(QUESTIONS) as readonly (keyof typeof QUESTIONS)[];

/** What somebody does with the first or second proposal. */
const acts = fc.array(
  fc.record({
    type: fc.constantFrom('open', 'again', 'amend', 'withdraw', 'end', 'page', 'page', 'page', 'close', 'close', 'lie'),
    matter: fc.constantFrom(...ASKED),
    asked: fc.constantFrom(...ASKED),
    isFitting: fc.integer({ min: 0, max: 3 }).map((chance) => chance > 0),
    who: fc.constantFrom(0, 0, 0, 1, 5),
    which: fc.nat(1),
    choice: fc.array(fc.nat(4), { minLength: 1, maxLength: 3 }),
    voters: fc.subarray([0, 1, 2, 3, 4], { minLength: 1 }),
    isFalse: fc.integer({ min: 0, max: 5 }).map((chance) => chance === 0),
  }),
  { minLength: 4, maxLength: 14 },
);
type Act = typeof acts extends fc.Arbitrary<(infer One)[]> ? One : never;

function play(scene: DecisionScene, act: Act, number: number): void {
  const { decisions } = scene.hall;
  const opened = decisions.book.entries.filter(({ header }) => header.kind === proposalKind.number);
  const proposal = (opened[act.which] ?? opened[0] ?? decisions.book.opening).id;
  const by = act.who === 5 ? scene.finn : scene.person(act.who);
  const changes = { matter: act.matter, question: QUESTIONS[act.isFitting ? act.matter : act.asked], deadline: number };
  const rule = scene.rule(act.isFalse ? MATTERS[number % MATTERS.length] : act.matter);
  if (act.type === 'open') decisions.write(proposalKind, scene.opening(scene.propose(by, changes), rule));
  const before = opened[0] && contentOf(opened[0], proposalKind);
  if (act.type === 'again' && before !== undefined) decisions.write(proposalKind, before);
  if (act.type === 'amend') scene.amend(proposal, by, { ...changes, ...(act.isFalse && { amends: undefined }) });
  if (act.type === 'withdraw') scene.withdraw(proposal, by, act.isFalse ? by.identity : undefined);
  if (act.type === 'end') scene.end(proposal);
  if (act.type === 'page') {
    const rows = act.voters
      .map((voter) => scene.row(scene.person(voter), proposal, act.choice, { number }))
      .sort(compareRows);
    decisions.write(closePageKind, { proposal, rows: act.isFalse ? rows.toReversed() : rows });
  }
  if (act.type === 'close' && isKnown(scene, proposal)) scene.close(proposal, act.isFalse ? { rows: 9 } : {});
  if (act.type === 'lie' && isKnown(scene, proposal)) {
    const { outcome } = scene.result(proposal);
    scene.close(proposal, { outcome: { ...outcome, adopted: !outcome.adopted } });
  }
}

function isKnown({ hall }: DecisionScene, proposal: Id): boolean {
  return hall.decisions.state.get(proposalsTable, proposal) !== undefined;
}

describe('a second reader of decision books', () => {
  it('takes a proposal that was amended, counted and adopted, one withdrawn, and what was refused between', () => {
    const scene = new DecisionScene();
    const first = scene.open();
    scene.amend(first.id, scene.bea);
    scene.amend(first.id, scene.ana, { deadline: 1_800_000_000_000 });
    scene.page(first.id, scene.rows(first.id, [1]));
    scene.close(first.id, { version: first.id });
    scene.close(first.id);
    const second = scene.open({ matter: 'budget', question: QUESTIONS.budget });
    scene.withdraw(second.id, scene.bea);
    scene.withdraw(second.id, scene.ana);
    scene.end(second.id);
    const third = scene.open({ matter: 'rate', question: QUESTIONS.rate });
    scene.page(third.id, scene.rows(third.id, [1]));
    scene.end(third.id);
    scene.close(third.id);
    const codes = readTwice(scene);
    const refused = ['not_proposer', 'stale_version', 'not_proposer', 'proposal_not_open'];
    assert.deepEqual(
      codes.filter((code) => code !== 'applied'),
      refused,
    );
  });

  it('agrees on whatever a body writes', () => {
    const codes = new Set<string>();
    fc.assert(
      fc.property(acts, (list) => {
        const scene = new DecisionScene();
        scene.open();
        for (const [index, act] of list.entries()) play(scene, act, index + 1);
        for (const code of readTwice(scene)) codes.add(code);
      }),
      { numRuns: Number(process.env['TALLY_RUNS'] ?? 40), seed: 1 },
    );
    for (const code of [
      'wrong_rule',
      'question_malformed',
      'wrong_proposal',
      'rows_unsorted',
      'too_early',
      'wrong_rows',
    ])
      assert.ok(codes.has(code), `${code} among ${[...codes].join(', ')}`);
  });
});
