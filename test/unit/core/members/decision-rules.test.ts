import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { present } from '../../../../src/core/base/outcome.ts';
import { ruleOf } from '../../../../src/core/members/decision-rules.ts';
import { membersAt } from '../../../../src/core/members/view.ts';
import { foundingKind } from '../../../../src/core/wire/kinds/people.ts';
import type { DecisionRule } from '../../../../src/core/wire/messages/rules.ts';
import { type RefusalCase, testRefusals } from '../../../support/refusal-case.ts';
import { acceptancesOf, type Body, charterWith, TestWorld } from '../../../support/world.ts';

const { rules: DEFAULTS } = charterWith(2);
const general = present(ruleOf(DEFAULTS, 'general'), 'a charter has a rule for general matters');
const budget = present(ruleOf(DEFAULTS, 'budget'), 'and one for budgets');
const supermajority = { ...general, method: 'supermajority', thresholdNumerator: 1, thresholdDenominator: 3 } as const;

const UNSOUND: readonly (readonly [when: string, rules: readonly DecisionRule[]])[] = [
  ['a charter without a decision rule', []],
  ['one without a rule for general matters', [budget]],
  ['two rules for one matter', [general, general]],
  ['rules out of order', [general, { ...budget, matter: 'election' }, budget]],
  ['a quorum above everybody', [{ ...general, quorumNumerator: 3, quorumDenominator: 2 }]],
  ['a supermajority of less than half', [supermajority]],
  ['a threshold for a majority', [{ ...general, method: 'majority', thresholdDenominator: 2 }]],
  ['blocks in a majority', [{ ...general, method: 'majority', blocksMax: 1 }]],
  ['silence as assent to a majority', [{ ...general, method: 'majority', silence: 'assent' }]],
];

interface Scene {
  readonly world: TestWorld;
  readonly mill: Body;
}

function setUp(): Scene {
  const world = new TestWorld();
  return { world, mill: world.unfounded('Mill', 'cooperative') };
}

function foundUnder({ world, mill }: Scene, rules: readonly DecisionRule[]) {
  const charter = charterWith(2, rules);
  return mill.memberBook.write(foundingKind, {
    charter,
    acceptances: acceptancesOf(mill.identity, charter, [world.person('Ana')]),
  });
}

suite('a Founding is refused for', () => {
  testRefusals(
    setUp,
    ({ mill }) => mill.memberBook,
    UNSOUND.map(([when, rules]): RefusalCase<Scene> => {
      return { code: 'no_decision_rule', when, attempt: (scene) => foundUnder(scene, rules) };
    }),
  );
});

test('a matter without a rule of its own is decided as general ones are, and before the Founding nothing is', () => {
  const scene = setUp();
  const rules = [general, { ...supermajority, matter: 'charter', thresholdNumerator: 2 }] as const;
  assert.equal(foundUnder(scene, rules).type, 'applied');
  const { memberBook, identity } = scene.mill;
  const [before, after] = [0, 1].map((sequence) => membersAt(memberBook.state, identity, 'cooperative', sequence));
  assert.equal(before?.ruleFor('general'), undefined);
  assert.deepEqual(after?.ruleFor('budget'), general);
  assert.deepEqual(after?.ruleFor('charter'), rules[1]);
});
